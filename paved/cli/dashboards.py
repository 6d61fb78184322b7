"""`paved dashboards`: the dashboards as files, for a Grafana that an organisation has already."""

from pathlib import Path
from typing import Annotated

import typer

from paved.cli.output import show

MARKER = "dashboards.json"
"""The file by which a folder is known as an earlier one, and may be replaced."""


def dashboards(
    out: Annotated[
        Path, typer.Option(metavar="DIR", help="The folder to write; an earlier one is replaced.")
    ],
) -> int:
    """Write every dashboard as Grafana's JSON, by its folder: import them, and choose your own Prometheus."""
    import json

    from paved.files import write_folder
    from stacks.program.dashboards import board_files

    files = dict(board_files())
    write_folder(out, {**files, MARKER: json.dumps(sorted(files), indent=2) + "\n"}, marker=MARKER)
    for path in files:
        show(f"wrote {out / path}")
    return 0
