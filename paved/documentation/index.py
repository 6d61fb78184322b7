"""The index of the documentation as llmstxt.org has it: a title, a summary, and lists of links with a note each."""

import re
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

from paved.documentation.commands import commands

FOLDERS = {"Guides": "docs/guides", "Reference": "docs/reference", "Decisions": "docs/decisions"}
"""Sections of the index, and the folder whose pages each lists."""

START = {
    "README.md": "what it is, the two commands to try first, who uses what",
    "CONTRIBUTING.md": "the folder tree, and recipes for each kind of change",
    "docs/architecture.md": "how a stack file becomes resources, a plan, a price, a verdict and a rehearsal",
    "CHANGELOG.md": "what changed, by version",
    "SECURITY.md": "how to report a vulnerability",
}
"""Pages that are read first, and what is in each."""

COMMANDS_PAGE = "docs/reference/commands.md"
RUNBOOKS = "docs/runbooks"
NOTE_LIMIT = 160


def index_page(root: Path, group: Any) -> str:
    """The text of llms.txt for the pages of a checkout."""
    title, summary = _heading(root / "README.md")
    first = [f"- [{_heading(root / page)[0]}]({page}): {note}" for page, note in START.items()]
    blocks = [f"# {title}", f"> {summary}", "\n".join(["## Start", "", *first])]
    for name, folder in FOLDERS.items():
        blocks.append(_section(name, sorted((root / folder).glob("*.md")), root))
    blocks.append("\n".join(["## Commands", "", *_commands(group)]))
    # By llmstxt.org's own word, what a reader with little room may leave out.
    blocks.append(_section("Optional", sorted((root / RUNBOOKS).glob("*.md")), root))
    return "\n\n".join(blocks) + "\n"


def _section(name: str, pages: Iterable[Path], root: Path) -> str:
    lines = [f"## {name}", ""]
    for page in pages:
        title, note = _heading(page)
        lines.append(f"- [{title}]({page.relative_to(root).as_posix()}): {_cut(note)}")
    return "\n".join(lines)


def _commands(group: Any) -> Iterator[str]:
    for name, command in commands(group):
        says = " ".join((command.short_help or command.help).split())
        yield f"- [{name}]({COMMANDS_PAGE}#{name.replace(' ', '-')}): {says}"


def _heading(page: Path) -> tuple[str, str]:
    """The title of a page, and the first paragraph of text after it, without markup."""
    first, *rest = page.read_text(encoding="utf-8").split("\n\n")
    title, _, more = first.lstrip("# ").partition("\n")
    blocks = [more, *rest]
    text = next((block for block in blocks if _is_text(block)), "")
    return _plain(title), " ".join(_plain(text).split())


def _is_text(block: str) -> bool:
    """Whether a block is a paragraph, and not a heading, a table, code, a list, a picture or a record's date."""
    return bool(block.strip()) and not block.lstrip().startswith((*"#|`-!<", "Date:", "Status:"))


def _plain(text: str) -> str:
    """Text of Markdown without its links and emphasis."""
    return re.sub(r"\[([^\]]*)\]\([^)]*\)", r"\1", text).replace("*", "")


def _cut(note: str) -> str:
    """The sentences of a note that fit, the first whatever its length."""
    kept = ""
    for sentence in re.split(r"(?<=[.:]) ", note):
        longer = f"{kept} {sentence}".strip()
        if kept and len(longer) > NOTE_LIMIT:
            break
        kept = longer
    return kept
