"""The part of the platform's general nodes that a team's pods take: endpoints without accelerators, batches, tools."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal
from itertools import chain
from typing import Any

from pricing.cost_range import CostRange
from pricing.money import HOURS_A_MONTH
from pricing.node_hours import ReplicaDemand, endpoints
from pricing.node_pool import NodePool, pools
from pricing.node_pools import Prices, pool_rates
from pricing.notebooks import notebooks
from pricing.pricing_inputs import PricingInputs
from pricing.resources import at, cores, gib, items, number
from pricing.usage import POOL_HOURS
from reference.instances import InstanceType
from reference.model_servers import AGENT_MIB, AGENT_MILLICPUS
from reference.vocabulary import (
    CLUSTER_QUEUE,
    DEPLOYMENT,
    GENERAL_POOL,
    INFERENCE_SERVICE,
    POOL_LABEL,
    RESOURCE_QUOTA,
)

OTHER_PODS = "other pods"


@dataclass(frozen=True, kw_only=True)
class Shape:
    """The vCPUs and GiB that pods request."""

    vcpus: Decimal
    memory_gib: Decimal

    def __mul__(self, factor: Decimal | int) -> "Shape":
        return Shape(vcpus=self.vcpus * factor, memory_gib=self.memory_gib * factor)

    def __add__(self, other: "Shape") -> "Shape":
        return Shape(vcpus=self.vcpus + other.vcpus, memory_gib=self.memory_gib + other.memory_gib)

    def less(self, other: "Shape") -> "Shape":
        """The rest of it, nothing where the other is more."""
        return Shape(
            vcpus=max(self.vcpus - other.vcpus, Decimal(0)),
            memory_gib=max(self.memory_gib - other.memory_gib, Decimal(0)),
        )


NONE = Shape(vcpus=Decimal(0), memory_gib=Decimal(0))
AGENT = Shape(vcpus=Decimal(AGENT_MILLICPUS) / 1000, memory_gib=Decimal(AGENT_MIB) / 1024)
"""The part of a replica that KServe adds where requests are logged."""


@dataclass(frozen=True, kw_only=True)
class GeneralUse:
    """Some pods on general nodes: their part of the nodes' price in a month, None where a node has no price."""

    name: str
    amount: CostRange | None
    note: str
    is_default: bool


def general_use(team: PricingInputs, platform: PricingInputs) -> tuple[GeneralUse, ...]:
    """A team's pods on the general nodes of a platform, at the price of the cheapest node that they fit.

    It is on the platform's bill, and no part of the team's own figures.
    """
    found = [pool for _, pool in pools(platform) if pool.name == GENERAL_POOL]
    if not found:
        return ()
    prices = pool_rates(found[0], platform)
    parts = (
        _serving(team, found[0], prices),
        _notebooks(team, found[0], prices),
        _tools(team, found[0], prices),
        _others(team, found[0], prices),
    )
    return tuple(chain.from_iterable(parts))


def hourly(shape: Shape, pool: NodePool, prices: Prices) -> Decimal | None:
    """The price of an hour of a shape: its larger part of the cheapest node that it fits.

    None where no node of the pool fits it, or one has no price.
    """
    if any(prices[each.name].usd is None for each in pool.types):
        return None
    parts = [_part(shape, each) * (prices[each.name].usd or 0) for each in pool.types if _fits(shape, each)]
    return min(parts, default=None)


def _fits(shape: Shape, each: InstanceType) -> bool:
    return _part(shape, each) <= 1


def _part(shape: Shape, each: InstanceType) -> Decimal:
    return max(shape.vcpus / each.vcpus, shape.memory_gib / Decimal(str(each.memory_gib)))


def _serving(team: PricingInputs, pool: NodePool, prices: Prices) -> Iterator[GeneralUse]:
    shapes = _requests(team)
    for each in endpoints(team):
        if each.gpus == 0 and each.pool in ("", GENERAL_POOL) and each.name in shapes:
            yield _endpoint(each, shapes[each.name], hourly(shapes[each.name], pool, prices))


def _endpoint(each: ReplicaDemand, shape: Shape, usd: Decimal | None) -> GeneralUse:
    counts = CostRange(floor=each.least, low=each.average, expected=each.average, ceiling=each.most)
    replicas = (
        f"{each.least:f} to {each.most:f} replicas of {_said(shape)}, {each.average.normalize():f} on average"
    )
    return GeneralUse(
        name=f"endpoint {each.name}",
        amount=None if usd is None else (counts * (usd * HOURS_A_MONTH)).rounded(),
        note=f"{each.most:f} replicas of {_said(shape)}" if each.least == each.most else replicas,
        is_default=each.is_default and each.least < each.most,
    )


def _notebooks(team: PricingInputs, pool: NodePool, prices: Prices) -> Iterator[GeneralUse]:
    for found in notebooks(team):
        yield _all_month("hub of notebooks", Shape(vcpus=found.hub[0], memory_gib=found.hub[1]), pool, prices)
        if found.notebook:
            shape = Shape(vcpus=found.notebook[0], memory_gib=found.notebook[1])
            yield _opened(found.people, shape, team, hourly(shape, pool, prices))


def _tools(team: PricingInputs, pool: NodePool, prices: Prices) -> Iterator[GeneralUse]:
    """The Deployments of the team's stack, such as the exporter of model health."""
    for name, shape in _deployed(team).items():
        yield _all_month(name, shape, pool, prices)


def _all_month(name: str, shape: Shape, pool: NodePool, prices: Prices) -> GeneralUse:
    usd = hourly(shape, pool, prices)
    amount = None if usd is None else CostRange.flat(usd * HOURS_A_MONTH).rounded()
    return GeneralUse(name=name, amount=amount, note=f"{_said(shape)} all month", is_default=False)


