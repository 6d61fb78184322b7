"""`paved objectives`: whether the error budgets of a stack let a release pass."""

from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from paved.cli.output import show, show_json
from paved.cli.project import Json, StacksDir, stacks_dir
from paved.errors import BadInput
from paved.moment_option import moment_option

if TYPE_CHECKING:
    from stacks.schema import Team


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

    now = datetime.now(UTC) if at is None else moment_option(at)
    team = _team(stack, stacks_dir(stacks), now)
    if budgets is None:
        show(query(stack))
        return 0
    judged = verdicts(promises(stack, team), readings(budgets), now)
    if json:
        show_json(as_data(stack, judged))
    else:
        show(view(stack, judged))
    return 0 if is_open(judged) else 1


def _team(stack: str, folder: Path, now: datetime) -> "Team":
    """The stack of a team, as its file has it. Raises BadInput for that of something else."""
    from stacks.checks.folder import Folder
    from stacks.schema import Team

    read = Folder.read(folder, as_of=now.date())
    found = read.checked(stack).stack
    if isinstance(found, Team):
        return found
    teams = ", ".join(read.organisation.teams)
    raise BadInput(f"`{stack}` is a {found.kind}, and promises nothing", hint=f"stacks of teams are {teams}")
