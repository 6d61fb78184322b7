"""`paved review`: a change of stack files as one comment: plan, verdict of the rules, cost, who has to agree."""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from paved.cli.as_of import AsOf, as_of_date
from paved.cli.cost import Prices
from paved.cli.output import hint, show, show_json
from paved.cli.project import Json, NoCache, StacksDir, plan_cache, stacks_dir
from paved.errors import BadInput, Refused
from paved.table_text import counted

if TYPE_CHECKING:
    from paved.review.stack_changes import Review

INVALID = 2


def review(
    against: Annotated[
        str, typer.Option("--against", metavar="REF", help="The git revision before the change.")
    ],
    at: Annotated[
        str | None,
        typer.Option(
            metavar="REF",
            help="Read the stack files at a git revision, of which nothing is run; by default those of the folder.",
            show_default=False,
        ),
    ] = None,
    post: Annotated[
        bool,
        typer.Option("--post", help="Write it on the pull request of this pipeline, or edit it there."),
    ] = False,
    json: Json = False,
    stacks: StacksDir = None,
    as_of: AsOf = None,
    prices: Prices = None,
    no_cache: NoCache = False,
) -> int:
    """Print a change of stack files as Markdown for its pull request. Fails where a changed stack is refused."""
    if json and post:
        raise BadInput("`--json` and `--post` are two answers: ask for one")
    from paved.cost.book import book_of
    from paved.git import files_changed, stacks_at
    from paved.review.stack_changes import Judge

    folder = stacks_dir(stacks)
    judge = Judge(book=book_of(prices), as_of=as_of_date(as_of), cache=plan_cache(no_cache))
    with stacks_at(against, folder) as earlier, _folder(folder, at) as later:
        found = judge.review(earlier, later, against, files_changed(folder, against, at))
    _print(found, json=json, post=post)
    return _exit_code(found)


@contextmanager
def _folder(folder: Path, at: str | None) -> Iterator[Path]:
    from paved.git import stacks_at

    if at is None:
        yield folder
        return
    with stacks_at(at, folder) as there:
        yield there


def _print(found: "Review", *, json: bool, post: bool) -> None:
    from paved.review.comment import comment
    from paved.review.view import review_data

    if json:
        show_json(review_data(found))
        return
    text = comment(found)
    show(text)
    if post:
        hint(f"the comment was {_posted(text)}")


def _posted(text: str) -> str:
    from paved.review.posting import post, service_of

    return post(text, service_of(os.environ))


def _exit_code(found: "Review") -> int:
    """0 where nothing refuses the change, 2 for mistakes in files. Raises Refused where a rule does."""
    if found.mistakes:
        hint("`paved validate` prints the mistakes with their lines")
        return INVALID
    if found.blocked:
        names = ", ".join(f"{move.before} to {move.after}" for move in found.blocked)
        raise Refused(
            f"the release cannot be moved: {names}", hint="`paved validate --against REF` prints the steps"
        )
    if found.refused:
        names = ", ".join(each.stack for each in found.refused)
        raise Refused(
            f"mandatory rules refuse {counted(len(found.refused), 'stack')}: {names}",
            hint="`paved plan STACK` shows the findings, `paved policy show RULE` says how to mend one",
        )
    return 0
