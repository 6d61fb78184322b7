"""Node hours of a pool in a month: for its endpoints, its runs, or what is declared as a whole."""

from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal

from pricing.money import HOURS_A_MONTH
from pricing.pricing_inputs import PricingInputs
from pricing.resources import PricedResource, at, number
from pricing.usage import POOL_HOURS
from reference.vocabulary import GENERAL_POOL, INFERENCE_SERVICE, POOL_LABEL


@dataclass(frozen=True, kw_only=True)
class PoolHours:
    """Unit-hours of a month (GPU-hours, or vCPU-hours), the hours that they fall in, and their source."""

    unit_hours: Decimal
    hours: Decimal
    is_default: bool
    said: str


@dataclass(frozen=True, kw_only=True)
class ReplicaDemand:
    """The replicas of an endpoint: accelerators of each, and their number at least, on average, at most."""

    name: str
    pool: str
    gpus: int
    least: Decimal
    average: Decimal
    most: Decimal
    is_default: bool


def pool_hours(pool: str, limit: int, unit: str, pricing_inputs: PricingInputs) -> PoolHours:
    """Return the expected hours of a pool. Its endpoints run all month, on top of its other work.

    `limit` is in a unit, such as "GPU".
    """
    if pool == GENERAL_POOL:
        return _general(limit, pricing_inputs)
    serving = [each for each in endpoints(pricing_inputs) if each.pool == pool and each.gpus]
    served = sum((each.average * each.gpus for each in serving), Decimal(0)) * HOURS_A_MONTH
    work, hours, said, is_default = _work(pool, limit, unit, pricing_inputs, has_endpoints=bool(serving))
    parts = [said] if said else []
    parts += [f"{each.average.normalize():f} replicas of {each.name} all month" for each in serving]
    return PoolHours(
        unit_hours=work + served,
        hours=HOURS_A_MONTH if serving else hours,
        is_default=is_default or any(each.is_default for each in serving),
        said=" and ".join(parts),
    )


def accelerators_needed(pool: str, pricing_inputs: PricingInputs) -> int:
    """Return the accelerators of a pool that endpoints hold with no request at all."""
    return int(sum(each.least * each.gpus for each in endpoints(pricing_inputs) if each.pool == pool))


def endpoints(pricing_inputs: PricingInputs) -> Iterator[ReplicaDemand]:
    """The endpoints of the plan that say how many replicas they have."""
    for resource in pricing_inputs.resources.of(INFERENCE_SERVICE):
        if found := _replicas(resource, pricing_inputs):
            yield found


def _replicas(resource: PricedResource, pricing_inputs: PricingInputs) -> ReplicaDemand | None:
    predictor = at(resource.inputs, "spec", "predictor")
    least, most = number(at(predictor, "minReplicas")), number(at(predictor, "maxReplicas"))
    if least is None or most is None:
        return None
    limits = at(predictor, "model", "resources", "limits") or {}
    gpus = sum(int(number(count) or 0) for key, count in limits.items() if "/gpu" in key or "neuron" in key)
    name = str(at(resource.inputs, "metadata", "name"))
    declared = pricing_inputs.usage.endpoints.get(name)
    average = declared.replicas if declared and declared.replicas is not None else (least + most) / 2
    return ReplicaDemand(
        name=name,
        pool=str(at(predictor, "nodeSelector", POOL_LABEL) or ""),
        gpus=gpus,
        least=least,
        average=min(max(average, least), most),
        most=most,
        is_default=declared is None or declared.replicas is None,
    )


def _work(
    pool: str, limit: int, unit: str, pricing_inputs: PricingInputs, *, has_endpoints: bool
) -> tuple[Decimal, Decimal, str, bool]:
    """GPU-hours, or vCPU-hours, besides endpoints, the hours they fall in, in words, and whether they are a default."""
    if declared := pricing_inputs.usage.pools.get(pool):
        said = f"{declared.units.normalize():f} {unit}s for {declared.hours.normalize():f} h"
        return declared.hours * declared.units, declared.hours, said, False
    runs = [run for run in pricing_inputs.usage.runs if run.pool == pool]
    if runs:
        total = sum((run.units * run.hours * run.per_month for run in runs), Decimal(0))
        hours = sum((run.hours * run.per_month for run in runs), Decimal(0))
        return total, min(hours, HOURS_A_MONTH), f"runs {', '.join(run.name for run in runs)}", False
    if has_endpoints:
        return Decimal(0), Decimal(0), "", False
    return POOL_HOURS * limit, POOL_HOURS, f"all of it for {POOL_HOURS} h", True


def _general(limit: int, pricing_inputs: PricingInputs) -> PoolHours:
    assumed = pricing_inputs.usage.amount("general_vcpus")
    vcpus = min(assumed.amount, Decimal(limit))
    return PoolHours(
        unit_hours=vcpus * HOURS_A_MONTH,
        hours=HOURS_A_MONTH,
        is_default=assumed.is_default,
        said=f"{vcpus.normalize():f} vCPUs all month",
    )
