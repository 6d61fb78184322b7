"""`paved inventory`: the AI systems of the organisation, for whoever has to keep a register of them."""

import typer

from paved.cli.as_of import AsOf, as_of_date
from paved.cli.output import show, show_json
from paved.cli.project import Json, StacksDir, stacks_dir
from paved.errors import BadInput


def inventory(
    json: Json = False,
    csv: bool = typer.Option(False, "--csv", help="Print CSV with every column."),
    stacks: StacksDir = None,
    as_of: AsOf = None,
) -> int:
    """List every model that serves and every job that makes one: owner, tier, data class, residency, monitors."""
    if json and csv:
        raise BadInput("`--json` and `--csv` are two answers: ask for one")
    from paved.inventory.systems import inventory as as_data
    from paved.inventory.systems import systems
    from paved.inventory.view import inventory_csv, inventory_view
    from stacks.checks.folder import Folder

    folder = Folder.read(stacks_dir(stacks), as_of=as_of_date(as_of))
    found = systems(folder.checked(name) for name in folder.names)
    if json:
        show_json(as_data(found))
    else:
        show(inventory_csv(found) if csv else inventory_view(found))
    return 0
