"""Where actuals come from, by what a user names: a file, an account, or a rehearsal."""

from dataclasses import dataclass
from datetime import date
from pathlib import Path

from paved.billing.bill_line import Actuals
from paved.billing.budget_owners import BudgetOwners
from paved.billing.estimate import MonthEstimate
from paved.billing.month import Month
from paved.errors import BadInput

ACCOUNT, REHEARSAL = "account", "rehearsal"


@dataclass(frozen=True, kw_only=True)
class ActualsSource:
    """The actuals, and what a user should hear of how they were had."""

    actuals: Actuals
    said: str = ""


def actuals(
    given: str,
    month: Month,
    as_of: date,
    owners: BudgetOwners,
    estimate: MonthEstimate | None,
    *,
    keep_duplicates: bool,
    profile: str | None = None,
) -> ActualsSource:
    """The charges of a month. Raises BadInput or Refused when they cannot be had."""
    if given == ACCOUNT:
        return _of_account(month, as_of, profile)
    if given == REHEARSAL:
        if estimate is None:
            raise BadInput(
                "a rehearsed bill is made of the estimate", hint="leave out `--no-estimate`, or name a file"
            )
        from paved.billing.rehearsed import rehearsed_actuals

        return ActualsSource(actuals=rehearsed_actuals(estimate, owners, month, as_of))
    from paved.billing.focus import read_focus

    return ActualsSource(actuals=read_focus(Path(given), month, as_of, keep_duplicates=keep_duplicates))


def _of_account(month: Month, as_of: date, profile: str | None) -> ActualsSource:
    from paved.billing.account import account_ledger, page_cache
    from paved.billing.cost_explorer import read_cost_explorer

    cache = page_cache()
    ledger = account_ledger(as_of, cache, profile)
    found = read_cost_explorer(ledger, month, as_of)
    return ActualsSource(
        actuals=found,
        said=f"Cost Explorer: {ledger.asked} pages for ${ledger.cost}, {ledger.kept} from {cache}",
    )
