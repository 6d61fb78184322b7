"""Room on a team's own pools at the worst moment: all that may run on each at once, wherever it lies.

The moment is that of a rollout while every endpoint has all its replicas and the queue all that it may use. Nothing
moves a pod that runs, so the parts count by the nodes that they may lie on and not by the GPUs that they ask for.
Jobs count as if they filled their nodes: smaller ones may lie so that a larger one waits until they end.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from fractions import Fraction
from math import ceil, gcd

from components.serving.rollout import MAX_SURGE, most_pods
from stacks.checks.check import check
from stacks.checks.endpoints import replica
from stacks.checks.instances import Demand, EmptyNode, fits, places
from stacks.checks.pools import (
    accelerator,
    ceiling,
    class_of_each_pool,
    empty_nodes,
    node_step,
    node_types,
    own_pools,
    unit_of,
)
from stacks.checks.quota import endpoints, quotas
from stacks.reading.problems import Problem, at
from stacks.schema import Team
from stacks.schema.pools import PoolSpec
from stacks.schema.serving import EndpointSpec


@dataclass(frozen=True, kw_only=True)
class Part:
    """GPUs, or vCPUs, that one user of a pool may take of it, in words, and how many of them its pods ask for."""

    units: int
    asked: int
    words: str


@dataclass(frozen=True, kw_only=True)
class Room:
    """All that may run on a pool at once. `least` is the ceiling that holds the parts, in whole nodes."""

    parts: tuple[Part, ...]
    least: int

    @property
    def sum(self) -> str:
        """The parts in words."""
        return " + ".join(f"{part.units} {part.words}" for part in self.parts)

    @property
    def spread(self) -> bool:
        """Whether some part takes more than its pods ask for."""
        return any(part.units > part.asked for part in self.parts)


@check(Team)
def what_runs_at_once_fits_its_pool(stack: Team) -> Iterator[Problem]:
    """Refuse a pool that cannot hold its queue and its endpoints at the worst moment."""
    for path, pool in own_pools(stack):
        room, most = room_of(stack, pool), ceiling(pool)
        if most is not None and room.least > most:
            yield at(*path, f"max_{unit_of(pool)}", says=_too_small(room, pool, most))


def room_of(stack: Team, pool: PoolSpec) -> Room:
    """All that may run on one of a team's pools at once."""
    parts = [*_queued(stack, pool), *_served(stack, pool)]
    return Room(parts=tuple(parts), least=least_ceiling(pool, sum(part.units for part in parts)))


def least_ceiling(pool: PoolSpec, units: int) -> int:
    """The least ceiling, in whole nodes, of which pods get so many GPUs, or vCPUs, whatever type the nodes are of."""
    types = node_types(pool)
    if any(each.gpus for each in types) or not types:
        step = node_step(pool)
        return ceil(units / step) * step
    # Of every node without accelerators some vCPUs are its own: many small nodes have fewest for pods.
    return max(ceil(units / each.pod_units) * each.units for each in types)


def _too_small(room: Room, pool: PoolSpec, most: int) -> str:
    says = f"must be at least {room.least} for all that may run at once, got {most}: {room.sum}"
    if unit_of(pool) == "vcpus":
        smallest = min(node_types(pool), key=lambda each: each.vcpus)
        says += f"; of a {smallest.name} pods get {smallest.pod_vcpus} of {smallest.vcpus}"
    if room.spread:
        says += "; endpoints take less in a pool of their own, of types with as many GPUs as a replica"
    return says


def _queued(stack: Team, pool: PoolSpec) -> Iterator[Part]:
    if all(quota.pool != pool.name for quota in quotas(stack)):
        return
    # The queue counts by class: it admits to each pool of the class what it may use of all of them.
    classes, found = class_of_each_pool(stack), accelerator(pool)
    names = {pool.name} | {name for name, of in classes.items() if found and of == found}
    of_class = [each for each in quotas(stack) if each.pool in names]
    guaranteed, borrowed = sum(each.promised for each in of_class), sum(each.borrowed for each in of_class)
    words = "guaranteed" if len(of_class) == 1 else f"guaranteed (all quotas of `{found}`)"
    yield Part(units=guaranteed, asked=guaranteed, words=words)
    if borrowed:
        yield Part(units=borrowed, asked=borrowed, words="borrowable")


def _served(stack: Team, pool: PoolSpec) -> Iterator[Part]:
    found = [each for each in endpoints(stack) if each.resources.pool == pool.name]
    shared = any(quota.pool == pool.name for quota in quotas(stack))
    if found and not shared and _take_any_place(found):
        yield _packed(found, pool)
    else:
        yield from (_apart(endpoint, pool) for endpoint in found)


def _take_any_place(found: Sequence[EndpointSpec]) -> bool:
    """Whether a replica takes any free place: all are alike, and none is of tier 1, which waits for another zone."""
    return len({each.resources for each in found}) == 1 and all(each.tier > 1 for each in found)


def _packed(found: Sequence[EndpointSpec], pool: PoolSpec) -> Part:
    """Replicas that are alike and alone on a pool: one that finds no place finds all nodes full."""
    pods = sum(most_pods(each.replicas.max) for each in found)
    wanted = replica(found[0].resources, accelerator(pool))
    nodes = [each for each in empty_nodes(pool) if fits(wanted, each)]
    gpus = _full_nodes(pods - 1, wanted, nodes) if nodes else pods * wanted.gpus
    return _part(found, gpus, "on whole nodes")


def _full_nodes(pods: int, wanted: Demand, nodes: Sequence[EmptyNode]) -> int:
    """GPUs of the nodes that pods fill where each has most of them for itself, and of one node more."""
    step = gcd(*(each.gpus for each in nodes))
    share = max(Fraction(each.gpus, places(wanted, each)) for each in nodes)
    return int(pods * share / step) * step + min(each.gpus for each in nodes)


def _apart(endpoint: EndpointSpec, pool: PoolSpec) -> Part:
    """Replicas each of which may be alone on the largest node: jobs or another endpoint had the rest of it."""
    wanted = replica(endpoint.resources, accelerator(pool))
    node = max((each.gpus for each in empty_nodes(pool) if fits(wanted, each)), default=wanted.gpus)
    return _part([endpoint], most_pods(endpoint.replicas.max) * node, f"each alone on {node} GPUs")


def _part(found: Sequence[EndpointSpec], gpus: int, lie: str) -> Part:
    """The part of some endpoints. `lie` says where their replicas are, if that takes more than they ask for."""
    names = ", ".join(f"`{each.name}`" for each in found)
    replicas = sum(each.replicas.max for each in found)
    pods = f"{replicas} replicas and {MAX_SURGE * len(found)} more in a rollout"
    asked = sum(most_pods(each.replicas.max) * each.resources.gpus for each in found)
    where = f", {lie}" if gpus > asked else ""
    return Part(units=gpus, asked=asked, words=f"of {names} ({pods}{where})")
