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
        table.add_row(*(cell or "-" for cell in _cells(system)))
    unwatched = sum(1 for system in systems if system.kind == "endpoint" and not system.retrained_on)
    return (
        f"{table_text(table)}\n\n{len(systems)} systems; endpoints without a trigger for drift: {unwatched}"
    )


def _cells(system: System) -> tuple[str, ...]:
    data = f"{system.data_class}, {system.residency}"
    return system.stack, system.kind, system.name, system.tier, data, system.monitors, system.retrained_on


def inventory_csv(systems: Sequence[System]) -> str:
    """Every column, for a spreadsheet; no cell is taken for a formula."""
    out = StringIO()
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(COLUMNS)
    writer.writerows([inert(value) for value in asdict(system).values()] for system in systems)
    return out.getvalue().rstrip("\n")
