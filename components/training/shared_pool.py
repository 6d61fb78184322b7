"""A pool of GPU nodes of the platform's own: reserved or always there, and reached through a flavor of its own."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import pulumi_kubernetes as k8s
from pulumi import ComponentResource, CustomTimeouts, Input, Resource, ResourceOptions

from components.training.capacity import accelerator, efa_interfaces, network_interfaces
from components.training.node_class import GpuNodeClass, node_class_spec
from components.training.node_pool import (
    GpuNodePool,
    node_labels,
    node_pool_name,
    node_pool_spec,
    node_template,
    payer,
    taints,
)
from reference.accelerators import device
from reference.instances import instance_type
from reference.vocabulary import ACCELERATOR_LABEL, POOL_LABEL, STACK_LABEL

RESERVED_ONLY = ("reserved",)


@dataclass(frozen=True, kw_only=True)
class ReservationTerm:
    """Which Capacity Reservations a node may start in: one by id, or those with tags, of an owner or of any."""

    id: str | None = None
    tags: Mapping[str, str] | None = None
    owner_account: str | None = None


@dataclass(frozen=True, kw_only=True)
class SharedPoolArgs:
    """One pool of a platform file. `nodes` is how many are always there, None for at most `max_gpus` on demand.

    `topology` names the Topology by which the queue places jobs. `volume_drivers` are the CSI drivers whose volumes
    its pods may mount. `after` is what the definitions of Karpenter and
    Kueue come with, and the Topology. `tags` are the platform's.
    """

    platform: str
    pool: str
    instance_types: tuple[str, ...]
    zone: str
    capacity: tuple[str, ...]
    reservations: tuple[ReservationTerm, ...]
    nodes: int | None
    max_gpus: int
    topology: str | None
    efa: bool
    disk_gib: int
    idle_minutes: int
    max_node_hours: int
    drain_hours: int
    volume_drivers: tuple[str, ...]
    ami_alias: Input[str]
    node_role_name: Input[str]
    discovery_tag: Input[str]
    volumes_key_arn: Input[str]
    tags: Mapping[str, str]
    after: Sequence[Resource]


class SharedPool(ComponentResource):
    """An EC2NodeClass, a NodePool and the ResourceFlavor through which alone granted teams reach its nodes."""

    def __init__(self, name: str, args: SharedPoolArgs, opts: ResourceOptions | None = None):
        super().__init__("paved:training:SharedPool", name, {}, opts)
        node_pool = node_pool_name(args.platform, args.pool)
        # Karpenter keeps both objects until the last node has drained.
        timeouts = CustomTimeouts(delete=f"{args.drain_hours + 1}h")
        labels = {STACK_LABEL: args.platform, POOL_LABEL: args.pool, **payer(args.tags)}
        metadata = k8s.meta.v1.ObjectMetaArgs(name=node_pool, labels=labels)
        node_class = k8s.apiextensions.CustomResource(
            f"{name}-class",
            api_version="karpenter.k8s.aws/v1",
            kind="EC2NodeClass",
            metadata=metadata,
            spec=shared_class_spec(args, node_pool),
            opts=ResourceOptions(parent=self, depends_on=list(args.after), custom_timeouts=timeouts),
        )
        pool = k8s.apiextensions.CustomResource(
            name,
            api_version="karpenter.sh/v1",
            kind="NodePool",
            metadata=metadata,
            spec=shared_pool_spec(args, node_pool),
            opts=ResourceOptions(parent=self, depends_on=[node_class], custom_timeouts=timeouts),
        )
        k8s.apiextensions.CustomResource(
            f"{name}-flavor",
            api_version="kueue.x-k8s.io/v1beta2",
            kind="ResourceFlavor",
            metadata=k8s.meta.v1.ObjectMetaArgs(name=args.pool, labels=labels),
            spec=shared_flavor_spec(args, node_pool),
            opts=ResourceOptions(parent=self, depends_on=[pool, *args.after]),
        )
        self.register_outputs({"flavor": args.pool, "node_pool": node_pool})


def shared_class_spec(args: SharedPoolArgs, name: str) -> dict[str, Any]:
    """How a node is made. Only reservations that are named here are used, those with open matching too.

    No placement group: a block's instances are near each other already, a reservation made outside a group promises
    nothing inside it, and other nodes are chosen by their topology.
    """
    spec = node_class_spec(
        GpuNodeClass(
            name=name,
            instance_types=args.instance_types,
            efa=False,
            disk_gib=args.disk_gib,
            ami_alias=args.ami_alias,
            node_role_name=args.node_role_name,
            discovery_tag=args.discovery_tag,
            volumes_key_arn=args.volumes_key_arn,
            tags=args.tags,
        )
    )
    if args.efa:
        spec["networkInterfaces"] = network_interfaces(efa_interfaces(args.instance_types))
    if args.reservations:
        spec["capacityReservationSelectorTerms"] = [selector_term(each) for each in args.reservations]
    return spec


def selector_term(reservation: ReservationTerm) -> dict[str, Any]:
    """A reservation as Karpenter selects it."""
    if reservation.id:
        return {"id": reservation.id}
    owner = {"ownerID": reservation.owner_account} if reservation.owner_account else {}
    return {"tags": dict(reservation.tags or {}), **owner}


def shared_pool_spec(args: SharedPoolArgs, name: str) -> dict[str, Any]:
    """The spec of the NodePool. Its taint bears the pool's name, so that a toleration opens one pool and no other."""
    nodes = GpuNodePool(
        name=name,
        owner=args.platform,
        pool=args.pool,
        instance_types=args.instance_types,
        capacity=args.capacity,
        max_gpus=args.max_gpus,
        zone=args.zone,
        efa=args.efa,
        idle_minutes=args.idle_minutes,
        max_node_hours=args.max_node_hours,
        drain_hours=args.drain_hours,
        volume_drivers=args.volume_drivers,
        tags=args.tags,
    )
    template = {
        "metadata": {"labels": node_labels(nodes)},
        "spec": {**node_template(nodes), "taints": taints(name, accelerator(args.instance_types))},
    }
    sized = node_pool_spec(nodes) if args.nodes is None else static_size(args.nodes, args.capacity)
    return {**sized, "template": template}


