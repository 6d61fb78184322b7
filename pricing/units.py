"""Prices in units of ML work: a GPU-hour, a vCPU-hour, a training run, a thousand predictions, a million tokens."""

from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal

from pricing.mixes import cheapest
from pricing.money import HOURS_A_MONTH
from pricing.node_hours import endpoints
from pricing.node_pool import NodePool, pools
from pricing.node_pools import Prices, nodes_of, pool_rates, unit_hour
from pricing.pricing_inputs import PricingInputs
from pricing.usage import ExpectedRun
from reference.vocabulary import GENERAL_POOL


@dataclass(frozen=True, kw_only=True)
class UnitPrice:
    """The price of one unit in the cheapest and in the dearest of the pool's types; None where a type has no price."""

    subject: str
    unit: str
    low: Decimal | None
    high: Decimal | None


def unit_prices(pricing_inputs: PricingInputs) -> tuple[UnitPrice, ...]:
    """The unit prices that the plan and the declared work allow; what nobody declared has none."""
    return tuple(_all(pricing_inputs))


def gpu_hours(pricing_inputs: PricingInputs) -> dict[str, tuple[Decimal, Decimal] | None]:
    """Price a GPU-hour in each pool of accelerators, by URN, from its cheapest to its dearest type."""
    return {
        resource.urn: unit_hour(pool, pool_rates(pool, pricing_inputs))
        for resource, pool in pools(pricing_inputs)
        if pool.is_accelerated
    }


def _for_jobs(pricing_inputs: PricingInputs) -> Iterator[NodePool]:
    for _, pool in pools(pricing_inputs):
        if pool.name != GENERAL_POOL:
            yield pool


def _all(pricing_inputs: PricingInputs) -> Iterator[UnitPrice]:
    by_name = {pool.name: (pool, pool_rates(pool, pricing_inputs)) for pool in _for_jobs(pricing_inputs)}
    for name, both in by_name.items():
        low, high = unit_hour(*both) or (None, None)
        yield UnitPrice(subject=f"pool {name}", unit=f"{both[0].unit}-hour", low=low, high=high)
    for run in pricing_inputs.usage.runs:
        if run.pool in by_name:
            yield _run(run, *by_name[run.pool])
    for endpoint in endpoints(pricing_inputs):
        declared = pricing_inputs.usage.endpoints.get(endpoint.name)
        if declared and endpoint.gpus and endpoint.pool in by_name:
            hourly = unit_hour(*by_name[endpoint.pool])
            hours = endpoint.average * endpoint.gpus * HOURS_A_MONTH
            if declared.predictions:
                share = hours * 1000, declared.predictions
                yield _scaled(f"endpoint {endpoint.name}", "1,000 predictions", hourly, share)
            if declared.tokens:
                share = hours * 1_000_000, declared.tokens
                yield _scaled(f"endpoint {endpoint.name}", "1,000,000 tokens", hourly, share)


def _run(run: ExpectedRun, pool: NodePool, rates: Prices) -> UnitPrice:
    """A run pays for whole nodes: the cheapest that hold it, or as many of the type that is dearest for it."""
    subject, unit = f"run {run.name}", f"run of {run.hours.normalize():f} h on {run.units} {pool.unit}s"
    if unit_hour(pool, rates) is None:
        return UnitPrice(subject=subject, unit=unit, low=None, high=None)
    low = cheapest(nodes_of(pool, rates, cheap=True), run.units).usd
    high = max(-(-run.units // node.units) * node.usd for node in nodes_of(pool, rates, cheap=False))
    return UnitPrice(subject=subject, unit=unit, low=low * run.hours, high=high * run.hours)


def _scaled(
    subject: str, unit: str, hourly: tuple[Decimal, Decimal] | None, share: tuple[Decimal, int]
) -> UnitPrice:
    """A part of the GPU-hours of a month, given as a fraction."""
    hours, of = share
    low, high = (usd * hours / of for usd in hourly) if hourly else (None, None)
    return UnitPrice(subject=subject, unit=unit, low=low, high=high)
