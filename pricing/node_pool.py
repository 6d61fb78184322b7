"""Read a Karpenter NodePool and its EC2NodeClass: instance types, limits, capacity types, disks."""

from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from pricing.pricing_inputs import PricingInputs
from pricing.resources import PricedResource, at, gib, items, number
from reference.instances import InstanceType, instance_types
from reference.vocabulary import EC2_NODE_CLASS, POOL_LABEL

SPOT, ON_DEMAND, RESERVED = "spot", "on-demand", "reserved"


@dataclass(frozen=True, kw_only=True)
class NodePool:
    """A NodePool as its inputs describe it. `limit` is in GPUs, or in vCPUs for a pool without accelerators."""

    name: str
    types: tuple[InstanceType, ...]
    capacities: tuple[str, ...]
    limit: int
    memory_gib: Decimal | None
    replicas: int | None
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


def read_pool(resource: PricedResource, pricing_inputs: PricingInputs) -> NodePool | None:
    """Read the inputs of a NodePool; None where they do not say enough."""
    spec = at(resource.inputs, "spec") or {}
    requirements = items(at(spec, "template", "spec", "requirements"))
    wanted = {str(at(entry, "key")): items(at(entry, "values")) for entry in requirements}
    types = _types(wanted)
    limits = at(spec, "limits") or {}
    accelerated = any(each.gpus for each in types)
    keys = [key for key in limits if _is_accelerator(key)] if accelerated else ["cpu"]
    limit = number(limits.get(keys[0])) if keys else None
    if not types or limit is None:
        return None
    label = at(spec, "template", "metadata", "labels", POOL_LABEL)
    replicas = number(at(spec, "replicas"))
    return NodePool(
        name=str(label or resource.name),
        types=types,
        capacities=tuple(map(str, wanted.get("karpenter.sh/capacity-type", (ON_DEMAND,)))),
        limit=int(limit),
        memory_gib=None if accelerated else gib(limits.get("memory")),
        replicas=None if replicas is None else int(replicas),
        disk_gib=_disk(at(spec, "template", "spec", "nodeClassRef", "name"), pricing_inputs),
    )


def _types(wanted: dict[str, tuple[Any, ...]]) -> tuple[InstanceType, ...]:
    known = instance_types()
    if named := wanted.get("node.kubernetes.io/instance-type"):
        return tuple(known[name] for name in named) if all(name in known for name in named) else ()
    families, archs = (
        wanted.get("karpenter.k8s.aws/instance-family", ()),
        wanted.get("kubernetes.io/arch", ()),
    )
    # Karpenter takes a bare-metal type only where nothing else fits.
    return tuple(
        each
        for name, each in sorted(known.items())
        if name.split(".")[0] in families and "metal" not in name and (not archs or each.arch in archs)
    )


def _is_accelerator(key: str) -> bool:
    return "/gpu" in key or "neuron" in key


def _disk(node_class: Any, pricing_inputs: PricingInputs) -> Decimal | None:
    for other in pricing_inputs.resources.of(EC2_NODE_CLASS):
        if at(other.inputs, "metadata", "name") == node_class:
            disks = items(at(other.inputs, "spec", "blockDeviceMappings"))
            sizes = [gib(at(disk, "ebs", "volumeSize")) for disk in disks]
            return sum((size for size in sizes if size), Decimal(0)) if all(sizes) else None
    return None
