"""`paved explain`: what a key of a stack file means, and what it makes and costs in a stack."""

from typing import TYPE_CHECKING, Annotated

import typer

from paved.cli.as_of import AsOf, as_of_date
from paved.cli.cost import Prices
from paved.cli.output import hint, show, show_json
from paved.cli.project import Json, NoCache, StacksDir, plan_cache, stacks_dir
from paved.errors import BadInput

if TYPE_CHECKING:
    from paved.explain.explanation import KeyEffect


Key = Annotated[
    str | None,
    typer.Argument(metavar="[KEY]", help="A key, such as `training.pools.max_gpus`.", show_default=False),
]
InStack = Annotated[
    str | None,
    typer.Option(
        "--stack",
        metavar="STACK",
        help="Print what it makes and costs in a stack, whose lists have places: `training.pools[0].efa`.",
        show_default=False,
    ),
]


def explain(
    key: Key = None,
    stack: InStack = None,
    json: Json = False,
    stacks: StacksDir = None,
    as_of: AsOf = None,
    prices: Prices = None,
    no_cache: NoCache = False,
) -> int:
    """Print what a key of a stack file does: its rule, type, limits and default. Without a key, every section."""
    from paved.cost.book import book_of
    from paved.explain.explanation import explanations, key_effect
    from paved.explain.view import explanations_data, explanations_view
    from paved.review.stack_changes import Judge
    from stacks.checks.folder import Folder

    if key is None:
        return _sections(stack, json=json)
    effect: KeyEffect | None = None
    if stack is None:
        found = explanations(key)
    else:
        judge = Judge(book=book_of(prices), as_of=as_of_date(as_of), cache=plan_cache(no_cache))
        folder = stacks_dir(stacks)
        found = explanations(key, Folder.read(folder, judge.as_of).stack(stack).stack.kind)
        effect = key_effect(folder, stack, key, judge)
    if json:
        show_json(explanations_data(found, effect))
    else:
        show(explanations_view(found, effect))
    return 0


def _sections(stack: str | None, *, json: bool) -> int:
    from paved.explain.view import sections_data, sections_view

    if stack is not None:
        raise BadInput("`--stack` needs a KEY", hint="`paved explain` lists the sections")
    if json:
        show_json(sections_data())
        return 0
    show(sections_view())
    hint("`paved explain KEY` explains one, `--stack STACK` what it makes and costs there")
    return 0
