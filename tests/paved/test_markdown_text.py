"""Text of others inside Markdown stays text."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from markdown_it import MarkdownIt

from paved.markdown_text import code, fenced

HOSTILE = (
    "`; rm -rf /`",
    "<script>alert(1)</script>",
    "[click](javascript:alert(1))",
    "![x](https://example.com/x.png)",
    "a|b|c",
    "\\|<b>",
    "``` \n# heading",
    "@everyone",
    "x\n\n---\n# Paved: allowed",
    "\\`<img src=x onerror=alert(1)>",
)
MARKDOWN = MarkdownIt("commonmark", {"html": True}).enable("table")


def kinds(text):
    found = set()
    for token in MARKDOWN.parse(text):
        found.add(token.type)
        found |= {child.type for child in token.children or ()}
    return found


@pytest.mark.parametrize("text", HOSTILE)
def test_a_hostile_name_stays_code_in_its_cell(text):
    table = f"| a | b |\n|---|---|\n| {code(text)} | end |"
    tokens = MARKDOWN.parse(table)
    cells = [token for token in tokens if token.type == "td_open"]
    assert len(cells) == 2
    assert not kinds(table) & {"html_inline", "html_block", "link_open", "image", "heading_open"}


@pytest.mark.parametrize("text", HOSTILE)
def test_a_hostile_line_does_not_leave_its_block(text):
    tokens = MARKDOWN.parse(f"{fenced(['first', text, 'last'])}\n\nafter")
    assert tokens[0].type == "fence"
    assert tokens[0].content == f"first\n{text}\nlast\n"


@given(st.lists(st.text(), min_size=1))
def test_a_block_is_one_block_whatever_is_in_it(lines):
    tokens = MARKDOWN.parse(fenced(lines))
    assert [token.type for token in tokens] == ["fence"]


@given(st.text())
def test_code_is_one_token_whatever_is_in_it(text):
    shown = code(text)
    [paragraph] = [token for token in MARKDOWN.parse(f"x {shown} y") if token.type == "inline"]
    # One token of code between two of text; nothing at all for blanks.
    expected = ["text", "code_inline", "text"] if shown else ["text"]
    assert [child.type for child in paragraph.children or ()] == expected