def static_size(nodes: int, capacity: Sequence[str]) -> dict[str, Any]:
    """How many nodes of a static pool there are.

    A drifted node is replaced before it goes, which takes one more for a while. Where all are reserved there is
    none to be had, so nodes of an old image stay until they expire.
    """
    most = nodes if tuple(capacity) == RESERVED_ONLY else nodes + 1
    return {
        "replicas": nodes,
        "limits": {"nodes": str(most)},
        # Required, and ignored of a static pool: its nodes stay.
        "disruption": {"consolidateAfter": "Never", "budgets": [{"nodes": "1"}]},
    }


def shared_flavor_spec(args: SharedPoolArgs, name: str) -> dict[str, Any]:
    """What Kueue adds to the pods of a job that it admits here: the pool's labels, and the toleration of its taint.

    A job that selects nodes of its own stack does not match these labels, and is not admitted here.
    """
    found = accelerator(args.instance_types)
    return {
        "nodeLabels": {STACK_LABEL: args.platform, POOL_LABEL: args.pool, ACCELERATOR_LABEL: found},
        "tolerations": [
            {"key": STACK_LABEL, "operator": "Equal", "value": name, "effect": "NoSchedule"},
            {"key": device(found), "operator": "Exists", "effect": "NoSchedule"},
        ],
        **({"topologyName": args.topology} if args.topology else {}),
    }


def gpus_per_node(instance_types: Sequence[str]) -> int:
    """The GPUs of each node. Raises ValueError when the types differ in them."""
    counts = {instance_type(name).gpus for name in instance_types}
    if len(counts) != 1:
        raise ValueError(f"the types of a shared pool have as many GPUs each, got {sorted(counts)}")
    return counts.pop()
