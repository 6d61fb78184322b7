"""The inventory as a table and as CSV."""

import csv
from collections.abc import Sequence
from dataclasses import asdict
from io import StringIO

from rich.table import Table

from paved.billing.as_csv import inert
from paved.inventory.systems import COLUMNS, System
from paved.table_text import table_text

SHOWN = ("stack", "kind", "name", "tier", "data", "monitors", "retrained on")


def inventory_view(systems: Sequence[System]) -> str:
    """One line a system."""
    table = Table(box=None, pad_edge=False, show_edge=False)
    for column in SHOWN:
        table.add_column(column, overflow="fold")
    for system in systems:
        table.add_row(*_cells(system))
    unwatched = [each for each in systems if each.kind == "endpoint" and not each.retrained_on]
    summary = f"{len(systems)} systems; endpoints without a trigger for drift: {len(unwatched)}"
    return f"{table_text(table)}\n\n{summary}"


def _cells(system: System) -> list[str]:
    data = f"{system.data_class}, {system.residency}"
    cells = (system.stack, system.kind, system.name, system.tier, data, system.monitors, system.retrained_on)
    return [cell or "-" for cell in cells]


def inventory_csv(systems: Sequence[System]) -> str:
    """Every column, for a spreadsheet; no cell is taken for a formula."""
    out = StringIO()
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(COLUMNS)
    for system in systems:
        writer.writerow([inert(value) for value in asdict(system).values()])
    return out.getvalue().rstrip("\n")
