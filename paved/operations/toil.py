"""Toil: what people did by hand, from the histories of stacks and from a file that teams keep."""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from pathlib import Path

from paved.errors import BadInput
from paved.operations.csv_rows import TableRow, read_table
from paved.operations.organisation import PLATFORM, OrganisationFacts
from stacks.reading.problems import shown

TOIL_COLUMNS = ("date", "team", "minutes", "what")


@dataclass(frozen=True, kw_only=True)
class ManualWork:
    """Work by hand that a team wrote down."""

    day: date
    team: str
    minutes: Decimal
    what: str


def read_toil(path: Path, organisation: OrganisationFacts) -> tuple[ManualWork, ...]:
    """The work of `toil.csv`. Raises BadInput for another file, or a team that no stack file names."""
    teams = {stack.team for stack in organisation.stacks.values()} | {PLATFORM}
    return tuple(_work(row, teams) for row in read_table(path, TOIL_COLUMNS))


def _work(row: TableRow, teams: set[str]) -> ManualWork:
    team = row.text("team")
    if team not in teams:
        known = ", ".join(f"`{name}`" for name in sorted(teams))
        raise BadInput(f"{row.where}: `team` must be one of {known}, got `{shown(team, limit=40)}`")
    return ManualWork(
        day=row.day("date"),
        team=team,
        minutes=row.number("minutes", most=60 * 24 * 31),
        what=row.text("what"),
    )
