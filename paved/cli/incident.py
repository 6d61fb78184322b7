"""`paved incident`: what fires, what burns and what changed around a stack, on one page for whoever is on call."""

from pathlib import Path
from typing import Annotated

import typer

from paved.cli.output import show, show_json
from paved.cli.project import Json, StacksDir, stacks_dir


def incident(
    stack: Annotated[str, typer.Argument(metavar="STACK", help="The stack that the alert is about.")],
    exports: Annotated[
        Path,
        typer.Option(
            "--exports", metavar="DIR", help="The folder of exports that `paved report --operations` reads."
        ),
    ],
    at: Annotated[
        str,
        typer.Option("--at", metavar="YYYY-MM-DDTHH:MMZ", help="The moment that is asked about, in UTC."),
    ],
    hours: Annotated[
        int, typer.Option("--hours", min=1, max=168, help="How far to look back from it, 1 to 168 hours.")
    ] = 24,
    json: Json = False,
    stacks: StacksDir = None,
) -> int:
    """Print what fires, which objectives burn, what changed and which runbook applies, as one page of Markdown."""
    from paved.incident.gather import gather
    from paved.incident.page import data, page
    from paved.incident.window import window

    facts = gather(stack, exports, stacks_dir(stacks), window(at, hours))
    if json:
        show_json(data(facts))
    else:
        show(page(facts))
    return 0
