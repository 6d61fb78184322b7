"""EC2 instance types: what they hold and where they are offered. Dated facts, no network."""

import csv
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

from reference.accelerators import CPU_CLASS

# EC2 user guide, "Prerequisites for Amazon EC2 topology", read on 2026-11-21.
TOPOLOGY_FAMILIES = frozenset(
    {
        *("g6e", "g7e", "p3dn", "p4d", "p4de", "p5e", "p5en", "p6-b200", "p6-b300", "p6e-gb200"),
        *("trn1", "trn1n", "trn2", "trn2u"),
    }
)
TOPOLOGY_TYPES = frozenset({"p5.48xlarge"})

FIRST_EFA_CARDS = {"p6-b300.48xlarge": 1}
"""The first network card that takes EFA, where it is not card 0. EC2's DescribeInstanceTypes, as moto 5.2.5 has it."""

# Karpenter holds back 7.5 % of a node's memory for the hypervisor, kubelet the rest.
ALLOCATABLE = 0.9
"""Share of a node's memory that pods get."""

RESERVED_VCPUS = 1
"""vCPUs of a node for kubelet and the agents."""

LEAST_VCPUS = 4
"""vCPUs of the smallest node for jobs: of two, kubelet and the agents take half."""

BURSTABLE = frozenset({"t3"})
"""Families whose CPUs EC2 gives by credits."""

LEFT_OUT = {
    "g7": "it needs NVIDIA's driver 595, and EKS's images of the release have 580: that takes an image of one's own",
    "p6e-gb200": "its GPUs span nodes by NVLink, for which Paved sets up nothing, and its figures are not recorded",
    "trn2u": "of the recorded regions ap-south-2 alone offers it, and EC2's description of it names no devices",
}
"""Families of EC2 that one may look for, and why they are not in the table.

The driver of G7's GPUs: awslabs/amazon-eks-ami 81fec2e8, nvidia-open-supported-devices-580.txt lacks the RTX PRO 4500
Blackwell Server Edition, and -595.txt has it.
"""


@dataclass(frozen=True, kw_only=True)
class InstanceType:
    """One row of `instance_types.csv`. Memory is per instance, GPU memory per device, both in GiB.

    `gpus` are accelerators of any make: NVIDIA's GPUs, or the Neuron devices (chips) of Trainium and Inferentia.

    `efa_interfaces` is the most that an instance can have, one on each network card from `first_efa_card`; `nvme_gb`
    the size of its instance store in decimal gigabytes, as AWS counts it. Both are 0 where there are none.
    GPU memory is None where there is none, and where sources contradict each other.
    """

    name: str
    vcpus: int
    memory_gib: float
    arch: str
    accelerator: str | None
    gpus: int
    gpu_memory_gib: float | None
    efa_interfaces: int
    nvme_gb: int
    as_of: str

    @property
    def node_class(self) -> str:
        """The accelerator class of its nodes, or that of nodes without accelerators."""
        return self.accelerator or CPU_CLASS

    @property
    def units(self) -> int:
        """The units that a pool of the type counts: accelerators, or vCPUs where there are none."""
        return self.gpus or self.vcpus

    @property
    def pod_vcpus(self) -> int:
        """The vCPUs that pods get."""
        return self.vcpus - RESERVED_VCPUS

    @property
    def pod_memory_gib(self) -> int:
        """The GiB of memory that pods get."""
        return int(self.memory_gib * ALLOCATABLE)

    @property
    def pod_units(self) -> int:
        """Those of `units` that pods get: all accelerators, and the vCPUs that are not the node's own."""
        return self.gpus or self.pod_vcpus

    @property
    def first_efa_card(self) -> int:
        """The first network card that takes EFA; IP has card 0 for itself where it is another."""
        return FIRST_EFA_CARDS.get(self.name, 0)


def instance_types() -> dict[str, InstanceType]:
    """Every instance type this release of Paved knows, by name."""
    return _types()


def instance_type(name: str) -> InstanceType:
    """The facts of one type. Raises KeyError for a type that is not in the table: unknown fails closed."""
    return _types()[name]


def why_no_cpu_pool(kind: InstanceType) -> str | None:
    """The reason why a type without accelerators is none for a pool of CPU nodes; None where there is none."""
    # Nothing tells whether a team's image has a build for arm64, and its pods would fail with an `exec format error`.
    if kind.arch != "amd64":
        return f"its processor is {kind.arch}, and images of teams are taken to be built for amd64 alone"
    if kind.name.partition(".")[0] in BURSTABLE:
        return (
            "its CPUs are throttled, or billed by credits that no estimate counts, once a job keeps them busy"
        )
    if kind.vcpus < LEAST_VCPUS:
        return f"kubelet and the agents leave pods too little of its {kind.vcpus} vCPUs"
    return None


def cpu_pool_types() -> list[str]:
    """The types that pools of CPU nodes may have, sorted."""
    general = [each for each in _types().values() if not each.gpus]
    return sorted(each.name for each in general if why_no_cpu_pool(each) is None)


def why_left_out(name: str) -> str | None:
    """The reason why a type of EC2 is not in the table; None where there is none to tell."""
    return LEFT_OUT.get(name.partition(".")[0])


def zones_offering(name: str, region: str) -> frozenset[str]:
    """The AZ ids of `region` that offer the type; empty where none does or nothing is known."""
    return _offerings().get((name, region), frozenset())


def regions_offering(name: str) -> tuple[str, ...]:
    """The recorded regions that offer the type, sorted; empty for a type that is not known."""
    return tuple(sorted(region for offered, region in _offerings() if offered == name))


def shows_topology(instance_type: str) -> bool:
    """Whether nodes of a type get the labels `topology.k8s.aws/network-node-layer-N`. False for one not known."""
    return instance_type in TOPOLOGY_TYPES or instance_type.split(".")[0] in TOPOLOGY_FAMILIES


@cache
def _types() -> dict[str, InstanceType]:
    return {
        row["instance_type"]: InstanceType(
            name=row["instance_type"],
            vcpus=int(row["vcpus"]),
            memory_gib=float(row["memory_gib"]),
            arch=row["arch"],
            accelerator=row["accelerator"] or None,
            gpus=int(row["gpus"]),
            gpu_memory_gib=float(row["gpu_memory_gib"]) if row["gpu_memory_gib"] else None,
            efa_interfaces=int(row["efa_interfaces"]),
            nvme_gb=int(row["nvme_gb"]),
            as_of=row["as_of"],
        )
        for row in _rows("instance_types.csv")
    }


@cache
def _offerings() -> dict[tuple[str, str], frozenset[str]]:
    return {
        (row["instance_type"], row["region"]): frozenset(row["az_ids"].split())
        for row in _rows("instance_offerings.csv")
    }


def _rows(name: str) -> Iterator[dict[str, str]]:
    text = (files("reference") / "data" / name).read_text(encoding="utf-8")
    yield from csv.DictReader(text.splitlines())
