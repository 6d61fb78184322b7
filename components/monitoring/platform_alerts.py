"""The alerts of the platform itself: nodes that do not come, break or stand idle, and queues that do not move."""

from collections.abc import Mapping, Sequence

from components.monitoring.alerts import Alert
from reference.accelerators import device
from reference.names import series_label
from reference.vocabulary import GENERAL_POOL, NETWORK_LAYERS

LONG_WAIT_SECONDS = 10_240
"""Almost three hours, and a bound of one of Kueue's buckets: between two, a quantile is a guess."""

_DEVICES = 'resource=~"nvidia_com_gpu|aws_amazon_com_neuron"'
_POOL = "label_paved_dev_stack, label_paved_dev_pool"
# A pod that has ended keeps its requests until it is deleted, and holds no device.
_REQUESTED = (
    f'sum by (node) (kube_pod_container_resource_requests{{{_DEVICES},node!=""}}'
    ' and on (namespace, pod) (kube_pod_status_phase{phase="Running"} == 1))'
)
_ALLOCATABLE = f"sum by (node) (kube_node_status_allocatable{{{_DEVICES}}})"


def growth(series: str, by: str, window: str) -> str:
    """The growth of a counter over a window, where there is any.

    `increase` misses the first event, with which the series begins.
    """
    now = f"sum by ({by}) ({series})"
    return f"{now} - (sum by ({by}) ({series} offset {window}) or 0 * {now}) > 0"


def of_team(by_queue: str) -> str:
    """Samples of queues with the label `namespace`, by which they reach the queue's team.

    A queue and its namespace both bear the stack's name.
    """
    return f'label_replace({by_queue}, "namespace", "$1", "cluster_queue", "(.+)")'


def accelerator_unhealthy(*, repair: bool) -> Alert:
    """A broken device. With `repair`, Karpenter should have replaced its node before anybody is woken."""
    return Alert(
        name="AcceleratorUnhealthy",
        expression=(
            'max by (node) (kube_node_status_condition{condition="AcceleratedHardwareReady",'
            'status="false"}) == 1'
        ),
        duration="30m" if repair else "5m",
        severity="page",
        summary="An accelerator of node {{ $labels.node }} is broken, and the node is still there",
        action="Drain the node and delete its NodeClaim; the pool replaces it.",
    )


def node_lacks_level(stack: str, pools: Sequence[str]) -> Alert:
    """A node without one of its network layers, in a pool whose jobs are placed by them: Kueue leaves it out."""
    of_pool = f'label_paved_dev_stack="{stack}",label_paved_dev_pool=~"{"|".join(sorted(pools))}"'
    # A label that a node does not have is an empty one here.
    lacking = [f'kube_node_labels{{{of_pool},{series_label(layer)}=""}}' for layer in NETWORK_LAYERS]
    return Alert(
        name="NodeLacksTopologyLevel",
        expression=f"max by (node, label_paved_dev_pool) ({' or '.join(lacking)}) > 0",
        duration="15m",
        severity="ticket",
        summary="Node {{ $labels.node }} of pool {{ $labels.label_paved_dev_pool }} has no place in the network: its"
        " GPUs run, and no job is placed on them",
        action="Delete its NodeClaim, so that another comes; see that the pool's instance types show their topology.",
    )


NODE_ALERTS = (
    Alert(
        name="KarpenterDown",
        # Without the comparison, a target that is there and fails its scrapes would count as present.
        expression='absent(up{job="karpenter"} == 1)',
        duration="10m",
        severity="page",
        summary="Karpenter answers no scrape: no node is started or removed",
        action="Look at the pods of the deployment karpenter in kube-system.",
    ),
    Alert(
        name="NodePoolNearLimit",
        # A run on all of its pool is what the pool is for: QueueWaitIsLong tells when that is too little for the jobs,
        # EndpointSaturated when it is for the replicas. General nodes have neither.
        expression=(
            f'max by (nodepool, resource_type) (karpenter_nodepools_usage{{nodepool="{GENERAL_POOL}"}})'
            " / max by (nodepool, resource_type) (karpenter_nodepools_limit > 0) > 0.9"
        ),
        duration="30m",
        severity="ticket",
        summary="Node pool {{ $labels.nodepool }} uses {{ $value | humanizePercentage }} of its"
        " {{ $labels.resource_type }} limit",
        action="Raise the pool's maximum in its stack file, or let work wait.",
    ),
    Alert(
        name="NodesCannotBeLaunched",
        expression=(
            "sum by (error) (increase(karpenter_cloudprovider_errors_total"
            '{method="Create",error!="NodeClaimNotFoundError"}[30m])) > 5'
        ),
        duration="15m",
        severity="ticket",
        summary="Nodes cannot be launched{{ with $labels.error }}: {{ . }}{{ end }}",
        action="For a lack of capacity add instance types or zones to the pool; else look at Karpenter's log.",
    ),
    Alert(
        name="KarpenterFails",
        expression=(
            'sum by (controller) (increase(controller_runtime_reconcile_errors_total{job="karpenter"}[30m])) > 30'
        ),
        duration="15m",
        severity="ticket",
        summary="Karpenter's controller {{ $labels.controller }} fails every minute",
        action="Look at its log: permissions, quotas of the account, or an object that AWS refuses.",
    ),
    Alert(
        name="NodePoolNotReady",
        expression='max by (name) (operator_nodepool_status_condition_count{type="Ready",status="False"}) > 0',
        duration="15m",
        severity="ticket",
        summary="Node pool {{ $labels.name }} is not ready: it starts no node",
        action="Describe the NodePool and its EC2NodeClass: a condition names what was not found.",
    ),
    Alert(
        name="NodeRepaired",
        expression=growth("karpenter_nodeclaims_unhealthy_disrupted_total", "nodepool, condition", "1h"),
        duration="0m",
        severity="ticket",
        summary="Karpenter replaced {{ $value }} nodes of {{ $labels.nodepool }} for {{ $labels.condition }}",
        action="See that the jobs on them started again; a pool whose nodes break often is a case for AWS.",
    ),
    Alert(
        name="AcceleratorsUnallocated",
        expression=(
            f"sum by ({_POOL}) (({_ALLOCATABLE} - ({_REQUESTED} or 0 * {_ALLOCATABLE}))"
            f" * on (node) group_left ({_POOL})"
            f' max by (node, {_POOL}) (kube_node_labels{{label_paved_dev_accelerator!=""}})) > 0'
        ),
        duration="4h",
        severity="ticket",
        summary="{{ $value }} accelerators of pool {{ $labels.label_paved_dev_pool }} of"
        " {{ $labels.label_paved_dev_stack }} run and no pod has held them for hours",
        action="Lower the pool's size or reservation, or let other teams use it.",
    ),
)
"""Alerts about Karpenter and the nodes it runs, but for `accelerator_unhealthy`."""

