"""The reference of the command line, from the commands themselves."""

from collections.abc import Iterator
from typing import Any

import typer

from paved.markdown_text import cell

NAME = "paved"


def commands_page(app: typer.Typer) -> str:
    """Every command with its arguments and options, in Markdown."""
    group: Any = typer.main.get_command(app)
    lines = [
        "# Commands",
        "",
        "Written from the commands by `python -m paved.documentation`. Exit codes: 0 done, 1 refused, 2 bad input, "
        "70 a defect of Paved.",
        "With `--json` a command that fails prints the same as data: `exit_code`, `problems`, `hint`.",
    ]
    for name, command in commands(group):
        lines += ["", *_command(name, command)]
    return "\n".join(lines) + "\n"


def commands(group: Any, name: str = NAME) -> Iterator[tuple[str, Any]]:
    """Each command that does something, with its whole name, in the order of `--help`."""
    for step, command in group.commands.items():
        if command.hidden:
            continue
        if hasattr(command, "commands"):
            yield from commands(command, f"{name} {step}")
        else:
            yield f"{name} {step}", command


def _command(name: str, command: Any) -> Iterator[str]:
    context = command.make_context(name, [], resilient_parsing=True)
    yield f"## {name}"
    yield ""
    yield f"`{name} {' '.join(command.collect_usage_pieces(context))}`"
    yield ""
    yield " ".join(command.help.split())
    yield ""
    yield "| | |"
    yield "| --- | --- |"
    for parameter in command.params:
        if not parameter.hidden:
            spelled, says = parameter.get_help_record(context)
            if parameter.param_type_name == "argument":
                spelled = parameter.metavar  # without the name of Python's type
            yield f"| `{cell(spelled)}` | {cell(' '.join(says.split()))} |"
