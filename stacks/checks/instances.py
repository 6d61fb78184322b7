"""Facts of the regions, zones and instance types that stacks name, and whether a pod fits a node."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cache

from reference.instances import InstanceType, instance_types, zones_offering
from reference.regions import EKS_REFUSES
from reference.regions import regions as known_regions

NAMED = 8
"""How many regions a message names."""


@dataclass(frozen=True, kw_only=True)
class Demand:
    """Requests of one pod."""

    gpus: int
    cpu: int
    memory_gib: int
    disk_gib: int


@dataclass(frozen=True, kw_only=True)
class EmptyNode:
    """A node of a type that no pod is on yet. `disk_gib` is the part of its disk that pods may fill."""

    kind: InstanceType
    disk_gib: int

    @property
    def gpus(self) -> int:
        """The accelerators of the node."""
        return self.kind.gpus

    @property
    def vcpus(self) -> int:
        """The vCPUs that pods get."""
        return self.kind.pod_vcpus

    @property
    def memory_gib(self) -> int:
        """The GiB of memory that pods get."""
        return self.kind.pod_memory_gib


@cache
def zones_of(region: str) -> tuple[str, ...]:
    """AZ ids of a region that EKS works in, sorted; empty for a region that is not known."""
    offering: set[str] = set()
    for name in instance_types():
        offering |= zones_offering(name, region)
    return tuple(sorted(offering - EKS_REFUSES))


def regions() -> tuple[str, ...]:
    """Regions that facts are recorded for, sorted."""
    return tuple(known_regions())


def not_offered(region: str, offering: Iterable[str]) -> str:
    """Say that a region does not offer a thing and where it is offered, regions of the same residency first."""
    home = region.partition("-")[0]
    found = sorted(offering, key=lambda other: (other.partition("-")[0] != home, other))
    if not found:
        return f"which {region} does not offer"
    more = f" and {len(found) - NAMED} more" if len(found) > NAMED else ""
    return f"which {region} does not offer: it is offered in {', '.join(found[:NAMED])}{more}"


def known_types(names: Iterable[str]) -> list[InstanceType]:
    """Facts of those instance types that are known, in their order."""
    table = instance_types()
    return [table[name] for name in names if name in table]


def zones_with(names: Iterable[str], region: str) -> frozenset[str]:
    """Zones of a region that offer at least one of the instance types."""
    offering: frozenset[str] = frozenset()
    for name in names:
        offering |= zones_offering(name, region)
    return offering


def fits(demand: Demand, node: EmptyNode) -> bool:
    """Whether a pod fits an empty node."""
    return places(demand, node) > 0


def places(demand: Demand, node: EmptyNode) -> int:
    """The pods that an empty node holds, all of one kind."""
    found = [
        node.vcpus // demand.cpu,
        node.memory_gib // demand.memory_gib,
        node.disk_gib // demand.disk_gib,
    ]
    return min([*found, node.gpus // demand.gpus] if demand.gpus else found)


def too_large(demand: Demand, found: Sequence[EmptyNode], nodes: str) -> str:
    """Message for a pod that fits none of some nodes, which are called `nodes`."""
    largest = max(found, key=lambda each: (each.gpus, each.vcpus, each.memory_gib))
    room = _in_words(largest.vcpus, largest.memory_gib, largest.disk_gib)
    wanted = _in_words(demand.cpu, demand.memory_gib, demand.disk_gib)
    if demand.gpus:
        room, wanted = f"{largest.gpus} GPUs, {room}", f"{demand.gpus} GPUs, {wanted}"
    return f"must fit one node of {nodes}: the largest, {largest.kind.name}, leaves {room}, got {wanted}"


def _in_words(vcpus: int, memory_gib: int, disk_gib: int) -> str:
    return f"{vcpus} vCPUs, {memory_gib} GiB and {disk_gib} GiB of disk"
