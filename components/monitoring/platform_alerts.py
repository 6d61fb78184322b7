"""The alerts of the platform itself: nodes that do not come, queues that do not move, GPUs that break."""

from collections.abc import Mapping

from components.monitoring.alerts import Alert
from components.training.devices import device

HARDWARE_XIDS = (48, 74, 79, 95)
"""Double-bit memory error, NVLink error, fallen off the bus, uncontained memory error. Most others are bugs in
the program that runs on the GPU."""

LONG_WAIT_SECONDS = 10_240
"""Almost three hours, and a bound of one of Kueue's buckets: between two, a quantile is a guess."""

NODE_ALERTS = (
    Alert(
        name="KarpenterDown",
        expression='absent(up{job="karpenter"} == 1)',
        lasting="10m",
        severity="page",
        summary="Karpenter answers no scrape: no node is started or removed",
        action="Look at the pods of the deployment karpenter in kube-system.",
    ),
    Alert(
        name="NodePoolNearLimit",
        expression=(
            "max by (nodepool, resource_type) (karpenter_nodepools_usage)"
            " / max by (nodepool, resource_type) (karpenter_nodepools_limit > 0) > 0.9"
        ),
        lasting="30m",
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
        lasting="15m",
        severity="ticket",
        summary="Nodes cannot be launched{{ with $labels.error }}: {{ . }}{{ end }}",
        action="For a lack of capacity add instance types or zones to the pool; else look at Karpenter's log.",
    ),
    Alert(
        name="AcceleratorUnhealthy",
        expression=(
            'max by (node) (kube_node_status_condition{condition="AcceleratedHardwareReady",'
            'status="false"}) == 1'
        ),
        lasting="5m",
        severity="page",
        summary="A GPU of node {{ $labels.node }} is broken",
        action="Drain the node and delete its NodeClaim; the pool replaces it.",
    ),
)
"""Alerts about Karpenter and the nodes it runs."""

QUEUE_ALERTS = (
    Alert(
        name="KueueDown",
        expression='absent(up{job="kueue-controller-manager-metrics-service"} == 1)',
        lasting="10m",
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
        lasting="2h",
        severity="ticket",
        summary="Queue {{ $labels.cluster_queue }} has jobs waiting and runs none",
        action="Describe its Workloads: their conditions say which quota or flavor they wait for.",
    ),
    Alert(
        name="QueueWaitIsLong",
        expression=(
            "histogram_quantile(0.9, sum by (cluster_queue, le)"
            f" (rate(kueue_admission_wait_time_seconds_bucket[1d]))) > {LONG_WAIT_SECONDS}"
        ),
        lasting="30m",
        severity="ticket",
        summary="One in ten jobs of queue {{ $labels.cluster_queue }} waits {{ $value | humanizeDuration }} or more",
        action="Compare its quota with what its jobs ask for; let the team borrow, or promise it more.",
    ),
    Alert(
        name="NodesDidNotCome",
        expression=(
            "sum by (cluster_queue) (increase("
            'kueue_evicted_workloads_total{reason="PodsReadyTimeout"}[1h])) > 0'
        ),
        lasting="0m",
        severity="ticket",
        summary="A job of queue {{ $labels.cluster_queue }} went back to it: its pods were not ready in time",
        action="Look for NodesCannotBeLaunched, and for images that cannot be pulled.",
    ),
)
"""Alerts about Kueue, whatever the capacity."""

_BROKEN = " or ".join(f"DCGM_FI_DEV_XID_ERRORS == {xid}" for xid in HARDWARE_XIDS)

GPU_ALERTS = (
    Alert(
        name="GpuHardwareError",
        expression=f"{_BROKEN} or DCGM_FI_DEV_ROW_REMAP_FAILURE > 0",
        lasting="0m",
        severity="page",
        summary="GPU {{ $labels.gpu }} of {{ $labels.Hostname }} reports a hardware error",
        action="Drain the node and delete its NodeClaim; the pool replaces it.",
    ),
    Alert(
        name="GpuIdle",
        expression='avg_over_time(DCGM_FI_DEV_GPU_UTIL{namespace!="node-agents",pod!=""}[2h]) < 5',
        lasting="1h",
        severity="ticket",
        summary="Pod {{ $labels.namespace }}/{{ $labels.pod }} holds a GPU and has not used it for hours",
        action="Ask its team to end the job, or to request fewer GPUs.",
    ),
)
"""Alerts about GPUs, from DCGM. They carry the namespace that uses the GPU, so its team hears of them too."""


def too_much_promised(capacity: Mapping[str, int]) -> Alert:
    """Fires when teams are promised more GPUs of a flavor than `capacity` says there are."""
    promised = (
        "sum by (flavor) (max by (cluster_queue, flavor) (kueue_cluster_queue_nominal_quota"
        f'{{flavor="{flavor}",resource="{device(flavor)}"}})) > {gpus}'
        for flavor, gpus in sorted(capacity.items())
    )
    return Alert(
        name="QueuesPromiseTooMuch",
        expression=" or ".join(promised),
        lasting="15m",
        severity="ticket",
        summary="Teams are promised {{ $value }} GPUs of flavor {{ $labels.flavor }}, more than its capacity",
        action="Lower the quotas of team stacks, or raise `queues.capacity` of the platform.",
    )
