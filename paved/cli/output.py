"""Printing of answers on stdout, which may be a pipe that closes or a full disk, and of hints on stderr."""

import json
import os
import re
import sys
from collections.abc import Callable
from typing import Any

import typer

from paved.errors import BadInput

_answered = False

GOOD = r"\b(allowed|armed|ok|created|met|meets)\b"
BAD = r"\b(refused|mandatory|violations?|NOT|rejected|unpriced)\b"
DOUBTFUL = r"\b(advisory|undetermined|excepted|pending|warnings?)\b|(?<=^  )!"
TITLE = r"^[A-Z][^\n]*$"
"""Words that are the verdict of an answer, and lines that begin one of its sections."""


CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069]|\r(?!\n)")
"""Characters that a terminal obeys, or that turn a line around. Lines of a calendar end in `\\r\\n`."""


def harmless(text: str) -> str:
    """Text without anything that a terminal obeys: names in a bill or in a history of commits are anybody's."""
    return CONTROL.sub(lambda found: found[0].encode("unicode_escape").decode(), text)


def tell(text: str) -> None:
    """Print on stderr, for a person."""
    typer.echo(harmless(text), err=True)


def answered() -> bool:
    """Whether this command has printed an answer already."""
    return _answered


def begin() -> None:
    """Begin another command in this process: nothing is answered yet."""
    global _answered
    _answered = False


def _has_colour() -> bool:
    """Whether a person reads stdout on a terminal with colours. NO_COLOR of any value says no (no-color.org)."""
    return sys.stdout.isatty() and not os.environ.get("NO_COLOR") and os.environ.get("TERM") != "dumb"


def _coloured(text: str) -> str:
    """The same text, verdicts and titles told apart by colour: nothing is said by colour alone."""
    from io import StringIO

    from rich.console import Console
    from rich.text import Text

    shown = Text(text)
    for pattern, style in ((TITLE, "bold"), (GOOD, "green"), (BAD, "bold red"), (DOUBTFUL, "yellow")):
        shown.highlight_regex(re.compile(pattern, re.MULTILINE), style)
    console = Console(file=StringIO(), force_terminal=True, color_system="standard", legacy_windows=False)
    with console.capture() as capture:
        console.print(shown, end="", soft_wrap=True)
    return capture.get()


def show(text: str) -> None:
    """Print on stdout. A reader that has closed the pipe does not change the answer of a command.

    Raises BadInput when stdout cannot be written for another reason.
    """
    global _answered
    _answered = True
    plain = harmless(text)
    try:
        typer.echo(_coloured(plain) if _has_colour() else plain)
    except BrokenPipeError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
    except OSError as error:
        reason = error.strerror
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())  # or Python fails at exit, once more
        raise BadInput(f"the output cannot be written: {reason}") from error


def hint(text: str) -> None:
    """Print on stderr what to do next: no part of the answer."""
    tell(f"\nhint: {text}")


def progress() -> Callable[[str], None] | None:
    """A function that prints progress on stderr where a person is watching; None where nobody is."""
    return tell if sys.stderr.isatty() else None


def json_text(data: Any) -> str:
    """Data as every command writes it: the same bytes for the same data. Raises ValueError for what JSON lacks."""
    return json.dumps(data, indent=2, sort_keys=True, allow_nan=False)


def show_json(data: Any) -> None:
    """Print data on stdout. Raises BadInput when stdout cannot be written."""
    show(json_text(data))
