"""Sentences of the report, the same in every rendering."""

from collections.abc import Sequence
from datetime import date

from paved.billing.forecast import CONFIDENCE
from paved.billing.formatting import day_in_words, dollars, percent_of, whole_dollars
from paved.billing.metric import MEANINGS
from paved.billing.ownership import FEWEST_OWNED
from paved.billing.report import MonthReport
from pricing.money import ZERO

REHEARSED = "Rehearsed figures: derived from the estimate, billed to nobody."
NO_IDLE = (
    "Idle GPUs are not told apart: no bill knows a pool's GPU hours. Give them with `--utilisation FILE`."
)
NO_COMMITMENTS = (
    "Savings Plans and reservations: no data. The source does not say which line is of which commitment."
)
NO_TEAM_TAGS = (
    "Spend that the budgets in AWS do not count: no data. Cost Explorer tells stacks apart, and not "
    "their team tag."
)
SHOWN_DAYS = 4
"""Missing days that a sentence names; more are counted."""

NOT_IN_IT = (
    "Nothing here is an invoice: AWS restates a month until it invoices it.",
    "Salaries, data center costs and software bought outside AWS are in no bill and in no line.",
)


def headline(report: MonthReport) -> str:
    """The month in a few sentences, for somebody who reads no further."""
    return " ".join(filter(None, (_month(report), _owned(report), verdict(report))))


def _month(report: MonthReport) -> str:
    month, so_far = report.month.in_words, f"{whole_dollars(report.total)} ({report.column})"
    if not report.completeness.is_whole:
        return f"This bill does not hold all of {month}: what it holds comes to {so_far}."
    if report.horizon.is_closed:
        return f"{month} came to {so_far}."
    if report.forecast is None:
        return f"{month} has come to {so_far} so far; too little is known to forecast it."
    return f"{month} is forecast to come to {whole_dollars(report.forecast.amount)} ({report.column})."


def _owned(report: MonthReport) -> str | None:
    """The share of the month that somebody answers for; nothing where it cost nothing yet."""
    share = report.ownership.percent
    return None if share is None else f"{percent_of(share)} of what is spent has an owner."


def verdict(report: MonthReport) -> str | None:
    """Whether budgets are kept, or why nothing is said of it."""
    if not report.ownership.is_whole:
        return "No verdict on budgets is given on a bill that is not whole."
    if not report.ownership.is_judged:
        return f"No verdict on budgets is given where less than {FEWEST_OWNED} % has an owner."
    return _budgets(report)


def _budgets(report: MonthReport) -> str | None:
    teams = report.tables.teams.teams
    if teams is None or teams.variance is None or teams.budget is None:
        return None
    verb = "came in" if report.horizon.is_closed else "are"
    side = "over" if teams.variance < 0 else "under"
    by = whole_dollars(abs(teams.variance))
    return f"Teams {verb} {by} {side} their budgets of {whole_dollars(teams.budget)}{_over_budget(report)}."


def _over_budget(report: MonthReport) -> str:
    over = [line.label for line in report.tables.teams.lines if line.is_over]
    return f"; over budget: {', '.join(over)}" if over else ""


def gaps(report: MonthReport) -> tuple[str, ...]:
    """Sentences on missing parts of the bill; none for a whole one."""
    completeness = report.completeness
    found: list[str] = []
    if completeness.missing:
        found.append(f"No use is billed for {_days(completeness.missing)}.")
    for account, days in completeness.missing_by_account.items():
        found.append(f"No use of account {account} is billed for {_days(days)}.")
    for account in completeness.absent:
        stacks = [owner.stack for owner in report.budget_owners.stacks if owner.account == account]
        found.append(f"No use of account {account} is billed in the month, which {', '.join(stacks)} are in.")
    return tuple(found)


def _days(days: Sequence[date]) -> str:
    named = ", ".join(day.isoformat() for day in days[:SHOWN_DAYS])
    more = len(days) - SHOWN_DAYS
    return f"{named} and {more} more days" if more > 0 else named


def metric(report: MonthReport) -> str:
    """The metric of the figures, in words."""
    return f"Figures are {report.column}, {MEANINGS[report.options.metric]}, where they say nothing else."


def outside(report: MonthReport) -> str | None:
    """The cost of accounts that no stack names, which no table holds."""
    if not report.outside:
        return None
    amount, count = dollars(sum(report.outside.values(), ZERO)), len(report.outside)
    accounts = "an account" if count == 1 else f"{count} accounts"
    return f"{amount} of {accounts} that no stack file names is outside, in no table and no forecast."


def reconciliation(report: MonthReport) -> str:
    """From the total to the invoice, to the cent."""
    found = report.reconciliation
    steps = [f"{dollars(report.total)} {report.column}"]
    if report.outside:
        steps.append(f"{dollars(sum(report.outside.values(), ZERO))} outside")
    steps += [f"{dollars(part.amount)} {part.label}" for part in found.parts]
    return f"{' + '.join(steps)} = {dollars(found.invoice)} BilledCost, the invoice"


def coverage(report: MonthReport) -> str:
    """The coverage by commitments, in words."""
    found = report.commitments
    if found is None:
        return NO_COMMITMENTS
    if found.coverage_percent is None:
        return "Savings Plans and reservations: the month holds no use that one could cover."
    return (
        f"Savings Plans and reservations cover {percent_of(found.coverage_percent)} of the use of instances that they "
        f"could cover: {dollars(found.covered)} of {dollars(found.eligible)} ({found.basis}). "
        f"{dollars(found.unused)} was paid for commitments that nobody used."
    )


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
        return "The whole month is billed." if report.completeness.is_whole else "The month is over."
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
