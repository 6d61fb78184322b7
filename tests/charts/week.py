"""A healthy week of a cluster whose nodes come and go, as Prometheus would have scraped it once a minute.

Everything in it is allowed by a stack file: a run of 60 hours on all GPUs of its pool, pods that wait for a node, a run
that failed for its own reasons, an endpoint at its most replicas every day, teams that use all of their quota, quotas
beyond the nodes of the moment, containers at their limits, and a metrics store as full as it is meant to be.
"""

from components.monitoring.prometheus_values import USABLE_PERCENT
from tests.charts.devices_week import device_series
from tests.charts.signals_week import signal_series
from tests.charts.timeline import (
    DAY,
    EPOCH_OF_RUN,
    EXPORTER,
    GPU_NODE,
    HOUR,
    KSM,
    RUN,
    WEEK,
    counter,
    daily,
    during,
    flat,
)

STEADY = ("system-a", "system-b", "system-c", "general-a", "serving-a")


def series() -> dict[str, str]:
    """The values of each series, in promtool's notation."""
    return {
        **targets(),
        **nodes(),
        **long_run(),
        **waiting_pods(),
        **endpoint(),
        **hub(),
        **quotas(),
        **metrics_store(),
        **queues(),
        **device_series(),
        **signal_series(),
    }


def targets() -> dict[str, str]:
    """The targets that answer all week, and those of a node that comes and goes."""
    jobs = ("apiserver", "karpenter", "kube-state-metrics", "kueue-controller-manager-metrics-service")
    found = {f'up{{job="{job}"}}': flat(1) for job in jobs}
    found['up{job="kubelet",metrics_path="/metrics"}'] = flat(1)
    for part in ("prometheus", "alertmanager", "operator"):
        found[f'up{{job="kube-prometheus-stack-{part}",namespace="monitoring"}}'] = flat(1)
    for node in STEADY:
        found[f'up{{{EXPORTER},instance="{node}"}}'] = flat(1)
    # Its last minutes: the exporter is gone before the Node is.
    start, minutes = RUN
    found[f'up{{{EXPORTER},instance="{GPU_NODE}"}}'] = (
        f"_x{start} 1x{minutes} 0x4 _x{WEEK - start - minutes - 4}"
    )
    return found


def nodes() -> dict[str, str]:
    """Nodes that are ready, and a node with GPUs whose pods use all of it for days."""
    found: dict[str, str] = {}
    for node in STEADY:
        found |= node_series(node, flat(1), cores=8, gib=32)
    start, minutes = RUN
    found |= node_series(GPU_NODE, during(start, minutes), cores=192, gib=2048)
    busy = {
        f'node_cpu_seconds_total{{{EXPORTER},instance="{GPU_NODE}",cpu="0",mode="user"}}': 58,
        f'node_cpu_seconds_total{{{EXPORTER},instance="{GPU_NODE}",cpu="0",mode="idle"}}': 2,
    }
    for name, per_minute in busy.items():
        found[name] = f"_x{start} 0+{per_minute}x{minutes} _x{WEEK - start - minutes}"
    memory = f'{EXPORTER},instance="{GPU_NODE}"'
    found[f"node_memory_MemTotal_bytes{{{memory}}}"] = during(start, minutes, 100)
    found[f"node_memory_MemAvailable_bytes{{{memory}}}"] = during(start, minutes, 6)
    return found


def node_series(node: str, there: str, *, cores: int, gib: int) -> dict[str, str]:
    """A node as kube-state-metrics shows it while it is there."""
    ready = f'kube_node_status_condition{{{KSM},node="{node}",condition="Ready",status="true"}}'
    return {
        ready: there,
        f'kube_node_spec_unschedulable{{{KSM},node="{node}"}}': there.replace("1x", "0x"),
        f'kube_node_status_allocatable{{{KSM},node="{node}",resource="cpu"}}': there.replace(
            "1x", f"{cores}x"
        ),
        f'kube_node_status_allocatable{{{KSM},node="{node}",resource="memory"}}': there.replace(
            "1x", f"{gib}x"
        ),
        f'kube_node_info{{{KSM},node="{node}"}}': there,
    }


def long_run() -> dict[str, str]:
    """A Job of 60 hours, and one that failed and is kept for a day so that somebody reads why."""
    start, minutes = RUN
    job = f'{KSM},namespace="vision-prod",job_name="backbone"'
    throttled = 'container!="",job="kubelet",metrics_path="/metrics/cadvisor"'
    container = throttled.replace(
        'container!=""', 'namespace="vision-prod",pod="backbone-0",container="node"'
    )
    return {
        f"kube_job_status_start_time{{{job}}}": during(start, minutes, EPOCH_OF_RUN),
        f"kube_job_status_active{{{job}}}": during(start, minutes),
        f'kube_job_failed{{{KSM},namespace="vision-prod",job_name="try-7",condition="true"}}': during(
            10, DAY
        ),
        f"container_cpu_cfs_periods_total{{{container}}}": counter(600),
        f"container_cpu_cfs_throttled_periods_total{{{container}}}": counter(360),
    }


