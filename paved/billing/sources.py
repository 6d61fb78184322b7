"""Sources of actuals, as a user names them: a file, an account, or a rehearsal."""

from dataclasses import dataclass
from datetime import date
from pathlib import Path

from paved.billing.bill_line import Actuals
from paved.billing.budget_owners import BudgetOwners
from paved.billing.month import Month
from paved.billing.month_estimate import MonthEstimate
from paved.errors import BadInput

ACCOUNT, REHEARSAL = "account", "rehearsal"


@dataclass(frozen=True, kw_only=True)
class ActualsSource:
    """The actuals, and a note for the user on how they were had."""

    actuals: Actuals
    note: str = ""


def read_actuals(
    given: str,
    month: Month,
    as_of: date,
    budget_owners: BudgetOwners,
    estimate: MonthEstimate | None,
    *,
    keep_duplicates: bool,
    profile: str | None = None,
) -> ActualsSource:
    """Read the lines of a month. Raises BadInput or Refused when they cannot be had."""
    # Imported where they are used: boto3, moto and DuckDB are slow to load, and a report needs one of them.
    if given == ACCOUNT:
        return _of_account(month, as_of, profile)
    if given == REHEARSAL:
        if estimate is None:
            raise BadInput(
                "a rehearsed bill is made of the estimate", hint="leave out `--no-estimate`, or name a file"
            )
        from paved.billing.rehearsed_bill import rehearsed_actuals

        return ActualsSource(actuals=rehearsed_actuals(estimate, budget_owners, month, as_of))
    from paved.billing.focus import read_focus

    return ActualsSource(actuals=read_focus(Path(given), month, as_of, keep_duplicates=keep_duplicates))


def _of_account(month: Month, as_of: date, profile: str | None) -> ActualsSource:
    from paved.billing.cost_explorer import read_cost_explorer
    from paved.billing.cost_explorer_cache import account_cost_explorer, page_cache

    cache = page_cache()
    explorer = account_cost_explorer(as_of, cache, profile)
    actuals = read_cost_explorer(explorer, month, as_of)
    return ActualsSource(
        actuals=actuals,
        note=f"Cost Explorer: {explorer.asked} pages for ${explorer.cost}, {explorer.kept} from {cache}",
    )
