"""`paved dashboards`: the dashboards as files, for a Grafana that an organisation has already."""

import json
from pathlib import Path
from typing import Annotated

import typer

from paved.cli.output import show

MARKER = "dashboards.json"


def dashboards(
    out: Annotated[
        Path, typer.Option(metavar="DIR", help="The folder to write; an earlier one is replaced.")
    ],
) -> int:
    """Write every dashboard as Grafana's JSON, by its folder: import them, and choose your own Prometheus."""
    from components.dashboards.catalogue import BOARDS, dashboard_files
    from paved.files import write_folder

    texts = dashboard_files()
    files = {f"{board.folder.lower()}/{board.name}.json": texts[f"{board.name}.json"] for board in BOARDS}
    # The file by which a folder is known as an earlier one, and may be replaced.
    files[MARKER] = json.dumps(sorted(files), indent=2) + "\n"
    write_folder(out, files, marker=MARKER)
    for board in BOARDS:
        show(f"{out}/{board.folder.lower()}/{board.name}.json  {board.meaning}")
    return 0
