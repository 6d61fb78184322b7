"""Sources of actuals, as a user names them: a file, an account, or a rehearsal."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path

from paved.billing.bill_line import Actuals
from paved.billing.budget_owners import BudgetOwners
from paved.billing.metric import Metric, check_metric
from paved.billing.month import Month
from paved.billing.month_estimate import MonthEstimate
from paved.errors import BadInput

ACCOUNT, REHEARSAL = "account", "rehearsal"


@dataclass(frozen=True)
class ActualsRequest:
    """A question to a source: for a month as it stands on a day, in a metric."""

    source: str
    month: Month
    as_of: date
    metric: Metric
    keep_duplicates: bool
    profile: str | None


@dataclass(frozen=True, kw_only=True)
class ActualsSource:
    """The actuals with the estimate of the same stacks, and a note for the user on how they were had."""

    actuals: Actuals
    estimate: MonthEstimate | None = None
    note: str = ""


def read_actuals(
    request: ActualsRequest, budget_owners: BudgetOwners, estimate_of: Callable[[], MonthEstimate | None]
) -> ActualsSource:
    """Read the lines of a month. Raises BadInput or Refused when they cannot be had, or not in the metric."""
    if request.source == REHEARSAL:
        return _rehearsed(request, budget_owners, estimate_of())
    source = _of_account(request) if request.source == ACCOUNT else _of_file(request)
    check_metric(source.actuals, request.metric)
    # After the bill: a file with a mistake is told of at once, and not after the half minute that estimates take.
    return replace(source, estimate=estimate_of())


# Readers are imported where they are used: boto3, moto and DuckDB are slow to load, and a report needs one of them.


def _rehearsed(
    request: ActualsRequest, budget_owners: BudgetOwners, estimate: MonthEstimate | None
) -> ActualsSource:
    if estimate is None:
        raise BadInput(
            "a rehearsed bill is made of the estimate", hint="leave out `--no-estimate`, or name a file"
        )
    from paved.billing.rehearsed_bill import rehearsed_actuals

    actuals = rehearsed_actuals(estimate, budget_owners, request.month, request.as_of)
    check_metric(actuals, request.metric)
    return ActualsSource(actuals=actuals, estimate=estimate)


def _of_file(request: ActualsRequest) -> ActualsSource:
    from paved.billing.focus import read_focus

    path, keep = Path(request.source), request.keep_duplicates
    return ActualsSource(actuals=read_focus(path, request.month, request.as_of, keep_duplicates=keep))


def _of_account(request: ActualsRequest) -> ActualsSource:
    from paved.billing.cost_explorer import read_cost_explorer
    from paved.billing.cost_explorer_cache import account_cost_explorer, page_cache

    cache = page_cache()
    explorer = account_cost_explorer(request.as_of, cache, request.profile)
    return ActualsSource(
        actuals=read_cost_explorer(explorer, request.month, request.as_of),
        note=f"Cost Explorer: {explorer.asked} pages for ${explorer.cost}, {explorer.kept} from {cache}",
    )
