"""Reading of a stack on its way out, and its steps that Paved does: edits of stack files, the export, the bill."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import date
from pathlib import Path
from typing import Literal

from paved.audit.audited_stack import AuditedStack
from paved.aws.reading.account import AccountReader
from paved.billing.budget_owners import read_budget_owners
from paved.billing.month import Month
from paved.billing.report import month_report
from paved.billing.sources import REHEARSAL, ActualsRequest, read_actuals
from paved.billing.stack_estimates import estimate_stacks
from paved.cost.declared import discounts_of
from paved.edit.stack_edit import StackEdit
from paved.errors import BadInput
from paved.offboard.bundles import BILL, EXPORT, read_bundle
from paved.offboard.final_bill import FinalBill, final_bill, to_come
from paved.offboard.holdings import Holdings, holdings
from paved.offboard.leftovers import Leftovers, leftovers
from paved.offboard.procedure import Departure, Step
from paved.offboard.removal import removal, retiring, without_access
from paved.offboard.retention import retention
from paved.plan.planner import Planner
from pricing.rates import Rates
from reference.prices import PriceBook
from reference.tags import stack_tags
from stacks.reading.file_text import read_text
from stacks.reading.loader import display
from stacks.reading.problems import file_name
from stacks.schema import Foundation, Team

AccountSource = Literal["account", "rehearsal"]
Contents = tuple[Leftovers, Holdings]


def read_departure(
    planner: Planner, folder: Path, name: str, contents: Contents | None, out: Path | None
) -> Departure:
    """All that is known of a stack. Raises BadInput for one that is no team's, and ConfigError."""
    team, foundation_name = team_of(planner, name), planner.folder.organisation.bases(name)[0]
    foundation = planner.config(foundation_name).stack
    assert isinstance(foundation, Foundation)
    left, held = contents or (None, None)
    return Departure(
        name=name,
        team=team,
        foundation=foundation_name,
        platform=team.platform,
        landlord=stack_tags(
            team=foundation.owner.team,
            environment=foundation.environment,
            cost_center=foundation.owner.cost_center,
            # Whoever holds the data now, it stays as secret as it was.
            data_class=team.data_class,
            service=foundation_name,
        ),
        removal=removal(folder, planner.folder, name),
        kept=retention(name, team, planner.plan(name), foundation, planner.plan(foundation_name)),
        left=left,
        held=held,
        export=read_bundle(out, EXPORT, name) if out else None,
        bill=read_bundle(out, BILL, name) if out else None,
    )


def team_of(planner: Planner, name: str) -> Team:
    """The team stack of a name. Raises BadInput for a stack of another kind, and ConfigError for none."""
    stack = planner.folder.checked(name).stack
    if isinstance(stack, Team):
        return stack
    raise BadInput(
        f"`{name}` is a {stack.kind}, and teams leave: stacks that others stand on go after all of these",
        hint="docs/guides/deploying.md has the order in which stacks are destroyed",
    )


def read_contents(
    planner: Planner,
    name: str,
    source: AccountSource,
    profile: str | None,
    on_call: Callable[[str], None] | None = None,
) -> Contents:
    """The leftovers of a stack in its account and what they hold. Raises BadInput where AWS cannot be asked."""
    audited = AuditedStack.of(planner, name)  # a plan is not made while a rehearsal is open
    with _account(planner, name, source, profile, on_call) as account:
        left = leftovers(audited, account)
        return left, holdings(left, account, audited.region)


@contextmanager
def _account(
    planner: Planner,
    name: str,
    source: AccountSource,
    profile: str | None,
    on_call: Callable[[str], None] | None,
) -> Iterator[AccountReader]:
    if source == "rehearsal":
        from paved.audit.rehearsed import rehearsed_account

        with rehearsed_account(planner.folder, name) as (account, _):
            yield account
        return
    from paved.audit.credentials import check_caller
    from paved.live_account import LiveAccount

    declared = planner.config(name).stack.account
    account = AccountReader(LiveAccount(profile).client, on_call)
    check_caller(account, declared.id, declared.region, name)
    yield account


def choose(steps: tuple[Step, ...], name: str | None) -> Step | None:
    """The step of a name; without one, the first that is not done as far as its own file or folder tells."""
    if name is None:
        return next((step for step in steps if step.is_next), None)
    for step in steps:
        if step.name == name:
            return step
    raise BadInput(f"`--step` must be {', '.join(step.name for step in steps)}, got `{name[:40]}`")


def file_edit(departure: Departure, folder: Path, step: Step) -> StackEdit:
    """The team's file without access, or retiring. Raises BadInput where it is so already."""
    file = folder / file_name(departure.name)
    before = read_text(file, display(file))
    is_access = step.name == "access"
    after = without_access(before) if is_access else retiring(before)
    if after == before:
        raise BadInput(f"nothing is left to do for the step `{step.name}` in `{display(file)}`")
    path = ("access",) if is_access else ("lifecycle",)
    return StackEdit(stack=departure.name, path=path, file=file, before=before, after=after)


def bill_of(
    planner: Planner, departure: Departure, request: ActualsRequest, last_day: date, book: PriceBook
) -> FinalBill:
    """The final bill by a source of actuals. Raises BadInput or Refused where that cannot be read."""
    owners = read_budget_owners(planner.folder)
    # An estimate is asked for a rehearsed bill alone: a real one needs none, and it plans every stack.
    needs_estimate = request.source == REHEARSAL
    source = read_actuals(
        request, owners, lambda: estimate_stacks(planner, request.as_of, book) if needs_estimate else None
    )
    report = month_report(request.month, request.as_of, source.actuals, owners, estimate=source.estimate)
    foundation = planner.config(departure.foundation).stack
    assert isinstance(foundation, Foundation)
    rates = Rates(
        book=book,
        region=departure.team.account.region,
        as_of=request.as_of,
        discounts=discounts_of(foundation),
    )
    return final_bill(report, departure.name, last_day, to_come(departure.left, departure.held, rates))


def actuals_request(source: str, last_day: date, as_of: date, profile: str | None = None) -> ActualsRequest:
    """The question for the month of a last day, in what use costs after commitments."""
    return ActualsRequest(source, Month.of(last_day), as_of, "effective", False, profile)
