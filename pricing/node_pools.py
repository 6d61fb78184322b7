"""The cost of a Karpenter pool: its nodes between none and its limits, on demand or spot, and their root volumes."""

from collections.abc import Iterator, Mapping
from decimal import Decimal
from math import ceil

from pricing.cost_components import CostComponent, CostKind, closed_gap, gap, metered
from pricing.cost_range import CostRange
from pricing.mixes import Node, bound, cheapest, dearest
from pricing.money import HOURS_A_MONTH
from pricing.node_hours import PoolHours, accelerators_needed, pool_hours
from pricing.node_pool import SPOT, NodePool, UnreadablePoolError, read_pool
from pricing.pricing_inputs import PricingInputs
from pricing.rates import Rate
from pricing.resources import PricedResource
from reference.prices import family_of_instance

RESERVED_NOTE = (
    "reserved: at the on-demand price, which a Capacity Reservation costs used or not; a Capacity Block was paid when "
    "it was bought, and stands here at the same price"
)
Prices = Mapping[str, Rate]
"""The rate of each of a pool's types by name."""


def node_pool(resource: PricedResource, pricing_inputs: PricingInputs) -> Iterator[CostComponent]:
    """The nodes of a pool and their root volumes."""
    try:
        pool = read_pool(resource, pricing_inputs)
    except UnreadablePoolError as error:
        yield closed_gap("nodes", resource.name, str(error))
        return
    rates = pool_rates(pool, pricing_inputs)
    unknown = tuple(rate for rate in rates.values() if rate.usd is None)
    hours = pool_hours(pool.name, pool.limit, pool.unit, pricing_inputs)
    if unknown:
        why = "; ".join(sorted({rate.why for rate in unknown}))
        yield CostComponent(what=f"{pool.unit} nodes", kind=CostKind.UNPRICED, rates=unknown, note=why)
    elif pool.replicas is not None:
        yield _always(pool, pool.replicas, rates)
    elif pool.is_reserved:
        yield _held(pool, rates)
    else:
        yield _as_needed(pool, rates, hours, _standing(pool, pricing_inputs))
    yield _volumes(pool, hours, pricing_inputs)


def _held(pool: NodePool, rates: Prices) -> CostComponent:
    """Reservations up to the limit of a pool, which cost the same with and without nodes."""
    most, said = at_most(pool, rates)
    return CostComponent(
        what=f"{pool.unit} nodes",
        kind=CostKind.BASELINE,
        amount=CostRange.flat(most * HOURS_A_MONTH),
        rates=tuple(rates.values()),
        note=f"{said}; {RESERVED_NOTE}",
    )


def pool_rates(pool: NodePool, pricing_inputs: PricingInputs) -> Prices:
    """The rates of the pool's instance types."""
    return {
        each.name: pricing_inputs.rates.instance(each.name, family_of_instance(each.name))
        for each in pool.types
    }


def unit_hour(pool: NodePool, rates: Prices) -> tuple[Decimal, Decimal] | None:
    """Price a GPU-hour (or a vCPU-hour) in the cheapest and in the dearest type, spot as once seen."""
    if any(rate.usd is None for rate in rates.values()):
        return None
    cheap = min(node.usd / node.units for node in nodes_of(pool, rates, cheap=True))
    dear = max(node.usd / node.units for node in nodes_of(pool, rates, cheap=False))
    return cheap, dear


def at_most(pool: NodePool, rates: Prices) -> tuple[Decimal, str]:
    """Price an hour of the pool at its limits, without volumes, and name the nodes.

    No choice of its types within its limits costs more. Every type has a price.
    """
    if pool.memory_gib is None:
        most = dearest(nodes_of(pool, rates, cheap=False), pool.limit)
        return most.usd, f"at most {most}"
    shapes = [
        (Decimal(each.vcpus), Decimal(str(each.memory_gib)), _usd(rates[each.name])) for each in pool.types
    ]
    highest = bound(shapes, Decimal(pool.limit), pool.memory_gib)
    return (
        highest,
        f"no nodes within {pool.limit} vCPUs and {pool.memory_gib:f} GiB cost more than the ceiling",
    )


def _usd(rate: Rate, *, cheap: bool = False, spot: bool = False) -> Decimal:
    if rate.usd is None:
        raise ValueError(rate.why)
    return min(rate.usd, rate.spot_usd) if cheap and spot and rate.spot_usd is not None else rate.usd


