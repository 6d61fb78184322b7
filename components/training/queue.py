"""A team's queue, what it may borrow from the teams of its cohort, and the names of its jobs' workers."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

import pulumi_kubernetes as k8s
from pulumi import ComponentResource, Input, Output, ResourceOptions

from components.training.capacity import Amount, quantities
from reference.accelerators import DEVICES, device
from reference.vocabulary import EFA_RESOURCE, LOCAL_QUEUE, STACK_LABEL, WORKER_LABEL, WORKER_SERVICE

FLAVOR_FUNGIBILITY = {"whenCanBorrow": "MayStopSearch", "whenCanPreempt": "TryNextFlavor"}
"""A job goes to the first flavor that has room, borrowed room too, and to the next before it evicts anybody."""


@dataclass(frozen=True, kw_only=True)
class QueueQuota:
    """The share of a queue in one class of nodes. `flavor` is the platform's name for the class.

    `borrowable` is what it may use of others' idle quota on top of what is guaranteed, `lendable` what others
    may use of its own. `efas` are EFA interfaces, as many as the nodes of the class have.
    """

    accelerator: str
    flavor: Input[str]
    guaranteed: Amount
    borrowable: Amount
    lendable: Amount
    efas: int = 0

    @property
    def most(self) -> Amount:
        """All that may run at once, borrowed quota with it."""
        return self.guaranteed + self.borrowable

    @property
    def device(self) -> str:
        """The resource that the class is counted by."""
        return device(self.accelerator)


@dataclass(frozen=True, kw_only=True)
class TeamQueueArgs:
    """A queue for the namespaces of a stack. What it borrows counts for 1/`weight` where sharing is fair.

    A `frozen` queue admits nothing more, and lets finish what it has admitted. `granted` are quotas of the
    platform's own pools, each a flavor, None for a team that has no grant.
    """

    stack: str
    cohort: Input[str]
    weight: int
    frozen: bool = False
    quotas: tuple[QueueQuota, ...]
    namespace: Input[str]
    granted: Output[tuple[QueueQuota, ...]] | None = None


class TeamQueue(ComponentResource):
    """A ClusterQueue of the name of its stack, and the LocalQueue `train` that jobs name."""

    def __init__(self, name: str, args: TeamQueueArgs, opts: ResourceOptions | None = None):
        super().__init__("paved:training:TeamQueue", name, {}, opts)
        self.cluster_queue = args.stack
        self.local_queue = LOCAL_QUEUE
        labels = {STACK_LABEL: args.stack}
        queue = k8s.apiextensions.CustomResource(
            name,
            api_version="kueue.x-k8s.io/v1beta2",
            kind="ClusterQueue",
            metadata=k8s.meta.v1.ObjectMetaArgs(name=self.cluster_queue, labels=labels),
            spec=cluster_queue_spec(args),
            opts=ResourceOptions(parent=self),
        )
        k8s.apiextensions.CustomResource(
            f"{name}-{self.local_queue}",
            api_version="kueue.x-k8s.io/v1beta2",
            kind="LocalQueue",
            metadata=k8s.meta.v1.ObjectMetaArgs(
                name=self.local_queue, namespace=args.namespace, labels=labels
            ),
            spec={"clusterQueue": self.cluster_queue},
            opts=ResourceOptions(parent=self, depends_on=[queue]),
        )
        self.register_outputs({"cluster_queue": self.cluster_queue, "local_queue": self.local_queue})


def cluster_queue_spec(args: TeamQueueArgs) -> dict[str, Any]:
    """The quota of a team, and how it shares with others.

    A team gets back what it lent whatever the borrower's priority. Whether it may also preempt in order to
    borrow is for the platform's fair sharing to say, which reads no policy of the queue's own.
    """
    spec = {
        "cohortName": args.cohort,
        "namespaceSelector": {"matchLabels": {STACK_LABEL: args.stack}},
        # Not strict: a small job that fits now need not wait behind a large one that does not.
        "queueingStrategy": "BestEffortFIFO",
        "preemption": {
            "reclaimWithinCohort": "Any",
            "withinClusterQueue": "LowerPriority",
        },
        "fairSharing": {"weight": str(args.weight)},
        "stopPolicy": "Hold" if args.frozen else "None",
        "resourceGroups": resource_groups(args),
    }
    return spec if args.granted is None else {**spec, "flavorFungibility": FLAVOR_FUNGIBILITY}


def resource_groups(args: TeamQueueArgs) -> Input[Any]:
    """One group, since every flavor covers the same resources."""
    if args.granted is None:
        return [resource_group(args.quotas)]
    return args.granted.apply(lambda granted: Output.from_input([resource_group(args.quotas, granted)]))


def resource_group(quotas: Sequence[QueueQuota], granted: Sequence[QueueQuota] = ()) -> dict[str, Any]:
    """A flavor per granted pool, then one per class of nodes, in the order of the quotas: that of Kueue's trials.

    With EFA in one flavor, the others have none of it, so that no job that asks for it is admitted to them. So
    it is with GPUs and Neuron devices, and a flavor of CPU nodes has none of either.
    """
    merged = [*granted, *per_accelerator(quotas)]
    covered = covered_resources(merged)
    flavors = [{"name": quota.flavor, "resources": resource_quotas(quota, covered)} for quota in merged]
    return {"coveredResources": covered, "flavors": flavors}


def covered_resources(quotas: Sequence[QueueQuota]) -> list[str]:
    """The resources that some flavor has, in the order in which every flavor of a group must list them."""
    used = {quota.device for quota in quotas}
    devices = [device for device in DEVICES if device in used]
    efa = [EFA_RESOURCE] if any(quota.efas for quota in quotas) else []
    return ["cpu", "memory", *devices, *efa]


def resource_quotas(quota: QueueQuota, covered: Sequence[str]) -> list[dict[str, str]]:
    """The quotas of a flavor for each covered resource. What has no limit could all be borrowed."""
    guaranteed = quantities(quota.guaranteed, quota.device)
    borrowable = quantities(quota.borrowable, quota.device)
    lendable = quantities(quota.lendable, quota.device)
    # EFA interfaces come with the team's own nodes and are lent to nobody.
    guaranteed[EFA_RESOURCE] = str(quota.efas)
    return [
        {
            "name": resource,
            "nominalQuota": guaranteed.get(resource, "0"),
            "borrowingLimit": borrowable.get(resource, "0"),
            "lendingLimit": lendable.get(resource, "0"),
        }
        for resource in covered
    ]


def per_accelerator(quotas: Sequence[QueueQuota]) -> list[QueueQuota]:
    """The quotas with those of one class added up, as Kueue takes each flavor once."""
    totals: dict[str, QueueQuota] = {}
    for quota in quotas:
        before = totals.get(quota.accelerator)
        totals[quota.accelerator] = sum_of(before, quota) if before else quota
    return list(totals.values())


def sum_of(one: QueueQuota, other: QueueQuota) -> QueueQuota:
    """The sum of two quotas of one accelerator class."""
    return replace(
        one,
        guaranteed=one.guaranteed + other.guaranteed,
        borrowable=one.borrowable + other.borrowable,
        lendable=one.lendable + other.lendable,
        efas=one.efas + other.efas,
    )


@dataclass(frozen=True, kw_only=True)
class WorkerNamesArgs:
    namespace: Input[str]
    labels: Mapping[str, str]


class WorkerNames(ComponentResource):
    """One headless Service for every Job of a namespace, whose pods bear the name of their Job.

    Members make no Services themselves. Ray clusters, TrainJobs and JobSets get one each from their controllers.
    """

    def __init__(self, name: str, args: WorkerNamesArgs, opts: ResourceOptions | None = None):
        super().__init__("paved:training:WorkerNames", name, {}, opts)
        k8s.core.v1.Service(
            f"{name}-{WORKER_SERVICE}",
            metadata=k8s.meta.v1.ObjectMetaArgs(
                name=WORKER_SERVICE, namespace=args.namespace, labels=dict(args.labels)
            ),
            spec=k8s.core.v1.ServiceSpecArgs(
                cluster_ip="None",
                selector={WORKER_LABEL: "true"},
                # A worker counts as ready only once it has met the others.
                publish_not_ready_addresses=True,
            ),
            opts=ResourceOptions(parent=self),
        )
        self.register_outputs({"subdomain": WORKER_SERVICE})