def waiting_pods() -> dict[str, str]:
    """Pods that wait for a node with GPUs, for as long as Kueue lets them."""
    found: dict[str, str] = {}
    for pod, owner, namespace, start in (
        ("ray-worker", "RayCluster", "vision-prod", 2 * DAY),
        ("detector-2", "ReplicaSet", "vision-prod", 3 * DAY),
    ):
        phase = f'kube_pod_status_phase{{{KSM},namespace="{namespace}",pod="{pod}"'
        found[f'{phase},phase="Pending"}}'] = during(start, 25, 1, 0)
        found[f'{phase},phase="Running"}}'] = during(start + 25, DAY, 1, 0)
        found[f'kube_pod_owner{{{KSM},namespace="{namespace}",pod="{pod}",owner_kind="{owner}"}}'] = flat(1)
    return found


def hub() -> dict[str, str]:
    """The hub of notebooks and its proxy, of one replica each."""
    of = f'{KSM},namespace="vision-prod-notebooks"'
    return {
        f'kube_deployment_status_replicas_available{{{of},deployment="{name}"}}': flat(1)
        for name in ("hub", "proxy")
    }


def endpoint() -> dict[str, str]:
    """An endpoint that runs at its most replicas for six hours a day, and waits for a node for the last of them."""
    hpa = f'{KSM},namespace="vision-prod",horizontalpodautoscaler="detector"'
    deployment = f'{KSM},namespace="vision-prod",deployment="detector"'
    server = f'{KSM},namespace="vision-prod",deployment="defect-detector-predictor"'
    return {
        f"kube_deployment_status_replicas_available{{{server}}}": flat(2),
        'up{job="vision-prod/defect-detector"}': flat(1),
        f"kube_horizontalpodautoscaler_status_current_replicas{{{hpa}}}": daily(10 * HOUR, 6 * HOUR, 3, 2),
        f"kube_horizontalpodautoscaler_status_desired_replicas{{{hpa}}}": daily(10 * HOUR, 6 * HOUR, 3, 2),
        f"kube_horizontalpodautoscaler_spec_max_replicas{{{hpa}}}": flat(3),
        f"kube_horizontalpodautoscaler_spec_min_replicas{{{hpa}}}": flat(2),
        f"kube_deployment_spec_replicas{{{deployment}}}": daily(10 * HOUR, 6 * HOUR, 3, 2),
        f"kube_deployment_status_replicas_available{{{deployment}}}": daily(
            10 * HOUR + 25, 6 * HOUR - 25, 3, 2
        ),
        f"kube_deployment_status_replicas_updated{{{deployment}}}": daily(10 * HOUR, 6 * HOUR, 3, 2),
    }


def quotas() -> dict[str, str]:
    """Two teams with quotas for what their pools may grow to, one of which uses all of its own."""
    found: dict[str, str] = {}
    for team, used in (("vision-prod", 512), ("search-prod", 64)):
        for resource in ("requests.cpu", "requests.memory"):
            quota = f'{KSM},namespace="{team}",resourcequota="team",resource="{resource}"'
            found[f'kube_resourcequota{{{quota},type="hard"}}'] = flat(512)
            found[f'kube_resourcequota{{{quota},type="used"}}'] = flat(used)
    # Packed as Karpenter packs: what is asked for is all that there is.
    request = f'{KSM},namespace="vision-prod",pod="detector-0",container="kserve-container",node="serving-a"'
    found[f'kube_pod_status_phase{{{KSM},namespace="vision-prod",pod="detector-0",phase="Running"}}'] = flat(
        1
    )
    for resource, amount in (("cpu", 39), ("memory", 155)):
        found[f'kube_pod_container_resource_requests{{{request},resource="{resource}"}}'] = flat(amount)
    return found


def metrics_store() -> dict[str, str]:
    """A volume that fills up to where old blocks go, and beyond it by the block that is being written."""
    claim = (
        'job="kubelet",namespace="monitoring",metrics_path="/metrics",persistentvolumeclaim="prometheus-db-0"'
    )
    free = 100 - USABLE_PERCENT
    sawtooth = " ".join([f"{free + 1}-0.016x119"] * (WEEK // 120))
    used = " ".join([f"{USABLE_PERCENT - 1}+0.016x119"] * (WEEK // 120))
    return {
        f"kubelet_volume_stats_capacity_bytes{{{claim}}}": flat(100),
        f"kubelet_volume_stats_available_bytes{{{claim}}}": sawtooth,
        f"kubelet_volume_stats_used_bytes{{{claim}}}": used,
    }


def queues() -> dict[str, str]:
    """A pool at its last GPU while the run goes on, and a job that waits for it to end."""
    start, minutes = RUN
    pool = 'nodepool="vision-prod-h100",resource_type="nvidia.com/gpu"'
    queue = 'cluster_queue="vision-prod"'
    return {
        f"karpenter_nodepools_usage{{{pool}}}": during(start, minutes, 8, 0),
        f"karpenter_nodepools_limit{{{pool}}}": flat(8),
        f"kueue_admitted_active_workloads{{{queue}}}": during(start, minutes, 1, 0),
        f'kueue_pending_workloads{{{queue},status="active"}}': flat(0),
        f'kueue_pending_workloads{{{queue},status="inadmissible"}}': during(
            start + HOUR, minutes - HOUR, 1, 0
        ),
        f'kueue_cluster_queue_status{{{queue},status="active"}}': flat(1),
    }
