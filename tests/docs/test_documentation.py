"""Pages that are written from the code are those of the code, and the index leads to every page."""

import re
from pathlib import Path

import pytest
import typer

from paved.cli import app
from paved.documentation.commands import commands
from paved.documentation.pages import pages
from stacks.reading.fields import KINDS, known_keys

ROOT = Path(__file__).parents[2]
PAGES = pages(ROOT)
INDEX = (ROOT / "llms.txt").read_text(encoding="utf-8")
LINK = re.compile(r"- \[([^\]]+)\]\(([^)#]+)(?:#([^)]+))?\): (.+)")


def headings(page):
    """The anchors of a page's headings, as GitHub makes them."""
    titles = re.findall(r"^#+ (.+)$", (ROOT / page).read_text(encoding="utf-8"), re.MULTILINE)
    return {title.lower().replace(" ", "-") for title in titles}


@pytest.mark.parametrize("page", PAGES)
def test_a_page_is_what_the_code_makes_of_it(page, monkeypatch):
    # Whatever terminal and day it is written on.
    monkeypatch.setenv("COLUMNS", "40")
    monkeypatch.setenv("PAVED_AS_OF", "2031-01-01")
    written = (ROOT / page).read_text(encoding="utf-8")
    assert written == PAGES[page](), "write it anew with `.venv/bin/python -m paved.documentation`"


def test_the_index_has_the_form_of_llmstxt_org():
    title, summary, *sections = INDEX.rstrip("\n").split("\n\n")
    assert re.fullmatch(r"# \S+", title)
    assert re.fullmatch(r"> [^\n]+", summary)
    for name, links in zip(sections[::2], sections[1::2], strict=True):
        assert re.fullmatch(r"## \w+", name)
        assert all(LINK.fullmatch(line) for line in links.splitlines()), name
    assert sections[-2] == "## Optional"


def test_every_link_of_the_index_leads_somewhere():
    found = LINK.findall(INDEX)
    assert len(found) > 100
    for title, page, anchor, _ in found:
        assert (ROOT / page).is_file(), title
        assert not anchor or anchor in headings(page), title


def test_the_index_lists_every_page():
    linked = {page for _, page, _, _ in LINK.findall(INDEX)}
    there = {path.relative_to(ROOT).as_posix() for path in (ROOT / "docs").rglob("*.md")}
    assert there <= linked


def test_every_command_and_option_is_in_the_reference():
    page = (ROOT / "docs" / "reference" / "commands.md").read_text(encoding="utf-8")
    for name, command in commands(typer.main.get_command(app)):
        (part,) = re.findall(rf"^## {name}\n(.*?)(?=^## |\Z)", page, re.MULTILINE | re.DOTALL)
        for option in (option for each in command.params for option in each.opts if option.startswith("--")):
            assert f"`{option}" in part, name


def test_every_section_of_a_stack_file_is_in_the_reference():
    page = (ROOT / "docs" / "reference" / "stack-files.md").read_text(encoding="utf-8")
    for kind in KINDS:
        for section in known_keys(kind, ()):
            assert f"### `paved:{section}` of a {kind}\n" in page
    assert "| `training.pools[].max_gpus` | whole number |" in page
