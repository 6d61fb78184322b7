"""An access review: everybody whom stack files let in, with which rights, by what, and since when."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from rich.table import Table

from paved.access.grants import AccessGrant, HolderForm, access_grants
from paved.access.since import Since, sections, since_when
from paved.errors import BadInput
from paved.evidence.bundle import revision
from paved.table_text import counted, table_text
from stacks.checks.folder import Folder
from stacks.reading.file_text import read_text
from stacks.reading.loader import display
from stacks.reading.problems import file_name

FORMS: Mapping[HolderForm, str] = {"role": "IAM role", "group": "login group", "ci": "CI token"}
COLUMNS = ("stack", "who", "through", "rights", "since", "commit", "by")
SIGNATURE = (
    "Each line is right, or is struck out here and leaves its stack file by a reviewed change.",
    "",
    "Reviewed by  ____________________________    Date  ______________    Signature  ____________________________",
)


@dataclass(frozen=True, kw_only=True)
class DatedGrant:
    """A grant, and since when it is there."""

    grant: AccessGrant
    since: Since


def dated_grants(folder: Path, names: Iterable[str]) -> tuple[DatedGrant, ...]:
    """The grants of some stack files of a folder, by the history of each. A platform's file lets nobody in.

    Raises BadInput and ConfigError for a file that cannot be read: a review without it would be signed for nothing.
    """
    found: list[DatedGrant] = []
    for name in names:
        path = folder / file_name(name)
        grants = access_grants(name, _sections_now(path))
        dated = since_when(path, grants)
        found += [DatedGrant(grant=grant, since=dated[grant]) for grant in grants]
    return tuple(found)


def _sections_now(path: Path) -> Mapping[str, Any]:
    found = sections(read_text(path, display(path)).encode())
    if not found:
        says = f"`{display(path)}` cannot be read, and nobody can say whom it lets in"
        raise BadInput(says, hint="`paved validate` says what is wrong with it")
    return found


def reviewed_stacks(folder: Folder, names: Sequence[str]) -> tuple[str, ...]:
    """The stacks of a review: those named and those below them, or all. Raises ConfigError for a name that is none."""
    return folder.with_bases(names or folder.names)


def state_of(folder: Path) -> str:
    """The commit that is reviewed, and whether files differ from it."""
    found = revision(folder)
    if found["commit"] is None:
        return "of no commit"
    return f"at {found['commit'][:12]}{' with changes that are not committed' if found['changed'] else ''}"


def review_view(dated: Sequence[DatedGrant], stacks: Sequence[str], state: str) -> str:
    """One line a grant, and the lines to sign on. `state` says of which commit."""
    table = Table(box=None, pad_edge=False, show_edge=False)
    for column in COLUMNS:
        table.add_column(column, overflow="fold")
    for each in dated:
        table.add_row(*_cells(each))
    unknown = [each for each in dated if each.since.day is None]
    counts = f"{counted(len(dated), 'grant')} of {counted(len(stacks), 'stack')}"
    summary = f"{counts}; since when is unknown of {len(unknown)}"
    heading = f"Who is let in, by the stack files {state}: {', '.join(stacks)}"
    return "\n\n".join([heading, table_text(table), summary, "\n".join(SIGNATURE)])


def _cells(each: DatedGrant) -> list[str]:
    grant, since = each.grant, each.since
    cells = (grant.stack, grant.name, FORMS[grant.form], grant.rights, str(since), since.commit, since.author)
    return [cell or "-" for cell in cells]


def review_data(dated: Sequence[DatedGrant], state: str) -> dict[str, Any]:
    """The same as JSON data."""
    grants = [{**asdict(each.grant), "since": asdict(each.since)} for each in dated]
    return {"schema_version": "1", "stack_files": state, "grants": grants}
