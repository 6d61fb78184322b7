"""Sentences of the report, the same in every rendering."""

from paved.billing.forecast import CONFIDENCE
from paved.billing.formatting import day_in_words, whole_dollars
from paved.billing.report import MonthReport

REHEARSED = "Rehearsed figures: derived from the estimate, billed to nobody."
NO_IDLE = (
    "Idle GPUs are not told apart: no bill knows a pool's GPU hours. Give them with `--utilisation FILE`."
)

NOT_IN_IT = (
    "Nothing here is an invoice: AWS restates a month until it invoices it.",
    "Costs are as billed, before amortising anything paid up front; the amortised total stands beside the bill.",
    "Salaries, data center costs and software bought outside AWS are in no bill and in no line.",
)


def headline(report: MonthReport) -> str:
    """The month in one sentence or two, for somebody who reads no further."""
    teams = report.tables.teams.teams
    if teams is None or teams.variance is None or teams.budget is None:
        return _bill(report)
    verb = "came in" if report.horizon.is_closed else "are"
    side = "over" if teams.variance < 0 else "under"
    by = whole_dollars(abs(teams.variance))
    budgets = f"their budgets of {whole_dollars(teams.budget)}{_over_budget(report)}"
    return f"{_bill(report)} Teams {verb} {by} {side} {budgets}."


def _bill(report: MonthReport) -> str:
    month, bill = report.month.in_words, whole_dollars(report.bill)
    if report.horizon.is_closed:
        return f"{month} came to {bill}."
    if report.forecast is None:
        return f"{month} has come to {bill} so far; too little is known to forecast it."
    return f"{month} is forecast to come to {whole_dollars(report.forecast.amount)}."


def interval(report: MonthReport) -> str | None:
    """The interval of the forecast, in words."""
    forecast = report.forecast
    if forecast is None or forecast.low is None or forecast.high is None:
        return None
    both = f"{whole_dollars(forecast.low)} to {whole_dollars(forecast.high)}"
    # Floor and ceiling of an estimate are limits, and no statistics: they have no confidence.
    if forecast.basis == "estimate":
        return f"{both} as planned at least and at most"
    return f"{CONFIDENCE} % interval {both}"


def known_until(report: MonthReport) -> str:
    """The known part of the month, in words."""
    if report.horizon.is_closed:
        return "The whole month is billed."
    if not report.horizon.seen:
        basis = "the month before" if report.horizon.has_history else "the estimate"
        return f"No day of the month is settled yet: the forecast rests on {basis}."
    through, ahead = day_in_words(report.horizon.through), len(report.horizon.ahead)
    return f"Usage is read up to {through}; the {ahead} days after it are forecast, whatever of them is billed already."


def prices(report: MonthReport) -> str | None:
    """The age of the estimate's prices, and the number of resources that it leaves out."""
    if report.estimate is None:
        return None
    return f"Estimates are at prices of {report.estimate.prices_as_of}; {report.estimate.unpriced} resources have none."


def _over_budget(report: MonthReport) -> str:
    over = [line.label for line in report.tables.teams.lines if line.is_over]
    return f"; over budget: {', '.join(over)}" if over else ""