QUEUE_ALERTS = (
    Alert(
        name="KueueDown",
        expression='absent(up{job="kueue-controller-manager-metrics-service"} == 1)',
        duration="10m",
        severity="page",
        summary="Kueue answers no scrape: no training job is admitted",
        action="Look at the pods of the deployment kueue-controller-manager in kueue-system.",
    ),
    Alert(
        name="QueueStuck",
        expression=(
            "max by (cluster_queue) (kueue_pending_workloads) > 0"
            " unless max by (cluster_queue) (kueue_admitted_active_workloads) > 0"
        ),
        duration="2h",
        severity="ticket",
        summary="Queue {{ $labels.cluster_queue }} has jobs waiting and runs none",
        action="Describe its Workloads: their conditions say which quota or flavor they wait for.",
    ),
    Alert(
        name="QueueInactive",
        expression='max by (cluster_queue) (kueue_cluster_queue_status{status="pending"}) == 1',
        duration="15m",
        severity="ticket",
        summary="Queue {{ $labels.cluster_queue }} is inactive: it admits nothing",
        action="Describe the ClusterQueue: its condition names the flavor that is missing.",
    ),
    Alert(
        name="JobsAreInadmissible",
        expression='max by (cluster_queue) (kueue_pending_workloads{status="inadmissible"}) > 0',
        # Kueue says the same of a job that waits for another one to end, and runs take days.
        duration="7d",
        severity="ticket",
        summary="Queue {{ $labels.cluster_queue }} has had jobs for a week that do not fit its quota",
        action="Describe its Workloads: a job that asks for more than the queue may ever use waits for ever.",
    ),
    Alert(
        name="QueueWaitIsLong",
        expression=(
            "histogram_quantile(0.9, sum by (cluster_queue, le)"
            f" (rate(kueue_admission_wait_time_seconds_bucket[1d]))) > {LONG_WAIT_SECONDS}"
        ),
        duration="30m",
        severity="ticket",
        summary="One in ten jobs of queue {{ $labels.cluster_queue }} waits {{ $value | humanizeDuration }} or more",
        action="Compare its quota with what its jobs ask for; let the team borrow, or promise it more.",
    ),
    Alert(
        name="NodesDidNotCome",
        expression=growth('kueue_evicted_workloads_total{reason="PodsReadyTimeout"}', "cluster_queue", "1h"),
        duration="0m",
        severity="ticket",
        summary="A job of queue {{ $labels.cluster_queue }} went back to it: its pods were not ready in time",
        action="Look for NodesCannotBeLaunched, and for images that cannot be pulled.",
    ),
    Alert(
        name="JobGivenUp",
        expression=of_team(
            growth(
                'kueue_evicted_workloads_total{reason="Deactivated",'
                'underlying_cause=~"RequeuingLimitExceeded|MaximumExecutionTimeExceeded"}',
                "cluster_queue, underlying_cause",
                "1h",
            )
        ),
        duration="0m",
        severity="ticket",
        summary="Kueue gave up {{ $value }} jobs of {{ $labels.cluster_queue }}: {{ $labels.underlying_cause }}",
        action="They are suspended until somebody deletes or reactivates them; nothing starts in their place.",
    ),
)
"""Alerts about Kueue, whatever the capacity. `JobGivenUp` goes to the team, whose namespace it carries."""


def quota_overcommitted(capacity: Mapping[str, int]) -> Alert:
    """Fires when teams are promised more of a flavor than `capacity` says there is, in GPUs or in vCPUs."""
    # Kueue's leader and its follower both export every queue: `max by` counts a queue once.
    promised = [
        "sum by (flavor) (max by (cluster_queue, flavor) (kueue_cluster_queue_nominal_quota"
        f'{{flavor="{flavor}",resource="{device(flavor)}"}})) > {most}'
        for flavor, most in sorted(capacity.items())
    ]
    return Alert(
        name="QueuesPromiseTooMuch",
        expression=" or ".join(promised),
        duration="15m",
        severity="ticket",
        summary="Teams are promised {{ $value }} of flavor {{ $labels.flavor }} (GPUs or vCPUs), more than there is",
        action="Lower the quotas of team stacks, or raise `queues.capacity` of the platform.",
    )
