"""`paved set`: one value of a stack file, after its consequences were shown."""

import sys
from typing import TYPE_CHECKING, Annotated

import typer

from paved.cli.as_of import AsOf, as_of_date
from paved.cli.cost import Prices
from paved.cli.output import hint, show, show_json
from paved.cli.project import Json, NoCache, StacksDir, plan_cache, stacks_dir, stacks_to_change
from paved.errors import BadInput, Refused

if TYPE_CHECKING:
    from paved.edit.stack_edit import EditOutcome


Changed = Annotated[str, typer.Argument(metavar="STACK", help="The stack to change.", show_default=False)]
Key = Annotated[
    str,
    typer.Argument(metavar="KEY", help="A key, such as `training.pools[h100].max_gpus`.", show_default=False),
]
Value = Annotated[
    str,
    typer.Argument(metavar="VALUE", help="Its value; a list as in `[spot, on-demand]`.", show_default=False),
]
Yes = Annotated[bool, typer.Option("--yes", help="Write it without asking.")]
DryRun = Annotated[bool, typer.Option("--dry-run", help="Print what changes, and write nothing.")]


def set_value(
    stack: Changed,
    key: Key,
    value: Value,
    yes: Yes = False,
    dry_run: DryRun = False,
    json: Json = False,
    stacks: StacksDir = None,
    as_of: AsOf = None,
    prices: Prices = None,
    no_cache: NoCache = False,
) -> int:
    """Change one value of a stack file. Comments and layout stay; what is not valid or not allowed is not written."""
    from paved.cost.book import book_of
    from paved.edit.stack_edit import edited, tried, write
    from paved.edit.view import outcome_data, outcome_view
    from paved.review.stack_changes import Judge
    from stacks.reading.loader import display

    folder = stacks_dir(stacks) if dry_run else stacks_to_change(stacks)
    edit = edited(folder, stack, key, value)
    if edit.before == edit.after:
        raise BadInput(f"`{edit.key}` of `{stack}` has this value already")
    judge = Judge(book=book_of(prices), as_of=as_of_date(as_of), cache=plan_cache(no_cache))
    outcome = tried(edit, folder, judge)
    is_good = not outcome.problems and not outcome.refused
    if not json and not outcome.problems:
        show(outcome_view(outcome))
    is_written = is_good and not dry_run and (yes or (not json and _agrees()))
    if is_written:
        write(edit)
    if json:
        show_json(outcome_data(outcome, is_written=is_written))
    elif is_written:
        hint(f"wrote {display(edit.file)}")
    elif is_good:
        hint("nothing is written: `--yes` writes it")
    if against := refusal(outcome):
        raise against
    return 0


def _agrees() -> bool:
    """Whether a person who has read what changes wants it. Nobody is asked where there is no terminal."""
    return sys.stdin.isatty() and sys.stderr.isatty() and typer.confirm("write it?", err=True)


def refusal(outcome: "EditOutcome") -> Exception | None:
    """ConfigError for mistakes, Refused for violations that the change brings; None where nothing is against it."""
    from stacks.reading.problems import ConfigError

    if outcome.problems:
        return ConfigError(outcome.problems)
    told: list[str] = []
    for change in outcome.refused:
        for each in change.new_findings:
            if change.after and each in change.after.report.violations:
                told.append(f"{change.stack}: {each.rule} {each.resource}: {each.message}")
    hint = "nothing is written; `paved policy show RULE` says how to mend it"
    return Refused("\n".join(told), hint=hint) if told else None
