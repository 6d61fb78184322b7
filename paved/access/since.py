"""The commit since which a stack file has given somebody rights, by the file's history."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

from paved.access.grants import AccessGrant, access_grants
from paved.git import GitFailed, Revision, is_shallow, revisions
from reference.vocabulary import CONFIG_PREFIX


@dataclass(frozen=True, kw_only=True)
class Since:
    """The day, the commit and the author of a grant; without a day `note` says why it is not known."""

    day: str | None = None
    commit: str | None = None
    author: str | None = None
    note: str = ""

    def __str__(self) -> str:
        """The day, or `unknown`, with what is to be said of it."""
        if self.day is None:
            return f"unknown: {self.note}"
        return f"{self.day}, {self.note}" if self.note else self.day


NOT_IN_GIT = Since(note="not in git")
NOT_COMMITTED = Since(note="not committed")


def since_when(path: Path, grants: Iterable[AccessGrant]) -> dict[AccessGrant, Since]:
    """Date each grant of a stack file by the commit since which the file has it."""
    wanted = tuple(grants)
    try:
        history = revisions(path)
        cut_off = is_shallow(path.parent)
    except GitFailed:
        return dict.fromkeys(wanted, NOT_IN_GIT)
    return {grant: _since(grant, history, cut_off=cut_off) for grant in wanted}


def _since(grant: AccessGrant, history: list[Revision], *, cut_off: bool) -> Since:
    """Go back from the newest revision for as long as it has the grant."""
    if not history:
        return NOT_IN_GIT
    first: Revision | None = None
    for revision in history:
        if grant not in access_grants(grant.stack, sections(revision.text)):
            break
        first = revision
    if first is None:
        return NOT_COMMITTED
    note = "or before: this clone knows no more" if cut_off and first is history[-1] else ""
    return Since(day=first.day, commit=first.commit, author=first.author, note=note)


def sections(text: bytes) -> Mapping[str, Any]:
    """The sections of a stack file of any age as data; none where it cannot be read."""
    try:
        data = yaml.safe_load(text)
    except (yaml.YAMLError, UnicodeDecodeError):
        return {}
    config = data.get("config") if isinstance(data, dict) else None
    if not isinstance(config, dict):
        return {}
    return {str(key).removeprefix(CONFIG_PREFIX): value for key, value in config.items()}
