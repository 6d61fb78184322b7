"""`paved access`: who may do what, by the plan, and since when, by the history of stack files."""

from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from paved.cli.as_of import AsOf, as_of_date
from paved.cli.output import hint, show, show_json
from paved.cli.project import Json, NoCache, StacksDir, plan_cache, stacks_dir
from paved.errors import BadInput

if TYPE_CHECKING:
    from paved.access.review import DatedGrant
    from paved.access.rights import Holder


def access(
    stacks_named: Annotated[
        list[str] | None,
        typer.Argument(
            metavar="STACK…", help="The stack to read, or several for a review.", show_default=False
        ),
    ] = None,
    all_stacks: Annotated[
        bool, typer.Option("--all", help="Review who is let in by every stack of the folder.")
    ] = False,
    json: Json = False,
    stacks: StacksDir = None,
    as_of: AsOf = None,
    no_cache: NoCache = False,
) -> int:
    """Print what people, groups, pods, nodes and services may do by the plans of a stack and of those below it.

    Of several stacks, or of all, print who is let in, with which rights and since when: a page to sign.
    """
    named = stacks_named or []
    if bool(named) == all_stacks:
        raise BadInput("name a STACK, several for a review, or all with `--all`")
    folder = stacks_dir(stacks)
    if all_stacks or len(named) > 1:
        return _review(folder, named, json)
    return _of_one(named[0], folder, as_of, json, no_cache)


def _of_one(stack: str, folder: Path, as_of: AsOf, json: bool, no_cache: bool) -> int:
    from paved.access.review import dated_grants
    from paved.access.rights import holders
    from paved.access.view import access_data, access_view
    from paved.plan.planner import Planner

    planner = Planner.of_folder(folder, as_of=as_of_date(as_of), cache=plan_cache(no_cache))
    found = list(holders(planner.plan(stack)))
    for base in sorted(planner.bases(stack)):
        # Services and pods below are the platform's own; whoever gets in, and the nodes, are everybody's.
        found += [holder for holder in holders(planner.plan(base)) if holder.kind in ("people", "nodes")]
    dated = dated_grants(folder, [stack, *sorted(planner.bases(stack))])
    found = [_dated(holder, dated) for holder in found]
    if json:
        show_json(access_data(stack, found))
        return 0
    show(access_view(stack, found))
    hint("admission refuses more than RBAC does: see docs/guides/access.md")
    return 0


def _dated(holder: "Holder", dated: "tuple[DatedGrant, ...]") -> "Holder":
    """A holder with the day since which a stack file gives it rights, where it is one that files name."""
    for each in dated:
        if each.grant.stack == holder.stack and holder.is_named(each.grant):
            return replace(holder, since=each.since)
    return holder


def _review(folder: Path, named: list[str], json: bool) -> int:
    from paved.access.review import dated_grants, review_data, review_view, reviewed_stacks, state_of
    from stacks.checks.folder import Folder

    names = reviewed_stacks(Folder.read(folder), named)
    dated, state = dated_grants(folder, names), state_of(folder)
    if json:
        show_json(review_data(dated, state))
    else:
        show(review_view(dated, names, state))
    return 0
