"""The EC2NodeClass and the NodePool of a pool of nodes for jobs, a team's or the platform's own."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from components.platform.karpenter_nodes import (
    NodeConfig,
    node_class_base,
    node_class_ref,
    requirement,
    startup_taints,
)
from components.training.capacity import NodeTypes
from components.training.node_boot import user_data
from reference.accelerators import DEVICES
from reference.names import physical_name
from reference.vocabulary import (
    ACCELERATOR_LABEL,
    CAPACITY_TYPE_LABEL,
    EFA_LABEL,
    GPU_RESOURCE,
    INSTANCE_TYPE_LABEL,
    POOL_LABEL,
    STACK_LABEL,
)

LABEL_VALUE_LIMIT = 63  # Karpenter labels every node with the names of its pool and class
ZONE_ID = "topology.k8s.aws/zone-id"


@dataclass(frozen=True, kw_only=True)
class JobPoolArgs:
    """One pool of a stack file, and the platform's settings of its nodes.

    `stack` is the stack that the nodes belong to, `pool` the name in its file. `capacity` is a set: Karpenter
    itself tries spot before on-demand capacity. `most` is in GPUs, or in vCPUs where nodes have none. `zone` is an
    AZ id, and None for any; with `efa` there is one, since nodes near each other share it. `volume_drivers` are the
    CSI drivers whose volumes its pods may mount. `tags` are the stack's, and have at least `team` and `cost-center`.
    With `serving_only` no job gets onto its nodes.
    """

    stack: str
    pool: str
    types: NodeTypes
    capacity: tuple[str, ...]
    most: int
    zone: str | None
    efa: bool
    disk_gib: int
    idle_minutes: int
    max_node_hours: int
    drain_hours: int
    volume_drivers: tuple[str, ...]
    node_config: NodeConfig
    tags: Mapping[str, str]
    serving_only: bool

    @property
    def name(self) -> str:
        """The name of the pool in its cluster, of its node class and of its placement group."""
        return node_pool_name(self.stack, self.pool)

    @property
    def labels(self) -> dict[str, str]:
        """The labels of the pool's objects and nodes: their stack, their pool and who pays."""
        payer = {key: self.tags[key] for key in ("cost-center", "team")}
        return {STACK_LABEL: self.stack, POOL_LABEL: self.pool, **payer}

    @property
    def delete_timeout(self) -> str:
        """The time to delete the pool's objects: Karpenter keeps both until the last node has drained."""
        return f"{self.drain_hours + 1}h"


def node_pool_name(stack: str, pool: str) -> str:
    """The name of a pool in its cluster. The dot keeps `a-b` + `c` apart from `a` + `b-c`."""
    return physical_name(f"{stack}.{pool}", limit=LABEL_VALUE_LIMIT)


def node_class_spec(args: JobPoolArgs) -> dict[str, Any]:
    """The spec of an EC2NodeClass whose nodes take the network interfaces that Karpenter gives them."""
    spec = {
        **node_class_base(args.node_config, args.disk_gib),
        "associatePublicIPAddress": False,
        "metadataOptions": {
            "httpEndpoint": "enabled",
            "httpTokens": "required",
            "httpPutResponseHopLimit": 1,
        },
        "tags": {**args.tags, "Name": args.name},
    }
    if args.types.has_instance_store:
        # Images and scratch data go to the NVMe disks. For a type without any the root volume stays in use.
        spec["instanceStorePolicy"] = "RAID0"
    if text := user_data(gpus=args.types.device == GPU_RESOURCE, efa=args.efa):
        spec["userData"] = text
    return spec


def node_pool_spec(args: JobPoolArgs) -> dict[str, Any]:
    """The spec of an elastic NodePool."""
    return {
        "limits": args.types.limits(args.most),
        "disruption": {
            # A job that is moved to save money starts again from its last checkpoint.
            "consolidationPolicy": "WhenEmpty",
            "consolidateAfter": f"{args.idle_minutes}m",
            # Empty nodes only cost money; a node of an old image may still carry a job.
            "budgets": [{"nodes": "100%", "reasons": ["Empty"]}, {"nodes": "1", "reasons": ["Drifted"]}],
        },
        "template": node_template(args, taint=args.stack),
    }


def node_template(args: JobPoolArgs, *, taint: str) -> dict[str, Any]:
    """The labels of a node, and its spec with how long Karpenter lets it live and drain."""
    return {
        "metadata": {"labels": node_labels(args)},
        "spec": {
            "nodeClassRef": node_class_ref(args.name),
            "requirements": requirements(args),
            "taints": node_taints(taint, args.types.device, args.pool if args.serving_only else None),
            "startupTaints": startup_taints(args.volume_drivers),
            "expireAfter": f"{args.max_node_hours}h",
            "terminationGracePeriod": f"{args.drain_hours}h",
        },
    }


def node_taints(value: str, device: str, endpoints_of: str | None = None) -> list[dict[str, str]]:
    """Keep out the pods that do not tolerate `value`, and of nodes with devices those that request none.

    `endpoints_of` names a pool of endpoints alone, which keeps out jobs: the queue admits a job by its class, and
    one that names no pool would take a replica's place.
    """
    taints = [{"key": STACK_LABEL, "value": value, "effect": "NoSchedule"}]
    if device in DEVICES:
        taints.append({"key": device, "value": "true", "effect": "NoSchedule"})
    if endpoints_of:
        taints.append({"key": POOL_LABEL, "value": endpoints_of, "effect": "NoSchedule"})
    return taints


def node_labels(args: JobPoolArgs) -> dict[str, str]:
    """The labels that pods, queues and showback select the pool's nodes by."""
    labels = {**args.labels, ACCELERATOR_LABEL: args.types.accelerator}
    return {**labels, EFA_LABEL: "true"} if args.efa else labels


def requirements(args: JobPoolArgs) -> list[dict[str, Any]]:
    """The instance types, capacity types, architectures and zone that a node may have."""
    found = [
        requirement(INSTANCE_TYPE_LABEL, args.types.names),
        requirement(CAPACITY_TYPE_LABEL, args.capacity),
        requirement("kubernetes.io/arch", args.types.architectures),
        requirement("kubernetes.io/os", ["linux"]),
    ]
    return [*found, requirement(ZONE_ID, [args.zone])] if args.zone else found
