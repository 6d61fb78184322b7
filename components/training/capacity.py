"""What a pool's instance types have in common, what their nodes have, and how much they add up to at most."""

from collections.abc import Sequence
from math import ceil
from typing import Any

from components.labels import GPU_RESOURCE
from paved.reference.instances import InstanceType, instance_type


def accelerator(instance_types: Sequence[str]) -> str:
    """The accelerator class that all the types have.

    Raises ValueError when a type has none or another one, and KeyError for a type that is not known.
    """
    classes = {name: instance_type(name).accelerator for name in instance_types}
    found = set(classes.values())
    if len(found) != 1 or None in found:
        raise ValueError(f"a pool is of one accelerator class, got {classes}")
    return str(found.pop())


def architectures(instance_types: Sequence[str]) -> list[str]:
    """The processor architectures of the types, sorted."""
    return sorted({instance_type(name).arch for name in instance_types})


def has_instance_store(instance_types: Sequence[str]) -> bool:
    """Whether a node of the types may have NVMe disks of its own."""
    return any(instance_type(name).nvme_gb for name in instance_types)


def efa_interfaces(instance_types: Sequence[str]) -> int:
    """How many EFA interfaces every node of the types has. Raises ValueError when they differ or have none."""
    counts = {name: instance_type(name).efa_interfaces for name in instance_types}
    found = set(counts.values())
    if len(found) != 1 or 0 in found:
        raise ValueError(f"the types of a pool with EFA have the same number of interfaces, got {counts}")
    return found.pop()


def network_interfaces(efas: int) -> list[dict[str, Any]]:
    """The network interfaces of a node: one for IP, and on each card one for EFA alone, which takes no address.

    The places are those of the EC2 user guide, "Maximize network bandwidth ... with multiple network cards".
    """
    extra = [{"networkCardIndex": card, "deviceIndex": int(card == 0)} for card in range(efas)]
    return [
        {"networkCardIndex": 0, "deviceIndex": 0, "interfaceType": "interface"},
        *({**place, "interfaceType": "efa-only"} for place in extra),
    ]


def limits(instance_types: Sequence[str], max_gpus: int) -> dict[str, str]:
    """The limits of a NodePool: at most `max_gpus`, with the vCPUs and the memory that may come with them.

    vCPUs and memory are those of the types with the most per GPU, so no mix of nodes reaches them first.
    """
    types = [instance_type(name) for name in instance_types]
    return {
        "cpu": str(max(_vcpus(each, max_gpus) for each in types)),
        "memory": f"{max(_memory_gib(each, max_gpus) for each in types)}Gi",
        GPU_RESOURCE: str(max_gpus),
    }


def _vcpus(each: InstanceType, gpus: int) -> int:
    return ceil(each.vcpus * gpus / each.gpus)


def _memory_gib(each: InstanceType, gpus: int) -> int:
    return ceil(each.memory_gib * gpus / each.gpus)
