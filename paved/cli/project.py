"""Where the project is, and the options that every verb spells alike."""

from pathlib import Path
from typing import Annotated

import typer

from paved.errors import BadInput

StacksDir = Annotated[
    Path | None,
    typer.Option(
        "--stacks", metavar="DIR", help="The folder of stack files; by default `stacks` of the project."
    ),
]
Json = Annotated[bool, typer.Option("--json", help="Print data, with `schema_version`, instead of text.")]


def stacks_dir(given: Path | None) -> Path:
    """The folder of stack files: the one given, or `stacks` beside the nearest Pulumi.yaml above.

    Raises BadInput when there is none.
    """
    if given is not None:
        if not given.is_dir():
            raise BadInput(f"`{given}` is not a folder of stack files")
        return given
    here = Path.cwd()
    for folder in (here, *here.parents):
        if (folder / "Pulumi.yaml").is_file() and (folder / "stacks").is_dir():
            return folder / "stacks"
    raise BadInput(
        "no `stacks` folder with a Pulumi.yaml beside it, here or above",
        hint="change to the project's folder, or name the stack files with `--stacks DIR`",
    )
