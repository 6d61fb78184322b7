"""Series that something exports, each as its exporter's own code names it, and values of two hours.

The controllers' are those of the synthetic week, on which a real rule engine runs our alerts; ours are recorded by
rules that are held to promtool; DCGM's are those of the list that its exporter is given.
"""

import re
from collections.abc import Iterable, Iterator, Mapping

from components.monitoring.gpu import COUNTERS
from model_health.series import HELP
from reference.model_servers import MODEL_SERVERS
from tests.charts.week import series as week

GROWS, ONE, NONE = "0+7x120", "1x120", "0x120"
GPU = 'namespace="vision-prod",pod="detector-predictor-0",gpu="0",UUID="GPU-1",Hostname="node-a"'
SLO = (
    'sloth_id="vision-prod.detector-availability",sloth_service="vision-prod.detector",sloth_slo="availability",'
    'sloth_window="5m"'
)
CHECKS = (
    'namespace="vision-prod",endpoint="detector",monitor="inputs",kind="data-drift"',
    'namespace="vision-prod",endpoint="detector",monitor="answers",kind="prediction-drift"',
    'namespace="vision-prod",endpoint="detector",monitor="refusals",kind="language"',
)
OF_SERVER = {"method": "POST", "path": "/v2/models/{model_name}/infer", "status_code": "200"}
NODE = (
    'node="node-a",label_paved_dev_stack="vision-prod",label_paved_dev_pool="train",'
    'label_paved_dev_accelerator="h100"'
)


def series() -> dict[str, str]:
    """The values of each series of two hours, in promtool's notation."""
    return {**controllers(), **gpus(), **recorded(), **models(), **servers()}


def controllers() -> dict[str, str]:
    """Of kube-state-metrics, Karpenter and Kueue, and the alerts that Prometheus tells of itself."""
    team = 'namespace="vision-prod"'
    return {
        f"kube_node_labels{{{NODE}}}": ONE,
        f"kube_namespace_created{{{team}}}": ONE,
        f'kube_deployment_status_replicas_available{{{team},deployment="detector-predictor"}}': "2x120",
        f'kube_pod_container_resource_requests{{{team},pod="run-0",container="run",node="node-a",'
        'resource="nvidia_com_gpu"}': "8x120",
        f'kube_pod_status_phase{{{team},pod="run-0",phase="Running"}}': ONE,
        'karpenter_nodepools_usage{nodepool="general",resource_type="cpu"}': "40x120",
        'karpenter_nodepools_limit{nodepool="general",resource_type="cpu"}': "64x120",
        'karpenter_cloudprovider_errors_total{method="Create",error="InsufficientCapacityError"}': GROWS,
        'kueue_pending_workloads{cluster_queue="vision-prod",status="active"}': "3x120",
        'kueue_admitted_active_workloads{cluster_queue="vision-prod"}': "2x120",
        'kueue_admission_wait_time_seconds_bucket{cluster_queue="vision-prod",le="640"}': GROWS,
        'kueue_admission_wait_time_seconds_bucket{cluster_queue="vision-prod",le="+Inf"}': GROWS,
        'up{job="karpenter"}': ONE,
        'ALERTS{alertname="GpuIdle",alertstate="firing",severity="ticket",namespace="vision-prod"}': ONE,
    }


def gpus() -> dict[str, str]:
    """Of DCGM's exporter: what its list of counters names."""
    return {f"{name}{{{GPU}}}": "1+0x120" for name, kind, _ in COUNTERS if kind != "label"}


def recorded() -> dict[str, str]:
    """Of our own rules."""
    pool = 'stack="vision-prod",pool="train"'
    found = {
        f"{name}{{{SLO}}}": "0.4x120"
        for name in (
            "slo:sli_requests:rate5m",
            "slo:sli_failures:rate5m",
            "slo:sli_error:ratio_rate1h",
            "slo:current_burn_rate:ratio",
            "slo:period_error_budget_remaining:ratio",
        )
    }
    found[f"slo:period_error_budget_remaining:ratio{{{SLO.replace('availability', 'latency')}}}"] = "-0.2x120"
    found[f'sloth_slo_info{{{SLO},namespace="vision-prod",endpoint="detector"}}'] = ONE
    for use in ("busy", "idle", "unallocated"):
        found[f'paved:gpus:count{{{pool},namespace="vision-prod",use="{use}"}}'] = "2x120"
    found[f"paved:gpus_allocatable:count{{{pool}}}"] = "8x120"
    found[f'paved:node_cost_usd:hourly{{{pool},team="vision"}}'] = "55x120"
    found[f'paved:nodes_unpriced:count{{{pool},team="vision"}}'] = ONE
    return found


def models() -> dict[str, str]:
    """Of model health's exporter: each check, one of each group that fails and one that cannot tell."""
    found: dict[str, str] = {}
    for name in HELP:
        for labels in (
            CHECKS if name.startswith("model_health_check") else (CHECKS[0].partition(",monitor")[0],)
        ):
            found[f"{name}{{{labels}}}"] = NONE if name.endswith("passed") and "answers" in labels else ONE
    return found


def servers() -> dict[str, str]:
    """Of each model server: what its reference says that it exports."""
    found: dict[str, str] = {}
    for server in MODEL_SERVERS.values():
        found |= {f"{each.name}{{{of_server(each.labels)}}}": GROWS for each in server.series}
        for histogram in (server.latency, server.first_token):
            for bound in (histogram.bound(each) for each in histogram.bounds_ms) if histogram else ():
                found[f"{histogram.name}_bucket{{{of_server(histogram.labels, le=bound)}}}"] = GROWS
    return found


def of_server(names: Iterable[str], **known: str) -> str:
    """The labels of a series: those that its server gives it, and those of the scrape."""
    own = ",".join(f'{name}="{known.get(name, OF_SERVER.get(name, "1"))}"' for name in names)
    return f'job="vision-prod/detector",pod="detector-predictor-0",{own}'


def labels_of(names: Mapping[str, str]) -> dict[str, set[str]]:
    """The labels of each metric."""
    found: dict[str, set[str]] = {}
    for name in names:
        metric, _, inner = name.partition("{")
        found.setdefault(metric, set()).update(re.findall(r"(\w+)=", inner))
    return found


def unlike_the_week() -> Iterator[str]:
    """Metrics of controllers whose labels here are not those of the week."""
    seen = labels_of(week())
    for metric, labels in labels_of(controllers()).items():
        if metric in seen and not labels <= seen[metric]:
            yield metric
