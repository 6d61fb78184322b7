"""An answer of PagerDuty's API that is whole."""

from pathlib import Path
from typing import Any

from paved.errors import BadInput
from paved.files import read_json


def pagerduty_entries(path: Path, key: str) -> list[Any]:
    """The entries of `GET /<key>`. Raises BadInput for a file that is no such answer, or only a part of one."""
    data = read_json(path)
    entries = data.get(key) if isinstance(data, dict) else None
    if not isinstance(data, dict) or not isinstance(entries, list):
        raise BadInput(f"`{path}` must have `{key}`, as `GET /{key}` of PagerDuty answers")
    if data.get("more") is True:
        raise BadInput(f"`{path}` is one page of several: put the `{key}` of all pages into one file")
    return entries
