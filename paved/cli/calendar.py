"""`paved calendar`: ends of blocks, reservations, grants, exceptions, budgets, support and time for actions."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from paved.cli.as_of import AsOf, as_of_date
from paved.cli.output import show, show_json
from paved.cli.project import Json, StacksDir, stacks_dir
from paved.errors import BadInput

if TYPE_CHECKING:
    from datetime import date

    from paved.ends.ends import End


def calendar(
    ics: Annotated[
        bool, typer.Option("--ics", help="Print a calendar that mail programs subscribe to.")
    ] = False,
    json: Json = False,
    stacks: StacksDir = None,
    as_of: AsOf = None,
) -> int:
    """Print what ends, soonest first, and what follows."""
    if ics and json:
        raise BadInput("`--ics` and `--json` are two answers: ask for one")
    from paved.ends.as_ics import as_ics
    from paved.ends.view import ends_data, ends_view

    day = as_of_date(as_of)
    found = _ends(stacks_dir(stacks), day)
    if json:
        show_json(ends_data(found, day))
    else:
        show(as_ics(found, day).rstrip() if ics else ends_view(found, day))
    return 0


def _ends(folder: Path, day: "date") -> "tuple[End, ...]":
    """The ends of a folder's stacks. Raises ConfigError where one has a mistake: what it names would be missing."""
    from paved.ends.ends import ends
    from paved.incident.actions import read_past_incidents
    from paved.policy.plan_evaluator import policy_file
    from stacks.checks.folder import Folder
    from stacks.reading.problems import ConfigError

    read = Folder.read(folder, day)
    own = [problem for name in read.names if not read.is_sound(name) for problem in read.problems_of([name])]
    if own:
        raise ConfigError(dict.fromkeys(own))
    past = read_past_incidents(folder, read.names)
    return ends(read.organisation.stacks, policy_file(folder, read.names).exceptions, past)
