"""The same week as accelerators, node pools and the queue's own counters show it: what is counted, and what is 0."""

from reference.names import series_label
from reference.vocabulary import NETWORK_LAYERS
from tests.charts.timeline import DAY, GPU_NODE, HOUR, KSM, RUN, counter, daily, during, flat

POOL = 'label_paved_dev_stack="vision-prod",label_paved_dev_pool="h100"'


def device_series() -> dict[str, str]:
    """The series of GPUs, of their nodes and pools, of queues and of what AWS and Kubernetes refused for a while."""
    return {**gpus(), **gpu_node(), **node_pools(), **counters(), **promises(), **requests()}


def gpus() -> dict[str, str]:
    """Eight GPUs of the long run: busy, at their power cap, and with a bug of the program behind them."""
    start, minutes = RUN
    found: dict[str, str] = {}
    for gpu in range(8):
        one = f'Hostname="{GPU_NODE}",gpu="{gpu}",UUID="GPU-{gpu}",namespace="vision-prod",pod="backbone-0"'
        values = {
            "DCGM_FI_DEV_GPU_UTIL": 85,
            "DCGM_FI_DEV_XID_ERRORS": 31,
            "DCGM_FI_DEV_ROW_REMAP_FAILURE": 0,
            "DCGM_FI_DEV_ECC_DBE_VOL_TOTAL": 0,
            # Rows that were mended before this week.
            "DCGM_FI_DEV_UNCORRECTABLE_REMAPPED_ROWS": 1,
        }
        found |= {f"{name}{{{one}}}": during(start, minutes, value) for name, value in values.items()}
        found[f'DCGM_EXP_XID_ERRORS_COUNT{{{one},xid="31"}}'] = during(start, minutes, 1)
        found[f'DCGM_EXP_CLOCK_EVENTS_COUNT{{{one},clock_event="power_cap"}}'] = during(start, minutes, 40)
    return found


def gpu_node() -> dict[str, str]:
    """The node of the run: its pods take all of its GPUs, and it stays for half an hour after them."""
    start, minutes = RUN
    node = f'{KSM},node="{GPU_NODE}"'
    there = (start - 8, minutes + 38)
    pod = f'{KSM},namespace="vision-prod",pod="backbone-0"'
    layers = ",".join(f'{series_label(layer)}="nn-{place}"' for place, layer in enumerate(NETWORK_LAYERS))
    labels = f'{node},{POOL},label_paved_dev_accelerator="h100",{layers}'
    return {
        f'kube_node_status_allocatable{{{node},resource="nvidia_com_gpu"}}': during(*there, 8),
        f"kube_node_labels{{{labels}}}": during(*there),
        f'kube_node_status_condition{{{node},condition="AcceleratedHardwareReady",status="true"}}': during(
            *there
        ),
        f'kube_node_status_condition{{{node},condition="AcceleratedHardwareReady",status="false"}}': during(
            *there, 0
        ),
        f'kube_pod_container_resource_requests{{{pod},node="{GPU_NODE}",resource="nvidia_com_gpu"}}': during(
            *RUN, 8
        ),
        f'kube_pod_status_phase{{{pod},phase="Running"}}': during(*RUN),
    }


def node_pools() -> dict[str, str]:
    """General nodes at four fifths of their limit by day, and a pool that is not ready while its class is read anew."""
    general = 'nodepool="general",resource_type="cpu"'
    return {
        f"karpenter_nodepools_usage{{{general}}}": daily(10 * HOUR, 6 * HOUR, 80, 24),
        f"karpenter_nodepools_limit{{{general}}}": flat(100),
        'operator_nodepool_status_condition_count{name="general",type="Ready",status="False"}': during(
            DAY, 3
        ),
        'operator_nodepool_status_condition_count{name="general",type="Ready",status="True"}': flat(1),
    }


def counters() -> dict[str, str]:
    """Conflicts that Karpenter retries, four launches without capacity, jobs that gave lent GPUs back, short waits."""
    refused = 'method="Create",error="InsufficientCapacityError",job="karpenter"'
    wait = 'kueue_admission_wait_time_seconds_bucket{cluster_queue="vision-prod",le='
    return {
        'controller_runtime_reconcile_errors_total{job="karpenter",controller="disruption"}': counter(0.2),
        f"karpenter_cloudprovider_errors_total{{{refused}}}": f"0x{DAY} 4x{6 * DAY}",
        'kueue_evicted_workloads_total{cluster_queue="search-prod",reason="Preempted",underlying_cause=""}': (
            f"_x{DAY} 1x{DAY} 2x{5 * DAY}"
        ),
        f'{wait}"640"}}': counter(0.050),
        f'{wait}"10240"}}': counter(0.054),
        f'{wait}"+Inf"}}': counter(0.055),
        'kube_job_status_failed{job="kube-state-metrics",namespace="vision-prod",job_name="retrain-drift-1"}': during(
            2 * DAY, DAY, 0
        ),
    }


def promises() -> dict[str, str]:
    """Queues that promise all of the GPUs that the platform has, and none that wait to become active."""
    found: dict[str, str] = {}
    shares = {"a10g": (16, 16), "h100": (32, 24), "l40s": (40, 8)}
    for flavor, of_queues in shares.items():
        for queue, share in zip(("vision-prod", "search-prod"), of_queues, strict=True):
            quota = f'cluster_queue="{queue}",flavor="{flavor}",resource="nvidia.com/gpu"'
            found[f"kueue_cluster_queue_nominal_quota{{{quota}}}"] = flat(share)
    found['kueue_cluster_queue_status{cluster_queue="vision-prod",status="pending"}'] = flat(0)
    return found


def requests() -> dict[str, str]:
    """An endpoint that answers 50 requests a second, of which it fails one in ten thousand, 20 of them in flight."""
    job = 'job="vision-prod/defect-detector",pod="a",model="m",version="1"'
    failure = f"nv_inference_request_failure{{{job}"
    return {
        f"nv_inference_request_success{{{job}}}": counter(3000),
        f'{failure},reason="BACKEND"}}': counter(0.3),
        f'{failure},reason="CANCELED"}}': counter(60),
        f"nv_inference_request_duration_us{{{job}}}": counter(20 * 60 * 1_000_000),
    }
