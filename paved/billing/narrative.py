"""Sentences that every rendering of the report says alike."""

from datetime import date
from decimal import Decimal

from paved.billing.dividing import MINUS, whole_dollars
from paved.billing.forecast import CONFIDENCE
from paved.billing.month import NAMES
from paved.billing.report import MonthReport

REHEARSED = "Rehearsed figures: derived from the estimate, billed to nobody."
ABSENT = "—"
NO_IDLE = (
    "Idle GPUs are not told apart: no bill knows a pool's GPU hours. Give them with `--utilisation FILE`."
)

NOT_IN_IT = (
    "Nothing here is an invoice: AWS restates a month until it invoices it.",
    "Costs are as billed, before amortising anything paid up front; the amortised total stands beside the bill.",
    "Salaries, data center costs and software bought outside AWS are in no bill and in no line.",
)


def day(when: date) -> str:
    """A date in words, whatever the locale."""
    return f"{when.day} {NAMES[when.month - 1]} {when.year}"


def percent(amount: Decimal | None) -> str:
    """A percentage with one decimal and a sign."""
    if amount is None:
        return ABSENT
    sign = MINUS if amount < 0 else "+" if amount > 0 else ""
    return f"{sign}{abs(amount):.1f} %"


def headline(report: MonthReport) -> str:
    """The month in one sentence or two, for somebody who reads no further."""
    month, bill, teams = report.month.spoken, whole_dollars(report.bill), report.teams.teams
    if report.horizon.is_closed:
        said = f"{month} came to {bill}."
    elif report.forecast is None:
        said = f"{month} has come to {bill} so far; too little is known to forecast it."
    else:
        said = f"{month} is forecast to come to {whole_dollars(report.forecast.amount)}."
    if teams is None or teams.variance is None or teams.budget is None:
        return said
    verb = "came in" if report.horizon.is_closed else "are"
    side = "over" if teams.variance < 0 else "under"
    by = whole_dollars(abs(teams.variance))
    return f"{said} Teams {verb} {by} {side} their budgets of {whole_dollars(teams.budget)}{_over(report)}."


def interval(report: MonthReport) -> str | None:
    """The interval of the forecast, in words."""
    made = report.forecast
    if made is None or made.low is None or made.high is None:
        return None
    both = f"{whole_dollars(made.low)} to {whole_dollars(made.high)}"
    return (
        f"{both} as planned at least and at most"
        if made.basis == "estimate"
        else f"{CONFIDENCE} % interval {both}"
    )


def known_until(report: MonthReport) -> str:
    """What the figures know of the month."""
    if report.horizon.is_closed:
        return "The whole month is billed."
    if not report.horizon.seen:
        basis = "the month before" if report.horizon.has_history else "the estimate"
        return f"No day of the month is settled yet: the forecast rests on {basis}."
    through, ahead = day(report.horizon.through), len(report.horizon.ahead)
    return f"Usage is read up to {through}; the {ahead} days after it are forecast, whatever of them is billed already."


def prices(report: MonthReport) -> str | None:
    """How old the estimate's prices are, and how much it leaves out."""
    if report.estimate is None:
        return None
    return f"Estimates are at prices of {report.estimate.prices_as_of}; {report.estimate.unpriced} resources have none."


def _over(report: MonthReport) -> str:
    over = [line.label for line in report.teams.lines if line.is_over]
    return f"; over budget: {', '.join(over)}" if over else ""
