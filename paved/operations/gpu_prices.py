"""Prices of a GPU-hour: what finance says, else what the bill came to, else the list price of the plan."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from pathlib import Path
from typing import Any

from paved.billing.month import Month
from paved.cost.stack_cost import Costs
from paved.errors import BadInput
from paved.files import read_json
from paved.operations.csv_rows import read_table
from paved.operations.goodput import PoolKey
from paved.operations.organisation import OrganisationFacts
from stacks.reading.problems import shown

DEAREST = 1000
"""US dollars for a GPU-hour above which a price is taken for a mistake."""

Prices = Mapping[PoolKey, Decimal]


@dataclass(frozen=True, kw_only=True)
class GpuPrices:
    """The price of a GPU-hour by pool, and where prices come from."""

    by_pool: Prices
    basis: str


def gpu_prices(
    stated: Prices, billed: Prices, listed: Callable[[], Prices], wanted: set[PoolKey]
) -> GpuPrices:
    """The prices of the wanted pools, each from the best source that has one. Nothing is planned without need."""
    found = {**billed, **stated}
    sources = [name for name, prices in (("`gpu_prices.csv`", stated), ("the bill", billed)) if prices]
    if wanted - found.keys():
        of_plans = listed()
        if wanted & of_plans.keys() - found.keys():
            sources.append("list prices of the plans, on demand, at the dearest of a pool's instance types")
        found = {**of_plans, **found}
    return GpuPrices(by_pool=found, basis="; else ".join(sources) if sources else "none")


def read_stated_prices(path: Path, organisation: OrganisationFacts) -> Prices:
    """The prices of `gpu_prices.csv`. Raises BadInput for another file, or a pool that no stack file has."""
    found: dict[PoolKey, Decimal] = {}
    for row in read_table(path, ("stack", "pool", "usd_per_gpu_hour")):
        key = PoolKey(stack=row.text("stack"), pool=row.text("pool"))
        stack = organisation.stacks.get(key.stack)
        if stack is None or key.pool not in stack.pools or key in found:
            named = shown(f"{key.stack}/{key.pool}", limit=80)
            raise BadInput(
                f"{row.where}: `stack` and `pool` must name a pool of a stack file, once, got `{named}`"
            )
        found[key] = row.number("usd_per_gpu_hour", most=DEAREST)
    return found


def read_billed_prices(path: Path, month: Month) -> Prices:
    """The cost of a GPU-hour that a bill came to, from `report.json` of `paved report --utilisation`.

    Raises BadInput for a report of another month, of a rehearsed bill, or without pools.
    """
    data = read_json(path)
    try:
        told, rehearsed, pools = data["month"], data["source"]["rehearsed"], data["showback"]["pools"]
        found = {PoolKey(stack=each["stack"], pool=each["pool"]): _price(each) for each in pools}
    except (KeyError, TypeError, InvalidOperation, ArithmeticError):
        raise BadInput(
            f"`{path}` must be `report.json` of `paved report --utilisation FILE --out DIR`"
        ) from None
    if told != str(month):
        raise BadInput(f"`{path}` must be of {month}, got `{shown(str(told), limit=40)}`")
    if rehearsed:
        raise BadInput(
            f"`{path}` is of a rehearsed bill, by which nothing was paid", hint="give `--actuals` a bill"
        )
    return {pool: price for pool, price in found.items() if price is not None}


def _price(pool: Mapping[str, Any]) -> Decimal | None:
    """The price of an hour; None of a pool that had none."""
    hours, cost = Decimal(pool["gpu_hours"]), Decimal(pool["cost"])
    return cost / hours if hours and cost >= 0 else None


def listed_prices(costs: Costs, organisation: OrganisationFacts) -> Prices:
    """The list price of a GPU-hour in every pool of the stack files, where each of its types has one."""
    found: dict[PoolKey, Decimal] = {}
    for name, stack in organisation.stacks.items():
        if stack.pools:
            by_name = {urn.split("::")[-1]: price for urn, price in costs.of(name).gpu_hours.items()}
            prices = {pool: by_name.get(f"{name}-{pool}") for pool in stack.pools}
            found |= {PoolKey(stack=name, pool=pool): price[1] for pool, price in prices.items() if price}
    return found
