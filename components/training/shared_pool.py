"""A pool of GPU nodes of the platform's own: reserved or always there, and reached through a flavor of its own."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import pulumi_kubernetes as k8s
from pulumi import ComponentResource, CustomTimeouts, Resource, ResourceOptions

from components.training.pool_nodes import JobPoolArgs, node_class_spec, node_pool_spec, node_template
from reference.vocabulary import ACCELERATOR_LABEL, POOL_LABEL, STACK_LABEL

RESERVED_ONLY = ("reserved",)


@dataclass(frozen=True, kw_only=True)
class ReservationTerm:
    """The Capacity Reservations that a node may start in: one by id, or those with tags, of an owner or of any."""

    id: str | None = None
    tags: Mapping[str, str] | None = None
    owner_account: str | None = None


@dataclass(frozen=True, kw_only=True)
class SharedPoolArgs(JobPoolArgs):
    """One pool of a platform file. `nodes` is how many are always there, None for at most `most` GPUs on demand.

    `topology` names the Topology by which the queue places jobs. `after` is what the definitions of Karpenter and
    Kueue come with, and the Topology.
    """

    reservations: tuple[ReservationTerm, ...]
    nodes: int | None
    topology: str | None
    after: Sequence[Resource]


class SharedPool(ComponentResource):
    """An EC2NodeClass, a NodePool and the ResourceFlavor through which alone granted teams reach its nodes."""

    def __init__(self, name: str, args: SharedPoolArgs, opts: ResourceOptions | None = None):
        super().__init__("paved:training:SharedPool", name, {}, opts)
        timeouts = CustomTimeouts(delete=args.delete_timeout)
        metadata = k8s.meta.v1.ObjectMetaArgs(name=args.name, labels=args.labels)
        node_class = k8s.apiextensions.CustomResource(
            f"{name}-class",
            api_version="karpenter.k8s.aws/v1",
            kind="EC2NodeClass",
            metadata=metadata,
            spec=shared_class_spec(args),
            opts=ResourceOptions(parent=self, depends_on=list(args.after), custom_timeouts=timeouts),
        )
        pool = k8s.apiextensions.CustomResource(
            name,
            api_version="karpenter.sh/v1",
            kind="NodePool",
            metadata=metadata,
            spec=shared_pool_spec(args),
            opts=ResourceOptions(parent=self, depends_on=[node_class], custom_timeouts=timeouts),
        )
        k8s.apiextensions.CustomResource(
            f"{name}-flavor",
            api_version="kueue.x-k8s.io/v1beta2",
            kind="ResourceFlavor",
            metadata=k8s.meta.v1.ObjectMetaArgs(name=args.pool, labels=args.labels),
            spec=shared_flavor_spec(args),
            opts=ResourceOptions(parent=self, depends_on=[pool, *args.after]),
        )
        self.register_outputs({"flavor": args.pool, "node_pool": args.name})


def shared_class_spec(args: SharedPoolArgs) -> dict[str, Any]:
    """The spec of the EC2NodeClass, whose nodes start in the named reservations, those with open matching too.

    No placement group: a block's instances are near each other already, a reservation made outside a group promises
    nothing inside it, and other nodes are chosen by their topology.
    """
    spec = node_class_spec(args)
    if args.efa:
        spec["networkInterfaces"] = args.types.network_interfaces
    if args.reservations:
        spec["capacityReservationSelectorTerms"] = [selector_term(each) for each in args.reservations]
    return spec


def selector_term(reservation: ReservationTerm) -> dict[str, Any]:
    """A reservation as Karpenter selects it."""
    if reservation.id:
        return {"id": reservation.id}
    owner = {"ownerID": reservation.owner_account} if reservation.owner_account else {}
    return {"tags": dict(reservation.tags or {}), **owner}


def shared_pool_spec(args: SharedPoolArgs) -> dict[str, Any]:
    """The spec of the NodePool. Its taint bears the pool's name, so that a toleration opens one pool and no other."""
    template = node_template(args, taint=args.name)
    if args.nodes is None:
        return {**node_pool_spec(args), "template": template}
    return {**static_size(args.nodes, args.capacity), "template": template}


def static_size(nodes: int, capacity: Sequence[str]) -> dict[str, Any]:
    """The replicas and limits of a static pool.

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


def shared_flavor_spec(args: SharedPoolArgs) -> dict[str, Any]:
    """The labels and the toleration that Kueue adds to the pods of a job that it admits to the pool.

    A job that selects nodes of its own stack does not match these labels, and is not admitted here.
    """
    spec: dict[str, Any] = {
        "nodeLabels": {
            STACK_LABEL: args.stack,
            POOL_LABEL: args.pool,
            ACCELERATOR_LABEL: args.types.accelerator,
        },
        "tolerations": [
            {"key": STACK_LABEL, "operator": "Equal", "value": args.name, "effect": "NoSchedule"},
            {"key": args.types.device, "operator": "Exists", "effect": "NoSchedule"},
        ],
    }
    return {**spec, "topologyName": args.topology} if args.topology else spec
