"""What a pool's instance types have in common, and how much its nodes add up to at most."""

from collections.abc import Sequence
from math import ceil

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
