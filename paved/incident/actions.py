"""`incidents.yaml` beside the stack files: incidents that were looked back at, and the actions that came of them."""

import os
from collections.abc import Iterator, Sequence
from datetime import date
from pathlib import Path
from typing import Annotated

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, ValidationError
from pydantic_core import ErrorDetails

from paved.errors import BadInput
from paved.incident.withheld import redacted
from paved.yaml_document import yaml_entries
from stacks.reading.explain import nearest
from stacks.reading.problems import shown

FILE = "incidents.yaml"
# Whoever prints it prints no credential that somebody pasted.
Line = Annotated[str, Field(min_length=1, max_length=200), AfterValidator(redacted)]
RULES = {
    "date": 'the day of the incident as "YYYY-MM-DD"',
    "stack": "a stack of this folder",
    "title": "text of 1 to 200 characters",
    "page": "the path or address of its post-incident page, of 1 to 200 characters",
    "actions": "a list of at least one action with `what`, `owner` and `due`",
    "what": "text of 1 to 200 characters",
    "owner": "who does it, in 1 to 200 characters",
    "due": 'a day as "YYYY-MM-DD", not before the incident',
    "done": 'the day on which it was done as "YYYY-MM-DD", or left out while it is open',
}


class IncidentSection(BaseModel):
    """A mapping of the file. Unknown keys and values of another type are refused."""

    model_config = ConfigDict(extra="forbid", frozen=True, strict=True)


class Action(IncidentSection):
    """A thing that somebody does so that it does not happen again; open until `done` has a day."""

    what: Line
    owner: Line
    due: date
    done: date | None = None

    def is_overdue(self, as_of: date) -> bool:
        """Whether it should have been done before a day, and is not."""
        return self.done is None and self.due < as_of


class PastIncident(IncidentSection):
    """An incident of a stack that is over, and has a post-incident page."""

    date: date
    stack: Line
    title: Line
    page: Line
    actions: Annotated[tuple[Action, ...], Field(min_length=1, strict=False)]


def read_past_incidents(folder: Path, stacks: Sequence[str]) -> tuple[PastIncident, ...]:
    """The incidents of a folder's file, in its order; none where it has no file. Raises BadInput with every mistake."""
    path = folder / FILE
    if not os.path.lexists(path):
        return ()
    problems: list[str] = []
    found: list[PastIncident] = []
    for where, entry in yaml_entries(path, FILE, "incidents: date, stack, title, page, actions"):
        try:
            read = PastIncident.model_validate_json(entry)
        except ValidationError as error:
            problems += [_problem(where, each["loc"], each["type"]) for each in innermost(error.errors())]
            continue
        problems += [f"{where}: {each}" for each in _contradictions(read, stacks)]
        found.append(read)
    if problems:
        raise BadInput("\n".join(problems))
    return tuple(found)


def overdue(incidents: Sequence[PastIncident], as_of: date) -> Iterator[tuple[PastIncident, Action]]:
    """Yield the open actions whose day is past, each with its incident."""
    for each in incidents:
        yield from ((each, action) for action in each.actions if action.is_overdue(as_of))


def innermost(errors: Sequence[ErrorDetails]) -> Iterator[ErrorDetails]:
    """Yield the mistakes but for those of a list that is too short because its entries are mistaken."""
    for each in errors:
        place = each["loc"]
        if not any(
            len(other["loc"]) > len(place) and other["loc"][: len(place)] == place for other in errors
        ):
            yield each


def _contradictions(incident: PastIncident, stacks: Sequence[str]) -> Iterator[str]:
    if incident.stack not in stacks:
        name = shown(incident.stack, limit=40)
        yield f"`stack` must be a stack of this folder, got `{name}`{nearest(incident.stack, list(stacks))}"
    for place, action in enumerate(incident.actions):
        for key, day in (("due", action.due), ("done", action.done)):
            if day is not None and day < incident.date:
                yield f"`actions[{place}].{key}` must not be before the incident, {incident.date}, got {day}"


def _problem(where: str, location: tuple[int | str, ...], kind: str) -> str:
    if not location:
        return f"{where}: must be a mapping with date, stack, title, page and actions"
    path = "".join(f"[{key}]" if isinstance(key, int) else f".{key}" for key in location).removeprefix(".")
    key = next(str(each) for each in reversed(location) if not isinstance(each, int))
    if kind == "extra_forbidden":
        return f"{where}: `{shown(path, limit=60)}` is no key here: {', '.join(RULES)}"
    # Values are not shown: people paste what was on their screens.
    return f"{where}: `{path}` must be {RULES.get(key, 'left out')}"
