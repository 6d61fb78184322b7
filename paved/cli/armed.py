"""`paved armed`: the guards of a budget, and whether they would act."""

from datetime import date
from typing import TYPE_CHECKING, Annotated

import typer

from paved.cli.as_of import AsOf, as_of_date
from paved.cli.output import show, show_json
from paved.cli.project import Json, NoCache, StacksDir, plan_cache, stacks_dir
from paved.errors import BadInput
from paved.live_account import Profile
from reference.vocabulary import BUDGET

if TYPE_CHECKING:
    from paved.budget_status.guards import Guard
    from paved.plan.planner import Planner


def armed(
    stack: Annotated[str, typer.Argument(metavar="STACK", help="A stack with a budget.", show_default=False)],
    profile: Profile = None,
    json: Json = False,
    as_of: AsOf = None,
    stacks: StacksDir = None,
    no_cache: NoCache = False,
) -> int:
    """Ask the account whether a budget, its alerts and its freeze are as planned and would act, and say why not.

    Every call only reads; Cost Explorer takes a cent for the state of the cost tag, and two for anomaly monitors.
    """
    from paved.budget_status.guards import all_armed, as_json
    from paved.budget_status.view import guards_view
    from paved.plan.planner import Planner

    today = as_of_date(as_of)
    planner = Planner.of_folder(stacks_dir(stacks), as_of=today, cache=plan_cache(no_cache))
    guards = _guards(planner, stack, profile, today)
    if json:
        data = {
            "schema_version": "1",
            "stack": stack,
            "armed": all_armed(guards),
            "guards": [as_json(guard) for guard in guards],
        }
        show_json(data)
    else:
        show(guards_view(stack, guards))
    return 0 if all_armed(guards) else 1


def _guards(planner: "Planner", stack: str, profile: str | None, today: date) -> "list[Guard]":
    """The guards of a stack's budget in its account. Raises BadInput where there is none, or for other credentials."""
    from paved.audit.audited_stack import AuditedStack
    from paved.audit.credentials import check_caller
    from paved.aws.reading.account import AccountReader
    from paved.budget_status.account_facts import read_budget_facts
    from paved.budget_status.guards import budget_guards
    from paved.live_account import LiveAccount

    audited = AuditedStack.of(planner, stack)
    if not audited.plan.of(BUDGET):
        raise BadInput(
            f"`{stack}` plans no budget", hint="name a stack that has one: a team's, or a foundation's"
        )
    clients = LiveAccount(profile).client
    check_caller(AccountReader(clients), audited.target.account, audited.region, stack)
    return budget_guards(read_budget_facts(audited, clients), today)
