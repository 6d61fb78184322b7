"""`paved armed`: the guards of a team's budget, and whether they would act."""

from dataclasses import asdict
from typing import Annotated

import typer

from paved.cli.output import show, show_json
from paved.cli.project import Json, NoCache, StacksDir, plan_cache, stacks_dir
from paved.errors import BadInput
from paved.live_account import Profile


def armed(
    stack: Annotated[str, typer.Argument(metavar="STACK", help="A team stack.", show_default=False)],
    profile: Profile = None,
    json: Json = False,
    stacks: StacksDir = None,
    no_cache: NoCache = False,
) -> int:
    """Ask the account whether a team's budget, its alerts and its freeze would act, and say why where not."""
    from paved.budget_status.account_facts import read_budget_facts
    from paved.budget_status.guards import all_armed, budget_guards
    from paved.budget_status.view import guards_view
    from paved.live_account import LiveAccount
    from paved.plan.planner import Planner
    from stacks.schema import Team

    planner = Planner.of_folder(stacks_dir(stacks), cache=plan_cache(no_cache))
    team = planner.config(stack).stack
    if not isinstance(team, Team):
        raise BadInput(
            f"`{stack}` has no budget of a team", hint="name a team stack: `paved validate` lists them"
        )
    plan = planner.plan(stack)
    facts = read_budget_facts(LiveAccount(profile), plan, team.account.region, team.account.id)
    guards = budget_guards(plan.outputs["budget"], facts)
    if json:
        data = {
            "schema_version": "1",
            "stack": stack,
            "armed": all_armed(guards),
            "guards": [asdict(guard) for guard in guards],
        }
        show_json(data)
    else:
        show(guards_view(stack, guards))
    return 0 if all_armed(guards) else 1
