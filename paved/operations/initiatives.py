"""The initiatives that a platform's or a team's report names, from a file that its owners keep."""

from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from paved.errors import BadInput
from paved.operations.organisation import WHOLE, OrganisationFacts
from paved.yaml_document import yaml_entries
from stacks.reading.problems import shown

Line = Annotated[str, Field(min_length=1, max_length=200)]


class InitiativeEntry(BaseModel):
    """One entry of the file."""

    model_config = ConfigDict(extra="forbid", frozen=True, strict=True)

    title: Line
    owner: Line
    status: Annotated[str, Field(pattern=r"^(planned|on track|at risk|late|done)$")]
    due: date
    outcome: Line
    team: Line = WHOLE


RULES = {
    "status": "planned, on track, at risk, late or done",
    "due": "a day as YYYY-MM-DD, in quotes",
    "title": "text of 1 to 200 characters",
    "owner": "text of 1 to 200 characters",
    "outcome": "text of 1 to 200 characters",
    "team": "a team that has a stack, or left out for the platform",
}


@dataclass(frozen=True, kw_only=True)
class Initiative:
    """An initiative of a team, or of the whole organisation."""

    title: str
    owner: str
    status: str
    due: date
    outcome: str
    team: str


def read_initiatives(path: Path, organisation: OrganisationFacts) -> tuple[Initiative, ...]:
    """The initiatives of a YAML list, in its order, which is their rank. Raises BadInput with every mistake."""
    problems: list[str] = []
    found: list[Initiative] = []
    for where, entry in yaml_entries(path, str(path), f"initiatives: {', '.join(RULES)}"):
        try:
            read = InitiativeEntry.model_validate_json(entry)
        except ValidationError as error:
            problems += [_problem(where, each["loc"], each["input"]) for each in error.errors()]
            continue
        if read.team not in (*organisation.teams, WHOLE):
            problems.append(_problem(where, ("team",), read.team))
        found.append(Initiative(**read.model_dump()))
    if problems:
        raise BadInput("\n".join(problems))
    return tuple(found)


def _problem(where: str, location: tuple[int | str, ...], value: object) -> str:
    key = str(location[0]) if location else ""
    rule = RULES.get(key)
    if not key:
        return f"{where}: must be a mapping, got `{shown(str(value), limit=40)}`"
    if rule is None:
        return f"{where}: `{shown(key, limit=40)}` is no key of an initiative: {', '.join(RULES)}"
    if isinstance(value, dict):  # pydantic shows the whole entry where a key is missing
        return f"{where}: `{key}` is required: {rule}"
    return f"{where}: `{key}` must be {rule}, got `{shown(str(value), limit=60)}`"
