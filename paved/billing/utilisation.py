"""Use of GPU hours by pool: a file from monitoring, since no bill knows which hours were asked for."""

import csv
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path

from paved.billing.budget_owners import BudgetOwners
from paved.billing.month import Month
from paved.errors import BadInput
from paved.files import decimal_of, read_text
from stacks.reading.problems import shown

COLUMNS = ("month", "stack", "pool", "gpu_hours", "used_gpu_hours")
MOST_HOURS = Decimal(10) ** 9


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


def read_utilisation(path: Path, month: Month, budget_owners: BudgetOwners) -> tuple[PoolUse, ...]:
    """Read the pools' use in a month, from a CSV file. Raises BadInput for a file that does not fit the stacks."""
    text = read_text(path, encoding="utf-8-sig")
    reader = csv.DictReader(text.splitlines())
    try:
        _check_columns(path, reader.fieldnames or ())
        pools = list(_pools(path, reader, month, budget_owners))
    except csv.Error as error:
        raise BadInput(f"`{path}`, line {reader.line_num}: {error}") from error
    if not pools:
        raise BadInput(f"`{path}` tells of no pool in {month}")
    return tuple(sorted(pools, key=lambda use: (use.stack, use.pool)))


def _check_columns(path: Path, names: Sequence[str]) -> None:
    """Refuse a file that lacks a column, or has it twice: a reader would take the last one."""
    lacking = [f"`{column}`" for column in COLUMNS if column not in names]
    if lacking:
        raise BadInput(f"`{path}` lacks the columns {', '.join(lacking)}")
    repeated = [f"`{column}`" for column in COLUMNS if names.count(column) > 1]
    if repeated:
        raise BadInput(f"`{path}` repeats the columns {', '.join(repeated)}")


def _pools(
    path: Path, reader: "csv.DictReader[str]", month: Month, budget_owners: BudgetOwners
) -> Iterator[PoolUse]:
    seen: set[tuple[str, str]] = set()
    for row in reader:
        if row["month"] != str(month):
            continue
        where = f"`{path}`, line {reader.line_num}"
        stack, pool = _named_pool(where, row, budget_owners)
        if (stack, pool) in seen:
            raise BadInput(f"{where}: {stack}/{pool} is told twice for {month}")
        seen.add((stack, pool))
        gpu_hours, used = _hours(where, row, "gpu_hours"), _hours(where, row, "used_gpu_hours")
        if used > gpu_hours:
            raise BadInput(
                f"{where}: `used_gpu_hours` must be at most `gpu_hours`, got {row['used_gpu_hours']}"
            )
        yield PoolUse(stack=stack, pool=pool, gpu_hours=gpu_hours, used_gpu_hours=used)


def _named_pool(where: str, row: Mapping[str, str | None], budget_owners: BudgetOwners) -> tuple[str, str]:
    stack, pool = row["stack"] or "", row["pool"] or ""
    budget_owner = budget_owners.by_stack.get(stack)
    if budget_owner is None or pool not in {each.name for each in budget_owner.pools}:
        raise BadInput(f"{where}: {shown(f'{stack}/{pool}', limit=80)} is no pool of a stack file")
    return stack, pool


def _hours(where: str, row: Mapping[str, str | None], column: str) -> Decimal:
    text = row[column] or ""
    hours = decimal_of(text)
    if not hours.is_finite() or not 0 <= hours <= MOST_HOURS:
        raise BadInput(f"{where}: `{column}` must be a number of hours from 0, got `{shown(text, limit=40)}`")
    return hours
