"""Where actuals come from, by what a user names: a file, an account, or a rehearsal."""

from dataclasses import dataclass
from datetime import date
from pathlib import Path

from paved.billing.bill_line import Actuals
from paved.billing.budget_owners import Organisation
from paved.billing.estimate import Estimate
from paved.billing.month import Month
from paved.errors import BadInput

ACCOUNT, REHEARSAL = "account", "rehearsal"


@dataclass(frozen=True, kw_only=True)
class Told:
    """The actuals, and what a user should hear of how they were had."""

    actuals: Actuals
    said: str = ""


def actuals(
    given: str,
    month: Month,
    as_of: date,
    owners: Organisation,
    estimate: Estimate | None,
    *,
    keep_duplicates: bool,
    profile: str | None = None,
) -> Told:
    """The charges of a month. Raises BadInput or Refused when they cannot be had."""
    if given == ACCOUNT:
        return _of_account(month, as_of, profile)
    if given == REHEARSAL:
        if estimate is None:
            raise BadInput(
                "a rehearsed bill is made of the estimate", hint="leave out `--no-estimate`, or name a file"
            )
        from paved.billing.rehearsed import rehearsed_actuals

        return Told(actuals=rehearsed_actuals(estimate, owners, month, as_of))
    from paved.billing.focus import read_focus

    return Told(actuals=read_focus(Path(given), month, as_of, keep_duplicates=keep_duplicates))


def _of_account(month: Month, as_of: date, profile: str | None) -> Told:
    from paved.billing.account import account_ledger, page_cache
    from paved.billing.cost_explorer import read_cost_explorer

    cache = page_cache()
    ledger = account_ledger(as_of, cache, profile)
    found = read_cost_explorer(ledger, month, as_of)
    return Told(
        actuals=found,
        said=f"Cost Explorer: {ledger.asked} pages for ${ledger.cost}, {ledger.kept} from {cache}",
    )
