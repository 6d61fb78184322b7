"""Answers as options of a command line, and questions to a person on a terminal."""

import sys
from collections.abc import Callable, Iterable
from typing import Annotated, Any

import typer

from paved.cli.output import tell


def answer(metavar: str, says: str) -> Any:
    """An option that is an answer: one that is left out is asked, or follows from the others."""
    return typer.Option(metavar=metavar, help=says, show_default=False)


Text = str | None
Number = int | None
Gpus = Annotated[Number, answer("NUMBER", "The most GPUs, or Neuron devices, that may ever run.")]
Vcpus = Annotated[Number, answer("NUMBER", "The most vCPUs of nodes without accelerators that may ever run.")]
Hours = Annotated[Number, answer("NUMBER", "The hours of a month in which they work.")]


def is_terminal() -> bool:
    """Whether a person can be asked: answers come from stdin, and questions go to stderr."""
    return sys.stdin.isatty() and sys.stderr.isatty()


def ask(
    text: str,
    first: Any,
    convert: Callable[[str], Any],
    problems: Callable[[Any], Iterable[str]],
    *,
    may_be_open: bool = False,
) -> Any:
    """The answer of a person, asked until it is one. An open question is left with an empty line."""
    while True:
        default = "" if first is None and may_be_open else first
        said = typer.prompt(text, default=default, show_default=first is not None, type=str, err=True)
        if not str(said).strip():
            return None
        value = convert(str(said).strip())
        found = list(problems(value))
        if not found:
            return value
        tell("\n".join(found))
