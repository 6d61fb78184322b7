"""What a pool's instance types have in common, what their nodes have, and how much they add up to at most."""

from collections.abc import Sequence
from dataclasses import dataclass
from math import ceil
from typing import Any

from reference.accelerators import device
from reference.instances import instance_type


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


@dataclass(frozen=True, kw_only=True)
class Amount:
    """GPUs, or Neuron devices, with the vCPUs and the memory that come with them."""

    gpus: int
    vcpus: int
    memory_gib: int

    def __add__(self, other: "Amount") -> "Amount":
        return Amount(
            gpus=self.gpus + other.gpus,
            vcpus=self.vcpus + other.vcpus,
            memory_gib=self.memory_gib + other.memory_gib,
        )


def amount(instance_types: Sequence[str], gpus: int) -> Amount:
    """`gpus` with what the roomiest of the types has for as many, so that no mix of nodes runs out of it first."""
    types = [instance_type(name) for name in instance_types]
    return Amount(
        gpus=gpus,
        vcpus=max(ceil(each.vcpus * gpus / each.gpus) for each in types),
        memory_gib=max(ceil(each.memory_gib * gpus / each.gpus) for each in types),
    )


def quantities(amount: Amount, gpu: str) -> dict[str, str]:
    """An amount by resource, as Kubernetes writes it; `gpu` is the resource that pods ask for of its class."""
    return {"cpu": str(amount.vcpus), "memory": f"{amount.memory_gib}Gi", gpu: str(amount.gpus)}


def limits(instance_types: Sequence[str], max_gpus: int) -> dict[str, str]:
    """The limits of a NodePool: at most `max_gpus`, with the vCPUs and the memory that may come with them."""
    return quantities(amount(instance_types, max_gpus), device(accelerator(instance_types)))
