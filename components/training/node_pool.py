"""Which GPU nodes there may be, and for how long: the NodePool of a pool, whoever owns it."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from components.platform.storage import startup_taints
from components.training.capacity import accelerator, architectures, limits
from reference.accelerators import device
from reference.names import physical_name
from reference.vocabulary import ACCELERATOR_LABEL, EFA_LABEL, POOL_LABEL, STACK_LABEL

LABEL_VALUE_LIMIT = 63  # Karpenter labels every node with the names of its pool and class
ZONE_ID = "topology.k8s.aws/zone-id"


@dataclass(frozen=True, kw_only=True)
class GpuNodePool:
    """The nodes of one pool. `name` is the pool's in its cluster and that of its node class.

    `owner` is the stack that the nodes belong to, `pool` the name in its file. `capacity` is a set: Karpenter
    has an order of its own. `zone` is an AZ id, and None for any. `volume_drivers` are the CSI drivers that a node
    waits for. `tags` have at least `team` and `cost-center`.
    """

    name: str
    owner: str
    pool: str
    instance_types: tuple[str, ...]
    capacity: tuple[str, ...]
    max_gpus: int
    zone: str | None
    efa: bool
    idle_minutes: int
    max_node_hours: int
    drain_hours: int
    volume_drivers: tuple[str, ...]
    tags: Mapping[str, str]


def node_pool_name(stack: str, pool: str) -> str:
    """The name of a pool in its cluster. The dot keeps `a-b` + `c` apart from `a` + `b-c`."""
    return physical_name(f"{stack}.{pool}", limit=LABEL_VALUE_LIMIT)


def payer(tags: Mapping[str, str]) -> dict[str, str]:
    """Who pays, as labels."""
    return {key: tags[key] for key in ("cost-center", "team")}


def node_pool_spec(nodes: GpuNodePool) -> dict[str, Any]:
    """The spec of an elastic NodePool."""
    return {
        "limits": limits(nodes.instance_types, nodes.max_gpus),
        "disruption": {
            "consolidationPolicy": "WhenEmpty",
            "consolidateAfter": f"{nodes.idle_minutes}m",
            # Empty nodes only cost money; a node of an old image may still carry a job.
            "budgets": [{"nodes": "100%", "reasons": ["Empty"]}, {"nodes": "1", "reasons": ["Drifted"]}],
        },
        "template": {"metadata": {"labels": node_labels(nodes)}, "spec": node_template(nodes)},
    }


def node_template(nodes: GpuNodePool) -> dict[str, Any]:
    """What Karpenter makes a node of, and how long it lets one live and drain."""
    return {
        "nodeClassRef": {"group": "karpenter.k8s.aws", "kind": "EC2NodeClass", "name": nodes.name},
        "requirements": requirements(nodes),
        "taints": taints(nodes.owner, accelerator(nodes.instance_types)),
        "startupTaints": startup_taints(nodes.volume_drivers),
        "expireAfter": f"{nodes.max_node_hours}h",
        "terminationGracePeriod": f"{nodes.drain_hours}h",
    }


def node_labels(nodes: GpuNodePool) -> dict[str, str]:
    """What pods, queues and showback select the pool's nodes by."""
    return {
        STACK_LABEL: nodes.owner,
        POOL_LABEL: nodes.pool,
        ACCELERATOR_LABEL: accelerator(nodes.instance_types),
        **({EFA_LABEL: "true"} if nodes.efa else {}),
        **payer(nodes.tags),
    }


def requirements(nodes: GpuNodePool) -> list[dict[str, Any]]:
    """The instance types, capacity types, architectures and zone a node may have."""
    wanted = {
        "node.kubernetes.io/instance-type": list(nodes.instance_types),
        "karpenter.sh/capacity-type": list(nodes.capacity),
        "kubernetes.io/arch": architectures(nodes.instance_types),
        "kubernetes.io/os": ["linux"],
        **({ZONE_ID: [nodes.zone]} if nodes.zone else {}),
    }
    return [{"key": key, "operator": "In", "values": values} for key, values in wanted.items()]


def taints(owner: str, accelerator: str) -> list[dict[str, str]]:
    """Keep out the pods of other stacks, and those that ask for no device of the class."""
    return [
        {"key": STACK_LABEL, "value": owner, "effect": "NoSchedule"},
        {"key": device(accelerator), "value": "true", "effect": "NoSchedule"},
    ]
