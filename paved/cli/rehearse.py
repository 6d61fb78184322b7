"""`paved rehearse`: provision stacks against an in-memory AWS."""

from collections.abc import Callable
from typing import Annotated, Any

import typer

from paved.cli.as_of import AsOf, as_of_date
from paved.cli.output import hint, progress, show, show_json
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
    from stacks.checks.folder import Folder

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
    """A function that prints each resource as it is done, where a person is watching."""
    tell = progress()
    if tell is None:
        return None
    return lambda stack, done: tell(f"{stack}  {done.status:9}  {done.type}  {done.id or done.name}")
