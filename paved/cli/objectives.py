"""`paved objectives`: whether the error budgets of a stack let a release pass."""

from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated

import typer

from paved.cli.output import show, show_json
from paved.cli.project import Json, StacksDir, stacks_dir
from paved.errors import BadInput

MOMENT = "%Y-%m-%dT%H:%MZ"


def objectives(
    stack: Annotated[str, typer.Argument(metavar="STACK", help="A team's stack.", show_default=False)],
    budgets: Annotated[
        Path | None,
        typer.Option(
            "--budgets",
            metavar="FILE",
            help="The answer of Prometheus's `/api/v1/query`; without it the query is printed.",
        ),
    ] = None,
    at: Annotated[
        str | None,
        typer.Option("--at", metavar="YYYY-MM-DDTHH:MMZ", help="The moment of the release; by default now."),
    ] = None,
    json: Json = False,
    stacks: StacksDir = None,
) -> int:
    """Print what is left of each objective's error budget, and refuse a release where one is used up or not known.

    A budget without a sample, of NaN, or asked for more than 15 minutes ago blocks: not known is not full.
    """
    from paved.error_budgets.answer import query, readings
    from paved.error_budgets.promises import promises
    from paved.error_budgets.verdict import as_data, is_open, verdicts, view
    from stacks.checks.folder import Folder
    from stacks.schema import Team

    found = Folder.read(stacks_dir(stacks), as_of=_moment(at).date()).checked(stack).stack
    if not isinstance(found, Team):
        raise BadInput(f"`{stack}` is no team's stack, and promises nothing")
    if budgets is None:
        show(query(stack))
        return 0
    judged = verdicts(promises(stack, found), readings(budgets), _moment(at))
    if json:
        show_json(as_data(stack, judged))
    else:
        show(view(stack, judged))
    return 0 if is_open(judged) else 1


def _moment(given: str | None) -> datetime:
    """The moment of the option `--at`, or now. Raises BadInput for another text."""
    if given is None:
        return datetime.now(UTC)
    try:
        return datetime.strptime(given, MOMENT).replace(tzinfo=UTC)
    except ValueError:
        raise BadInput(f"`--at` must be a moment in UTC as YYYY-MM-DDTHH:MMZ, got `{given[:40]}`") from None
