"""A YAML list that people keep beside the stack files, in the part of YAML that stack files are written in."""

from collections.abc import Sequence
from pathlib import Path

from paved.errors import BadInput
from paved.files import read_text
from stacks.reading.problems import ConfigError, Problem
from stacks.reading.yaml_source import as_json, parse_yaml


def yaml_entries(path: Path, shown_as: str, entries: str) -> list[tuple[str, str]]:
    """Each entry of a list: the place to name in a message, and the entry as JSON.

    Raises BadInput with every mistake of YAML, or for a file that is no list of `entries`.
    """
    try:
        document = parse_yaml(read_text(path), shown_as)
    except ConfigError as error:
        raise _refused(error.problems) from None
    if document.problems:
        raise _refused([problem.within(shown_as, problem.line) for problem in document.problems])
    if not isinstance(document.root, list):
        raise BadInput(f"`{shown_as}` must be a list of {entries}")
    lines = (document.lines.get((place,), place + 1) for place in range(len(document.root)))
    places = (f"`{shown_as}`, line {line}" for line in lines)
    return [(place, as_json(entry)) for place, entry in zip(places, document.root, strict=True)]


def _refused(problems: Sequence[Problem]) -> BadInput:
    return BadInput("\n".join(str(problem) for problem in problems))
