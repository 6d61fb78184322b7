"""How much of its GPU hours each pool used: a file from monitoring, since no bill knows it."""

import csv
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from pathlib import Path

from paved.billing.budget_owners import BudgetOwners
from paved.billing.month import Month
from paved.errors import BadInput
from stacks.reading.problems import shown

COLUMNS = ("month", "stack", "pool", "gpu_hours", "used_gpu_hours")
MOST = Decimal(10) ** 9


@dataclass(frozen=True, kw_only=True)
class PoolUse:
    """The GPU hours of a pool's nodes in a month, and those that pods had asked for."""

    stack: str
    pool: str
    gpu_hours: Decimal
    used_gpu_hours: Decimal

    @property
    def idle_share(self) -> Decimal:
        """The part of the hours that nobody asked for, 0 to 1."""
        if not self.gpu_hours:
            return Decimal(0)
        return (self.gpu_hours - self.used_gpu_hours) / self.gpu_hours


def read_utilisation(path: Path, month: Month, organisation: BudgetOwners) -> tuple[PoolUse, ...]:
    """The pools' use in a month, from a CSV file. Raises BadInput for a file that does not fit the stacks."""
    try:
        text = path.read_text(encoding="utf-8-sig")
    except OSError as error:
        raise BadInput(f"`{path}` cannot be read: {error.strerror}") from error
    except UnicodeDecodeError as error:
        raise BadInput(f"`{path}` is not UTF-8 text") from error
    reader = csv.DictReader(text.splitlines())
    try:
        names = list(reader.fieldnames or ())
        for says, wrong in (("lacks", 0), ("repeats", 2)):
            if found := [f"`{column}`" for column in COLUMNS if min(names.count(column), 2) == wrong]:
                raise BadInput(f"`{path}` {says} the columns {', '.join(found)}")
        pools = tuple(_pools(path, reader, month, organisation))
    except csv.Error as error:
        raise BadInput(f"`{path}`, line {reader.line_num}: {error}") from error
    if not pools:
        raise BadInput(f"`{path}` tells of no pool in {month}")
    return tuple(sorted(pools, key=lambda use: (use.stack, use.pool)))


def _pools(
    path: Path, reader: "csv.DictReader[str]", month: Month, organisation: BudgetOwners
) -> Iterator[PoolUse]:
    seen: set[tuple[str, str]] = set()
    for row in reader:
        if row["month"] != str(month):
            continue
        where = f"`{path}`, line {reader.line_num}"
        stack, pool = row["stack"] or "", row["pool"] or ""
        owned = organisation.by_name.get(stack)
        if owned is None or pool not in {each.name for each in owned.pools}:
            raise BadInput(f"{where}: {shown(f'{stack}/{pool}', limit=80)} is no pool of a stack file")
        if (stack, pool) in seen:
            raise BadInput(f"{where}: {stack}/{pool} is told twice for {month}")
        seen.add((stack, pool))
        use = PoolUse(
            stack=stack,
            pool=pool,
            gpu_hours=_hours(where, row, "gpu_hours"),
            used_gpu_hours=_hours(where, row, "used_gpu_hours"),
        )
        if use.used_gpu_hours > use.gpu_hours:
            raise BadInput(
                f"{where}: `used_gpu_hours` must be at most `gpu_hours`, got {row['used_gpu_hours']}"
            )
        yield use


def _hours(where: str, row: Mapping[str, str | None], column: str) -> Decimal:
    text = row[column] or ""
    try:
        hours = Decimal(text) if text.isascii() and "_" not in text else Decimal("NaN")
    except InvalidOperation:
        hours = Decimal("NaN")
    if not hours.is_finite() or not 0 <= hours <= MOST:
        raise BadInput(f"{where}: `{column}` must be a number of hours from 0, got `{shown(text, limit=40)}`")
    return hours