def nodes_of(pool: NodePool, rates: Prices, *, cheap: bool) -> list[Node]:
    """The pool's types with what they cost an hour: on demand, or as `cheap` as spot was once seen.

    Raises ValueError where a type has no price.
    """
    spot = SPOT in pool.capacities
    return [
        Node(name=each.name, units=pool.units(each), usd=_usd(rates[each.name], cheap=cheap, spot=spot))
        for each in pool.types
    ]


def _standing(pool: NodePool, pricing_inputs: PricingInputs) -> int:
    """GPUs that are held with no work at all: those of the endpoints' least replicas."""
    return min(accelerators_needed(pool.name, pricing_inputs), pool.limit) if pool.is_accelerated else 0


def _as_needed(pool: NodePool, rates: Prices, hours: PoolHours, standing: int) -> CostComponent:
    """Nodes that come and go with the work, up to the limits."""
    cheap_nodes = nodes_of(pool, rates, cheap=True)
    cheap = min(node.usd / node.units for node in cheap_nodes)
    dear = max(node.usd / node.units for node in nodes_of(pool, rates, cheap=False))
    most, said = at_most(pool, rates)
    amount = _between(
        floor=cheapest(cheap_nodes, standing).usd * HOURS_A_MONTH,
        low=hours.unit_hours * cheap,
        expected=hours.unit_hours * dear,
        ceiling=most * HOURS_A_MONTH,
    )
    return CostComponent(
        what=f"{pool.unit} nodes",
        kind=CostKind.ASSUMED,
        amount=amount,
        rates=tuple(rates.values()),
        starred=hours.is_default,
        note="; ".join(filter(None, (said, hours.said, _spot(pool, rates)))),
        hours=hours.hours,
    )


def _always(pool: NodePool, replicas: int, rates: Prices) -> CostComponent:
    """Nodes of a fixed number, which run whether there is work or not."""
    hours = replicas * HOURS_A_MONTH
    least = min(node.usd for node in nodes_of(pool, rates, cheap=True)) * hours
    most = max(node.usd for node in nodes_of(pool, rates, cheap=False)) * hours
    return CostComponent(
        what=f"{pool.unit} nodes",
        kind=CostKind.BASELINE,
        amount=CostRange(floor=least, low=least, expected=most, ceiling=most),
        rates=tuple(rates.values()),
        note="; ".join(_said_of_static(pool, replicas)),
    )


def _said_of_static(pool: NodePool, replicas: int) -> Iterator[str]:
    yield f"{replicas} nodes at all times"
    if pool.most_nodes and pool.most_nodes > replicas:
        yield f"{pool.most_nodes} while one is replaced, which is in no figure"
    if pool.is_reserved:
        yield RESERVED_NOTE


def _between(*, floor: Decimal, low: Decimal, expected: Decimal, ceiling: Decimal) -> CostRange:
    """The figures in order: work costs no less than what stands anyway, and no more than what the limits allow."""
    floor = min(floor, ceiling)
    expected = min(max(expected, floor), ceiling)
    return CostRange(floor=floor, low=min(max(low, floor), expected), expected=expected, ceiling=ceiling)


def _spot(pool: NodePool, rates: Prices) -> str:
    if SPOT not in pool.capacities:
        return ""
    seen = any(rate.spot_usd is not None for rate in rates.values())
    return "low is spot as once seen" if seen else "low is on demand: no spot price was seen"


def _volumes(pool: NodePool, hours: PoolHours, pricing_inputs: PricingInputs) -> CostComponent:
    """The root volumes of as many nodes as there may be."""
    if pool.disk_gib is None:
        return gap("root volumes", "their size is not known before `up`")
    rate, fixed = pricing_inputs.rates.service("ebs-gp3-storage"), pool.replicas is not None
    volumes = (
        CostRange.flat(Decimal(pool.replicas or 0)) if fixed else _volume_months(pool, hours, pricing_inputs)
    )
    return metered(
        "root volumes gp3",
        rate,
        volumes * pool.disk_gib,
        assumed=not fixed,
        starred=hours.is_default and not fixed,
        note=f"{pool.disk_gib:f} GiB a node",
    )


def _volume_months(pool: NodePool, hours: PoolHours, pricing_inputs: PricingInputs) -> CostRange:
    """Volumes for a month: of the fewest nodes for the work, up to the most nodes within the limit."""
    sizes = [pool.units(each) for each in pool.types]
    return _between(
        floor=Decimal(ceil(_standing(pool, pricing_inputs) / max(sizes))),
        low=hours.unit_hours / max(sizes) / HOURS_A_MONTH,
        expected=hours.unit_hours / min(sizes) / HOURS_A_MONTH,
        ceiling=Decimal(pool.limit // min(sizes)),
    )
