"""Read a Karpenter NodePool and its EC2NodeClass: instance types, limits, capacity types, disks."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from pricing.ageing import NAMED
from pricing.pricing_inputs import PricingInputs
from pricing.requirements import reach, values_of
from pricing.resources import PricedResource, at, gib, items, number
from reference.instances import InstanceType
from reference.vocabulary import EC2_NODE_CLASS, NODE_POOL, POOL_LABEL

SPOT, ON_DEMAND, RESERVED = "spot", "on-demand", "reserved"


@dataclass(frozen=True, kw_only=True)
class NodePool:
    """A NodePool as its inputs describe it. `limit` is in GPUs, or in vCPUs for a pool without accelerators.

    `replicas` is the fixed number of a static pool, `most_nodes` the number that it may have for a while.
    """

    name: str
    types: tuple[InstanceType, ...]
    capacities: tuple[str, ...]
    limit: int
    memory_gib: Decimal | None
    replicas: int | None
    most_nodes: int | None
    disk_gib: Decimal | None

    @property
    def is_reserved(self) -> bool:
        """Whether its nodes come from reservations alone, which are paid for whether nodes run or not."""
        return self.capacities == (RESERVED,)

    @property
    def is_accelerated(self) -> bool:
        """Whether its limit is in accelerators."""
        return any(each.gpus for each in self.types)

    def units(self, each: InstanceType) -> int:
        """Return the units of the limit that a node takes."""
        return each.gpus if self.is_accelerated else each.vcpus

    @property
    def unit(self) -> str:
        """The unit of its limit."""
        return "GPU" if self.is_accelerated else "vCPU"


class UnreadablePoolError(Exception):
    """The reason why nobody can say what the nodes of a pool cost at most."""


def read_pool(resource: PricedResource, pricing_inputs: PricingInputs) -> NodePool:
    """Read the inputs of a NodePool. Raises UnreadablePoolError where they let nodes be that have no price."""
    spec = at(resource.inputs, "spec") or {}
    requirements = items(at(spec, "template", "spec", "requirements"))
    types = _types(requirements)
    replicas = number(at(spec, "replicas"))
    limits = at(spec, "limits") or {}
    accelerated = any(each.gpus for each in types)
    most = number(at(limits, "nodes"))
    static = replicas is not None
    label = at(spec, "template", "metadata", "labels", POOL_LABEL)
    return NodePool(
        name=str(label or resource.name),
        types=types,
        capacities=tuple(values_of(requirements, "karpenter.sh/capacity-type")) or (ON_DEMAND,),
        limit=_static_limit(types, replicas) if replicas is not None else _limit(limits, accelerated),
        memory_gib=None if accelerated or static else gib(limits.get("memory")),
        replicas=None if replicas is None else int(replicas),
        most_nodes=None if most is None else int(most),
        disk_gib=_disk(at(spec, "template", "spec", "nodeClassRef", "name"), pricing_inputs),
    )


def pools(pricing_inputs: PricingInputs) -> Iterator[tuple[PricedResource, NodePool]]:
    """Every pool of the plan that can be read, with its resource."""
    for resource in pricing_inputs.resources.of(NODE_POOL):
        try:
            yield resource, read_pool(resource, pricing_inputs)
        except UnreadablePoolError:
            continue


def _types(requirements: tuple[Any, ...]) -> tuple[InstanceType, ...]:
    found = reach(requirements)
    if found.unknown:
        raise UnreadablePoolError(f"nobody has read facts or a price of {', '.join(found.unknown)}")
    if not found.types:
        raise UnreadablePoolError("its requirements reach no instance type that is known")
    if any(each.gpus for each in found.types) and not all(each.gpus for each in found.types):
        accelerated = [each.name for each in found.types if each.gpus]
        raise UnreadablePoolError(
            f"its requirements reach types with accelerators ({_some(accelerated)}) beside types without, so that its "
            "limits say little of what it costs"
        )
    return found.types


def _static_limit(types: tuple[InstanceType, ...], replicas: Decimal) -> int:
    """The units of as many nodes as a static pool has."""
    return int(replicas) * max(each.gpus or each.vcpus for each in types)


def _limit(limits: Mapping[str, Any], accelerated: bool) -> int:
    keys = [key for key in limits if _is_accelerator(key)] if accelerated else ["cpu"]
    limit = number(limits.get(keys[0])) if keys else None
    if limit is None:
        what = "accelerators" if accelerated else "vCPUs"
        raise UnreadablePoolError(f"its limits do not say how many {what} it may have")
    return int(limit)


def _some(names: Sequence[str]) -> str:
    rest = len(names) - NAMED
    return ", ".join(names) if rest <= 1 else f"{', '.join(names[:NAMED])} and {rest} more"


def _is_accelerator(key: str) -> bool:
    return "/gpu" in key or "neuron" in key


def _disk(node_class: Any, pricing_inputs: PricingInputs) -> Decimal | None:
    for other in pricing_inputs.resources.of(EC2_NODE_CLASS):
        if at(other.inputs, "metadata", "name") == node_class:
            disks = items(at(other.inputs, "spec", "blockDeviceMappings"))
            sizes = [gib(at(disk, "ebs", "volumeSize")) for disk in disks]
            return sum((size for size in sizes if size), Decimal(0)) if all(sizes) else None
    return None