def _opened(people: int, shape: Shape, team: PricingInputs, usd: Decimal | None) -> GeneralUse:
    """Notebooks of the largest size that people choose on general nodes; nobody has two at a time."""
    assumed = team.usage.amount("notebook_hours")
    expected = people * assumed.amount
    hours = CostRange(floor=Decimal(0), low=expected, expected=expected, ceiling=people * HOURS_A_MONTH)
    return GeneralUse(
        name="notebooks",
        amount=None if usd is None else (hours * usd).rounded(),
        note=f"{people} people with at most {_said(shape)}, {assumed.amount.normalize():f} h a month each",
        is_default=assumed.is_default,
    )


def _others(team: PricingInputs, pool: NodePool, prices: Prices) -> Iterator[GeneralUse]:
    """The pods that the namespace's quota allows beside its queue and its endpoints."""
    most = _quota(team)
    if most.vcpus == 0:
        return
    # Many small pods: one vCPU with its share of the memory is priced, as often as there are vCPUs.
    each = hourly(most * (1 / most.vcpus), pool, prices)
    declared = team.usage.amounts.get("general_vcpus")
    expected = most.vcpus * POOL_HOURS if declared is None else min(declared, most.vcpus) * HOURS_A_MONTH
    hours = CostRange(floor=Decimal(0), low=expected, expected=expected, ceiling=most.vcpus * HOURS_A_MONTH)
    work = (
        f"all of it for {POOL_HOURS} h" if declared is None else f"{declared.normalize():f} vCPUs all month"
    )
    yield GeneralUse(
        name=OTHER_PODS,
        amount=None if each is None else (hours * each).rounded(),
        note=f"at most {_said(most)} by the quota; {work}",
        is_default=declared is None,
    )


def _quota(team: PricingInputs) -> Shape:
    """The namespace's quota without the parts of its queue, its notebooks and its endpoints in a rollout."""
    left = NONE
    for resource in team.resources.of(RESOURCE_QUOTA):
        hard = at(resource.inputs, "spec", "hard") or {}
        left = _shape(hard.get("requests.cpu"), hard.get("requests.memory")) or NONE
    for taken in [*_queued(team), *_rolled_out(team), *_open_at_once(team), *_deployed(team).values()]:
        left = left.less(taken)
    return left


def _queued(team: PricingInputs) -> Iterator[Shape]:
    for queue in team.resources.of(CLUSTER_QUEUE):
        for group in items(at(queue.inputs, "spec", "resourceGroups")):
            for flavor in items(at(group, "flavors")):
                yield from _flavor(items(at(flavor, "resources")))


def _flavor(resources: Sequence[Any]) -> Iterator[Shape]:
    """The quota of a flavor, and what it may borrow."""
    by_name = {at(each, "name"): each for each in resources}
    for key in ("nominalQuota", "borrowingLimit"):
        yield _shape(at(by_name.get("cpu"), key), at(by_name.get("memory"), key)) or NONE


def _rolled_out(team: PricingInputs) -> Iterator[Shape]:
    shapes = _requests(team)
    for resource in team.resources.of(INFERENCE_SERVICE):
        predictor = at(resource.inputs, "spec", "predictor")
        surge = number(at(predictor, "deploymentStrategy", "rollingUpdate", "maxSurge")) or Decimal(0)
        most = number(at(predictor, "maxReplicas")) or Decimal(0)
        yield shapes.get(str(at(resource.inputs, "metadata", "name")), NONE) * (most + surge)


def _open_at_once(team: PricingInputs) -> Iterator[Shape]:
    for found in notebooks(team):
        if found.notebook:
            yield Shape(vcpus=found.notebook[0], memory_gib=found.notebook[1]) * found.people


def _deployed(team: PricingInputs) -> dict[str, Shape]:
    """The requests of all replicas of each Deployment on general nodes."""
    found: dict[str, Shape] = {}
    for resource in team.resources.of(DEPLOYMENT):
        pod = at(resource.inputs, "spec", "template", "spec")
        if at(pod, "nodeSelector", POOL_LABEL) == GENERAL_POOL:
            replicas = number(at(resource.inputs, "spec", "replicas")) or Decimal(1)
            wanted = [at(each, "resources", "requests") or {} for each in items(at(pod, "containers"))]
            shapes = [_shape(each.get("cpu"), each.get("memory")) or NONE for each in wanted]
            total = Shape(
                vcpus=sum((each.vcpus for each in shapes), Decimal(0)),
                memory_gib=sum((each.memory_gib for each in shapes), Decimal(0)),
            )
            found[str(at(resource.inputs, "metadata", "name"))] = total * replicas
    return found


def _requests(team: PricingInputs) -> dict[str, Shape]:
    """The requests of a replica of each endpoint, of those that say them."""
    found: dict[str, Shape] = {}
    for resource in team.resources.of(INFERENCE_SERVICE):
        predictor = at(resource.inputs, "spec", "predictor")
        wanted = at(predictor, "model", "resources", "requests") or {}
        if shape := _shape(wanted.get("cpu"), wanted.get("memory")):
            whole = shape + AGENT if at(predictor, "logger") else shape
            found[str(at(resource.inputs, "metadata", "name"))] = whole
    return found


def _shape(cpu: Any, memory: Any) -> Shape | None:
    vcpus, memory_gib = cores(cpu), gib(memory)
    if vcpus is None or memory_gib is None:
        return None
    return Shape(vcpus=vcpus, memory_gib=memory_gib)


def _said(shape: Shape) -> str:
    vcpus, memory_gib = (round(each, 2).normalize() for each in (shape.vcpus, shape.memory_gib))
    return f"{vcpus:f} vCPUs and {memory_gib:f} GiB"
