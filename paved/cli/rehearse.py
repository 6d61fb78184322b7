"""`paved rehearse`: provision stacks against an in-memory AWS."""

import sys
from collections.abc import Callable
from typing import Annotated, Any

import typer

from paved.cli.as_of import AsOf, as_of_date
from paved.cli.output import hint, show, show_json
from paved.cli.project import Json, StacksDir, stacks_dir


def rehearse(
    stack: Annotated[
        list[str] | None,
        typer.Argument(metavar="STACK", help="The stacks to rehearse; by default all.", show_default=False),
    ] = None,
    resources: Annotated[bool, typer.Option("--resources", help="List every resource with its id.")] = False,
    json: Json = False,
    stacks: StacksDir = None,
    as_of: AsOf = None,
) -> int:
    """Create every resource in an in-memory AWS, each call checked strictly against AWS's own API model.

    A stack is rehearsed after the ones it refers to. Exits with 1 when a resource is rejected.
    """
    from paved.rehearsal.rehearsal import rehearse as rehearsed
    from paved.rehearsal.view import view
    from stacks.folder import Folder

    folder = Folder.read(stacks_dir(stacks), as_of_date(as_of))
    with rehearsed(folder, stack or (), _progress()) as rehearsal:
        if json:
            show_json(rehearsal.as_json())
        else:
            show(view(rehearsal, every_resource=resources))
            last = rehearsal.stacks[-1].name
            hint(
                f"`paved rehearse {last} --resources` lists every resource, `paved plan {last}` what it is for"
                if rehearsal.is_clean
                else "mend what was rejected, then rehearse again"
            )
        return 0 if rehearsal.is_clean else 1


def _progress() -> Callable[[str, Any], None] | None:
    """Tells of each resource as it is done, where a person is watching."""
    if not sys.stderr.isatty():
        return None

    def tell(stack: str, outcome: Any) -> None:
        typer.echo(f"{stack}  {outcome.status:9}  {outcome.type}  {outcome.id or outcome.name}", err=True)

    return tell
