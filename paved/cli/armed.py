"""`paved armed`: whether what guards a team's budget would act."""

from dataclasses import asdict
from typing import Annotated

import typer

from paved.cli.output import show, show_json
from paved.cli.project import Json, StacksDir, stacks_dir
from paved.errors import BadInput
from paved.live_account import Profile


def armed(
    stack: Annotated[str, typer.Argument(metavar="STACK", help="A team stack.", show_default=False)],
    profile: Profile = None,
    json: Json = False,
    stacks: StacksDir = None,
) -> int:
    """Ask the account whether a team's budget, its alerts and its freeze would act, and say why where not."""
    from paved.budget_status.guards import armed as all_armed
    from paved.budget_status.guards import guards
    from paved.budget_status.reading import read_facts
    from paved.budget_status.view import guards_view
    from paved.live_account import LiveAccount
    from paved.plan.planner import Planner
    from stacks.schema import Team

    planner = Planner.of_folder(stacks_dir(stacks))
    team = planner.config(stack).stack
    if not isinstance(team, Team):
        raise BadInput(
            f"`{stack}` has no budget of a team", hint="name a team stack: `paved validate` lists them"
        )
    plan = planner.plan(stack)
    facts = read_facts(LiveAccount(profile), plan, team.account.region, team.account.id)
    found = guards(plan.outputs["budget"], facts)
    if json:
        data = {
            "schema_version": "1",
            "stack": stack,
            "armed": all_armed(found),
            "guards": [asdict(guard) for guard in found],
        }
        show_json(data)
    else:
        show(guards_view(stack, found))
    return 0 if all_armed(found) else 1
