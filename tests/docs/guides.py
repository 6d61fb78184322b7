"""Commands that a document shows in its console blocks."""

import re


def console_lines(text: str) -> list[str]:
    """Each line of a document's console blocks, without its prompt."""
    blocks = "".join(re.findall(r"```console\n(.*?)```", text, re.DOTALL))
    return [line.removeprefix("$ ") for line in blocks.splitlines()]
