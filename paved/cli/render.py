"""`paved render`: a plan as files for other tools."""

from pathlib import Path
from typing import Annotated

import typer

from paved.cli.as_of import AsOf, as_of_date
from paved.cli.output import show
from paved.cli.project import StacksDir, stacks_dir


def render(
    stack: Annotated[str, typer.Argument(metavar="STACK", help="The stack to render.", show_default=False)],
    out: Annotated[
        Path, typer.Option(metavar="DIR", help="The folder to write; an earlier rendering is replaced.")
    ],
    stacks: StacksDir = None,
    as_of: AsOf = None,
) -> int:
    """Write every Kubernetes object as YAML and every AWS resource as JSON, so other tools can check them."""
    from paved.files import write_folder
    from paved.plan.planner import Planner
    from paved.render import UNKNOWN_TEXT, rendered_files

    planned = Planner.of_folder(stacks_dir(stacks), as_of=as_of_date(as_of)).plan(stack)
    files = rendered_files(planned)
    write_folder(out, files)
    manifests = sum(name.startswith("kubernetes/") for name in files)
    resources = sum(name.startswith("aws/") for name in files)
    unknown = sum(UNKNOWN_TEXT in text for name, text in files.items() if name.startswith("kubernetes/"))
    show(f"wrote {manifests} Kubernetes manifests and {resources} AWS resources to {out}")
    if unknown:
        show(f"{unknown} manifests hold {UNKNOWN_TEXT}: known only once their resource exists")
    return 0
