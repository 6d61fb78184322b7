"""The instance types of a pool: what their nodes have in common, and how much they add up to at most."""

from collections.abc import Sequence
from dataclasses import dataclass
from math import ceil
from typing import Any

from components.platform.node_disk import pool_node_disk
from reference.accelerators import CPU_CLASS, DEVICES, device
from reference.instances import instance_type


@dataclass(frozen=True, kw_only=True)
class Amount:
    """GPUs, or Neuron devices, with the vCPUs and the memory that come with them; of a CPU pool no GPUs."""

    gpus: int
    vcpus: int
    memory_gib: int

    def __add__(self, other: "Amount") -> "Amount":
        return Amount(
            gpus=self.gpus + other.gpus,
            vcpus=self.vcpus + other.vcpus,
            memory_gib=self.memory_gib + other.memory_gib,
        )


@dataclass(frozen=True, kw_only=True)
class NodeTypes:
    """The instance types of one pool, and the class that all of them have: of accelerators, or `cpu`."""

    names: tuple[str, ...]
    accelerator: str

    @property
    def device(self) -> str:
        """The resource that the pool is counted by: the nodes' accelerators, or their vCPUs."""
        return device(self.accelerator)

    @property
    def architectures(self) -> list[str]:
        """The processor architectures of the types, sorted."""
        return sorted({instance_type(name).arch for name in self.names})

    @property
    def has_instance_store(self) -> bool:
        """Whether a node of the types may have NVMe disks of its own."""
        return any(instance_type(name).nvme_gb for name in self.names)

    @property
    def efa_interfaces(self) -> int:
        """The EFA interfaces of every node. Raises ValueError when types differ in them or have none."""
        counts = {name: instance_type(name).efa_interfaces for name in self.names}
        found = set(counts.values())
        if len(found) != 1 or 0 in found:
            raise ValueError(f"the types of a pool with EFA have the same number of interfaces, got {counts}")
        return found.pop()

    @property
    def first_efa_card(self) -> int:
        """The first network card that takes EFA. Raises ValueError when types differ in it."""
        cards = {instance_type(name).first_efa_card for name in self.names}
        if len(cards) != 1:
            raise ValueError(f"the types of a pool with EFA have it on the same cards, got {sorted(cards)}")
        return cards.pop()

    @property
    def network_interfaces(self) -> list[dict[str, Any]]:
        """The network interfaces of a node with EFA: one for IP, and on each card one for EFA alone, without address.

        Card and device numbers follow the EC2 user guide, "Maximize network bandwidth ... with multiple network cards".
        """
        for_ip = {"networkCardIndex": 0, "deviceIndex": 0, "interfaceType": "interface"}
        first = self.first_efa_card
        # Device 0 of the first card is the interface for IP, so EFA is device 1 there and device 0 elsewhere.
        for_efa = [
            {"networkCardIndex": card, "deviceIndex": int(card == 0), "interfaceType": "efa-only"}
            for card in range(first, first + self.efa_interfaces)
        ]
        return [for_ip, *for_efa]

    @property
    def gpus_per_node(self) -> int:
        """The GPUs of every node. Raises ValueError when types differ in them."""
        counts = {instance_type(name).gpus for name in self.names}
        if len(counts) != 1:
            raise ValueError(f"the types of a shared pool have as many GPUs each, got {sorted(counts)}")
        return counts.pop()

    @property
    def counts_cpus(self) -> bool:
        """Whether the pool is counted in vCPUs, as its nodes have no accelerators."""
        return self.accelerator == CPU_CLASS

    def amount(self, units: int) -> Amount:
        """The amount that comes with `units`: GPUs with as much as the roomiest type has for them, or vCPUs alike.

        No mix of nodes runs out of the rest first. Of vCPUs only those count that a node has for pods.
        """
        types = [instance_type(name) for name in self.names]
        if self.counts_cpus:
            memory = max(each.pod_memory_gib * units // each.pod_vcpus for each in types)
            return Amount(gpus=0, vcpus=units, memory_gib=memory)
        return Amount(
            gpus=units,
            vcpus=max(ceil(each.vcpus * units / each.gpus) for each in types),
            memory_gib=max(ceil(each.memory_gib * units / each.gpus) for each in types),
        )

    def disk_gib(self, units: int, root_volume_gib: int) -> int:
        """The GiB of disk that go with `units` on the type that has least for them: all jobs of a node find theirs."""
        nodes = [instance_type(name) for name in self.names]
        return min(pool_node_disk(each, root_volume_gib) * units // each.pod_units for each in nodes)

    def limits(self, most: int) -> dict[str, str]:
        """The limits of a NodePool: at most `most` GPUs, or vCPUs, with what may come with them in whole nodes."""
        if self.counts_cpus:
            types = [instance_type(name) for name in self.names]
            memory = max(ceil(each.memory_gib * most / each.vcpus) for each in types)
            return {"cpu": str(most), "memory": f"{memory}Gi"}
        return quantities(self.amount(most), self.device)


def types_of_one_class(names: Sequence[str]) -> NodeTypes:
    """The types of a pool with their class.

    Raises ValueError when a type has another one, and KeyError for a type that is not known.
    """
    classes = {name: instance_type(name).node_class for name in names}
    found = set(classes.values())
    if len(found) != 1:
        raise ValueError(f"a pool is of one class, got {classes}")
    return NodeTypes(names=tuple(names), accelerator=found.pop())


def quantities(amount: Amount, device: str) -> dict[str, str]:
    """An amount by resource, as Kubernetes writes it. `device` is that of its class."""
    found = {"cpu": str(amount.vcpus), "memory": f"{amount.memory_gib}Gi"}
    return {**found, device: str(amount.gpus)} if device in DEVICES else found
