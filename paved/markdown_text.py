"""Text of others inside Markdown: it stays in its cell or block, links to nothing and calls nobody."""

import re
from collections.abc import Iterable


def code(text: str) -> str:
    """Text as code on one line of Markdown, a table's cell included: nothing in it is markup or a mention."""
    line = " ".join(text.replace("`", "'").replace("\\", "/").split())
    return f"`{cell(line)}`" if line else ""


def cell(text: str) -> str:
    """Text that stays in its cell."""
    return text.replace("|", "\\|").replace("\n", " ")


def fenced(lines: Iterable[str]) -> str:
    """Lines as a block of code, behind a fence that none of them can close."""
    text = "\n".join(lines)
    longest = max(map(len, re.findall("`+", text)), default=0)
    fence = "`" * max(3, longest + 1)
    return f"{fence}text\n{text}\n{fence}"
