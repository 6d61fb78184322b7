"""Nodes as Karpenter would make them of a NodePool. kwok plays their kubelet."""

from collections.abc import Iterator
from typing import Any

from reference.accelerators import device
from reference.instances import InstanceType, instance_type, instance_types
from reference.vocabulary import EFA_RESOURCE, EPHEMERAL_STORAGE, STACK_LABEL

Manifest = dict[str, Any]
ALLOCATABLE = 0.9
"""Of a node's memory and its disk: the rest is the kubelet's and the system's."""
ROOT_VOLUME_GIB = 100
"""The least of the root volumes that the samples' nodes have."""
ROOT_VOLUME_OF_POOLS_GIB = 200
"""The root volume of nodes for jobs, where their file says no other."""
ZONES = ("use1-az1", "use1-az2", "use1-az4")
"""The zones that nodes of a pool without one of its own come up in, one after the other."""
NEIGHBOUR = "neighbour-prod"
"""The stack of nodes that are like those of a pool, and nobody's under test."""


def nodes_of(pool: Manifest) -> list[Manifest]:
    """The nodes that a NodePool may have at most, and one of a neighbour's pool that differs in its stack alone."""
    kind = largest_type(pool)
    counted = [node(pool, kind, number) for number in range(most_nodes(pool, kind))]
    return [*counted, *neighbours(pool, kind)]


def neighbours(pool: Manifest, kind: InstanceType) -> Iterator[Manifest]:
    """A node of the same class that another stack pays for. General nodes are everybody's."""
    template = pool["spec"]["template"]
    if STACK_LABEL not in template["metadata"]["labels"]:
        return
    theirs = node(pool, kind, 0)
    theirs["metadata"]["name"] = f"{NEIGHBOUR}-{theirs['metadata']['name']}"
    theirs["metadata"]["labels"] |= {
        STACK_LABEL: NEIGHBOUR,
        "kubernetes.io/hostname": theirs["metadata"]["name"],
    }
    for taint in theirs["spec"]["taints"]:
        if taint["key"] == STACK_LABEL:
            taint["value"] = NEIGHBOUR
    yield theirs


def most_nodes(pool: Manifest, kind: InstanceType) -> int:
    """How many nodes of a type the limits of a NodePool let be."""
    spec = pool["spec"]
    if "replicas" in spec:
        return int(spec["replicas"])
    if STACK_LABEL not in spec["template"]["metadata"]["labels"]:
        return 1
    return int(int(spec["limits"][device(kind.node_class)]) // kind.units)


def largest_type(pool: Manifest) -> InstanceType:
    """The type of a NodePool with the most accelerators; of a general one, any of its families."""
    found = [instance_type(name) for name in values(pool, "node.kubernetes.io/instance-type")]
    families = values(pool, "karpenter.k8s.aws/instance-family")
    found += [each for name, each in sorted(instance_types().items()) if name.partition(".")[0] in families]
    return max(found, key=lambda each: (each.gpus, each.vcpus))


def values(pool: Manifest, key: str) -> list[str]:
    """The values of a requirement of a NodePool."""
    requirements = pool["spec"]["template"]["spec"]["requirements"]
    return [value for each in requirements if each["key"] == key for value in each["values"]]


def node(pool: Manifest, kind: InstanceType, number: int) -> Manifest:
    """One node. Startup taints are left out, which the drivers of volumes have taken off by the time it is used."""
    template = pool["spec"]["template"]
    name = f"{pool['metadata']['name']}-{number}".replace(".", "-")
    root = ROOT_VOLUME_OF_POOLS_GIB if STACK_LABEL in template["metadata"]["labels"] else ROOT_VOLUME_GIB
    zones = values(pool, "topology.k8s.aws/zone-id") or ZONES
    zone = zones[number % len(zones)]
    labels = {
        **template["metadata"]["labels"],
        "karpenter.sh/nodepool": pool["metadata"]["name"],
        "karpenter.sh/capacity-type": values(pool, "karpenter.sh/capacity-type")[0],
        "kubernetes.io/arch": "arm64" if kind.arch == "arm64" else "amd64",
        "kubernetes.io/hostname": name,
        "kubernetes.io/os": "linux",
        "node.kubernetes.io/instance-type": kind.name,
        "topology.k8s.aws/zone-id": zone,
        "topology.kubernetes.io/zone": zone,
        **{f"topology.k8s.aws/network-node-layer-{layer}": f"nn-{zone}-{layer}" for layer in (1, 2, 3)},
    }
    return {
        "apiVersion": "v1",
        "kind": "Node",
        "metadata": {"name": name, "labels": labels, "annotations": {"kwok.x-k8s.io/node": "fake"}},
        "spec": {"taints": [dict(taint) for taint in template["spec"].get("taints", [])]},
        "status": {"capacity": amounts(kind, 1, root), "allocatable": amounts(kind, ALLOCATABLE, root)},
    }


def disk(kind: InstanceType, share: float, root_gib: int) -> str:
    """A part of the disk that the kubelet of a node has: the instance store, or the root volume."""
    whole = kind.nvme_gb * 10**9 or root_gib * 2**30
    return str(int(whole * share))


def amounts(kind: InstanceType, share: float, root_gib: int) -> dict[str, str]:
    """What a node of a type has, and `share` of its memory and its disk."""
    found = {
        "cpu": str(kind.vcpus),
        "memory": f"{int(kind.memory_gib * share)}Gi",
        EPHEMERAL_STORAGE: disk(kind, share, root_gib),
        "pods": "110",
    }
    if kind.accelerator:
        found[device(kind.accelerator)] = str(kind.gpus)
    if kind.efa_interfaces:
        found[EFA_RESOURCE] = str(kind.efa_interfaces)
    return found
