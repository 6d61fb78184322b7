"""`paved access`: who may do what, by the plan."""

from typing import Annotated

import typer

from paved.cli.as_of import AsOf, as_of_date
from paved.cli.output import hint, show, show_json
from paved.cli.project import Json, NoCache, StacksDir, plan_cache, stacks_dir


def access(
    stack: Annotated[str, typer.Argument(metavar="STACK", help="The stack to read.", show_default=False)],
    json: Json = False,
    stacks: StacksDir = None,
    as_of: AsOf = None,
    no_cache: NoCache = False,
) -> int:
    """Print what people, groups, pods, nodes and services may do by the plans of a stack and of those below it."""
    from paved.access.rights import holders
    from paved.access.view import access_data, access_view
    from paved.plan.planner import Planner

    planner = Planner.of_folder(stacks_dir(stacks), as_of=as_of_date(as_of), cache=plan_cache(no_cache))
    found = list(holders(planner.plan(stack)))
    for base in sorted(planner.bases(stack)):
        # Services and pods below are the platform's own; whoever gets in, and the nodes, are everybody's.
        found += [holder for holder in holders(planner.plan(base)) if holder.kind in ("people", "nodes")]
    if json:
        show_json(access_data(stack, found))
        return 0
    show(access_view(stack, found))
    hint("admission refuses more than RBAC does: see docs/guides/access.md")
    return 0
