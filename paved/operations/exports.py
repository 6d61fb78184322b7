"""The range queries of Prometheus that the report reads, and the commands that export them."""

import re
import shlex
from collections.abc import Iterator
from dataclasses import dataclass

from paved.operations.organisation import OrganisationFacts
from paved.operations.period import STEP_SECONDS, Period
from reference.accelerators import BUSY_PERCENT, DEVICES, THROTTLE_EVENTS
from reference.names import series_label
from reference.vocabulary import ACCELERATOR_LABEL, NODE_AGENTS_NAMESPACE, POOL_LABEL, STACK_LABEL

INCIDENT_SEVERITIES = ("page", "page-in-hours", "critical")
"""Severities of alerts that call a person. The rules that come with charts call a page `critical`."""

WINDOW = f"{STEP_SECONDS}s"


STACK, POOL = series_label(STACK_LABEL), series_label(POOL_LABEL)
_DEVICES = f'resource=~"{"|".join(re.sub("[^a-z]", "_", name) for name in DEVICES)}"'
_QUEUED = f'resource=~"{"|".join(name.replace(".", "[.]") for name in DEVICES)}"'
_OF_POD = f'pod!="",namespace!="{NODE_AGENTS_NAMESPACE}"'
_REQUESTS = f"kube_pod_container_resource_requests{{{_DEVICES}"
_USE = f"max by (namespace, pod, UUID) (avg_over_time(DCGM_FI_DEV_GPU_UTIL{{{_OF_POD}}}[{WINDOW}]))"
_EVENTS = f'DCGM_EXP_CLOCK_EVENTS_COUNT{{clock_event=~"{"|".join(THROTTLE_EVENTS)}"}}'


@dataclass(frozen=True, kw_only=True)
class Export:
    """A range query whose answer is the file `<platform>/<name>.json`, with the labels of each series."""

    name: str
    query: str
    labels: tuple[str, ...]


def _of_objectives(name: str, series: str) -> Export:
    """A series that the rules of every objective record, whatever its kind."""
    labels = ("sloth_service", "sloth_slo")
    return Export(name=name, query=f"max by ({', '.join(labels)}) ({series})", labels=labels)


EXPORTS = (
    Export(
        # Always fires: a step without it is one in which no alert could have been seen.
        name="watchdog",
        query=f'max (max_over_time(ALERTS{{alertname="Watchdog",alertstate="firing"}}[{WINDOW}]))',
        labels=(),
    ),
    Export(
        name="alerts",
        # Over the whole step: an alert that came and went between two samples would not be there.
        query="max by (alertname, severity, team, tier, namespace, sloth_service) (max_over_time("
        f'ALERTS{{alertstate="firing",severity=~"{"|".join(INCIDENT_SEVERITIES)}"}}[{WINDOW}]))',
        labels=("alertname", "severity"),
    ),
    _of_objectives("slo_requests", "slo:sli_requests:rate5m"),
    _of_objectives("slo_failures", "slo:sli_failures:rate5m"),
    _of_objectives("slo_objective", "slo:objective:ratio"),
    # Recorded of what is looked at, and of nothing that is counted: it tells the one from the other.
    _of_objectives("slo_looks", "slo:sli_good:ratio"),
    Export(
        name="gpu_nodes",
        query=f"sum by (node, {STACK}, {POOL}) ("
        f"sum by (node) (max by (node, resource) (kube_node_status_allocatable{{{_DEVICES}}}))"
        f" * on (node) group_left ({STACK}, {POOL}) max by (node, {STACK}, {POOL})"
        f' (kube_node_labels{{{series_label(ACCELERATOR_LABEL)}!=""}}))',
        labels=("node", STACK, POOL),
    ),
    Export(
        name="gpu_pods",
        query="sum by (node, namespace, pod, phase) ("
        f'max by (node, namespace, pod, container) ({_REQUESTS},node!=""}}) * on (namespace, pod)'
        " group_left (phase) max by (namespace, pod, phase) (kube_pod_status_phase == 1))",
        labels=("node", "namespace", "pod", "phase"),
    ),
    Export(
        name="gpu_jobs",
        query='max by (namespace, pod, owner_name) (kube_pod_owner{owner_kind="Job"}'
        f" and on (namespace, pod) {_REQUESTS}}})",
        labels=("namespace", "pod", "owner_name"),
    ),
    Export(
        name="gpu_measured",
        query=f"count by (namespace, pod) ({_USE})",
        labels=("namespace", "pod"),
    ),
    Export(
        name="gpu_busy",
        query=f"count by (namespace, pod) ({_USE} >= {BUSY_PERCENT})",
        labels=("namespace", "pod"),
    ),
    Export(
        name="gpu_throttled",
        query=f"count by (namespace, pod) (({_USE} >= {BUSY_PERCENT}) and on (UUID)"
        f" max by (UUID) (max_over_time({_EVENTS}[{WINDOW}]) > 0))",
        labels=("namespace", "pod"),
    ),
    Export(
        name="gpu_sm_active",
        query="sum by (namespace, pod) (max by (namespace, pod, UUID)"
        f" (avg_over_time(DCGM_FI_PROF_SM_ACTIVE{{{_OF_POD}}}[{WINDOW}])))",
        labels=("namespace", "pod"),
    ),
    Export(
        name="queue_pending",
        query="max by (cluster_queue) (sum by (cluster_queue, instance)"
        f" (kueue_cluster_queue_resource_pending{{{_QUEUED}}}))",
        labels=("cluster_queue",),
    ),
    Export(
        # The counter itself, of each replica: growth is counted by the reader, as `increase` misses a first event.
        name="queue_evictions",
        query="sum by (cluster_queue, reason, instance) (kueue_evicted_workloads_total)",
        labels=("cluster_queue", "reason", "instance"),
    ),
)

BY_NAME = {export.name: export for export in EXPORTS}
OF_OBJECTIVES = frozenset({"slo_requests", "slo_failures", "slo_objective", "slo_looks"})
"""Exports without which nothing is said of objectives."""


def export_script(organisation: OrganisationFacts, period: Period) -> str:
    """A shell script that exports every query of every platform. It asks for a Prometheus by each one's name."""
    lines = [
        "#!/bin/sh",
        f"# Exports of {period.month}, {STEP_SECONDS} seconds a step. Run in the folder of exports, for each platform:",
        "#   sh exports.sh PLATFORM http://localhost:9090",
        f"# PLATFORM is one of: {', '.join(organisation.platforms)}",
        "set -eu",
        'platform="$1" prometheus="$2"',
        'mkdir -p "$platform"',
        *_function(period),
        *(f"export_of {export.name} {shlex.quote(export.query)}" for export in EXPORTS),
    ]
    return "\n".join(lines) + "\n"


def _function(period: Period) -> Iterator[str]:
    """The function of the script that asks one query. The file is there once it is whole."""
    first, last = period.moment(1), period.end
    yield "export_of() {"
    yield '  curl --fail --silent --show-error --get "$prometheus/api/v1/query_range" \\'
    yield f'    --data-urlencode "query=$2" --data start={first.timestamp():.0f} --data end={last.timestamp():.0f} \\'
    yield f'    --data step={STEP_SECONDS} --output "$platform/.$1.part"'
    yield '  mv "$platform/.$1.part" "$platform/$1.json"'
    yield "}"
