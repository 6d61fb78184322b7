"""Printing of answers on stdout, which may be a pipe that closes or a full disk, and of hints on stderr."""

import json
import os
import sys
from collections.abc import Callable
from functools import partial
from typing import Any

import typer

from paved.errors import BadInput


def show(text: str) -> None:
    """Print on stdout. A reader that has closed the pipe does not change the answer of a command.

    Raises BadInput when stdout cannot be written for another reason.
    """
    try:
        typer.echo(text)
    except BrokenPipeError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
    except OSError as error:
        reason = error.strerror
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())  # or Python fails at exit, once more
        raise BadInput(f"the output cannot be written: {reason}") from error


def hint(text: str) -> None:
    """Print on stderr what to do next: no part of the answer."""
    typer.echo(f"\nhint: {text}", err=True)


def progress() -> Callable[[str], None] | None:
    """A function that prints progress on stderr where a person is watching; None where nobody is."""
    return partial(typer.echo, err=True) if sys.stderr.isatty() else None


def json_text(data: Any) -> str:
    """Data as every command writes it: the same bytes for the same data. Raises ValueError for what JSON lacks."""
    return json.dumps(data, indent=2, sort_keys=True, allow_nan=False)


def show_json(data: Any) -> None:
    """Print data on stdout. Raises BadInput when stdout cannot be written."""
    show(json_text(data))
