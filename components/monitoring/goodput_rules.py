"""The GPUs of each pool by what comes of them, recorded as it happens.

The monthly report divides the same series afterwards, when it also knows what was lost: it splits `busy` into useful,
repeated and throttled. Here the parts of a pool add up to the GPUs that its nodes have, at every moment.
"""

import re
from typing import Any

from reference.accelerators import BUSY_PERCENT, DEVICES
from reference.names import series_label
from reference.vocabulary import ACCELERATOR_LABEL, NODE_AGENTS_NAMESPACE, POOL_LABEL, STACK_LABEL

GROUP = "platform-goodput"
INTERVAL = "1m"
WINDOW = "5m"
"""The time over which the use of a GPU is averaged: a step of the report."""

GPUS = "paved:gpus:count"
"""GPUs by `stack` and `pool` of the node, `namespace` of the pod that holds them, and `use`."""
NODE, TOTAL, HELD = "paved:gpu_node:info", "paved:gpus_allocatable:count", "paved:pod_gpus:sum"
MEASURED, BUSY = "paved:pod_gpus_measured:count", "paved:pod_gpus_busy:count"

_STACK, _POOL = series_label(STACK_LABEL), series_label(POOL_LABEL)
_RESOURCES = f'resource=~"{"|".join(re.sub("[^a-z]", "_", name) for name in DEVICES)}"'
_USE = (
    "max by (namespace, pod, UUID) (avg_over_time("
    f'DCGM_FI_DEV_GPU_UTIL{{pod!="",namespace!="{NODE_AGENTS_NAMESPACE}"}}[{WINDOW}]))'
)
_RUNNING = f'sum by (node, namespace, pod) ({HELD}{{phase="Running"}})'


def rule_group() -> dict[str, Any]:
    """The rules in their order: each reads what those before it have recorded."""
    steps = {NODE: _nodes(), TOTAL: _allocatable(), HELD: _held(), MEASURED: _measured(), BUSY: _busy()}
    rules: list[dict[str, Any]] = [{"record": name, "expr": expr} for name, expr in steps.items()]
    parts = [{"record": GPUS, "expr": expr, "labels": {"use": use}} for use, expr in _parts().items()]
    return {"name": GROUP, "interval": INTERVAL, "rules": rules + parts}


def _nodes() -> str:
    """Each node with accelerators once, with its stack and its pool by short names."""
    # kube-state-metrics shows a node twice while one of its pods takes over from another.
    labels = f'max by (node, {_STACK}, {_POOL}) (kube_node_labels{{{series_label(ACCELERATOR_LABEL)}!=""}})'
    named = f'label_replace({labels}, "pool", "$1", "{_POOL}", "(.+)")'
    return f'max by (node, stack, pool) (label_replace({named}, "stack", "$1", "{_STACK}", "(.+)"))'


def _allocatable() -> str:
    gpus = f"sum by (node) (max by (node, resource) (kube_node_status_allocatable{{{_RESOURCES}}}))"
    return f"sum by (stack, pool) ({gpus} * on (node) group_left (stack, pool) {NODE})"


def _held() -> str:
    """GPUs of each pod that runs, or has its node and waits for its image or its volumes."""
    # A pod that has ended keeps its requests until it is deleted, and holds no device.
    requests = (
        "sum by (node, namespace, pod) (max by (node, namespace, pod, container)"
        f' (kube_pod_container_resource_requests{{{_RESOURCES},node!=""}}))'
    )
    phase = 'max by (namespace, pod, phase) (kube_pod_status_phase{phase=~"Running|Pending"} == 1)'
    return f"{requests} * on (namespace, pod) group_left (phase) {phase}"


def _measured() -> str:
    return _at_most(f"count by (namespace, pod) ({_USE})", _RUNNING)


def _busy() -> str:
    return _at_most(f"count by (namespace, pod) ({_USE} >= {BUSY_PERCENT})", MEASURED)


def _at_most(counted: str, most: str) -> str:
    """A count by pod, with the labels of `most`, and no more than that: one scrape may be later than the other."""
    here = f"(0 * {most} + on (namespace, pod) group_left () {counted})"
    return f"{here} < {most} or {most} and {here}"


def _parts() -> dict[str, str]:
    """The GPUs of each pool by what comes of them, and by the namespace that they are held for."""
    running, waited = _of_pool(HELD, 'phase="Running"'), _of_pool(HELD, 'phase="Pending"')
    measured, busy = _of_pool(MEASURED), _of_pool(BUSY)
    held = f"sum by (stack, pool) ({HELD} * on (node) group_left (stack, pool) {NODE})"
    return {
        "busy": busy,
        "idle": f"{measured} - ({busy} or 0 * {measured})",
        "unmeasured": f"{running} - ({measured} or 0 * {running})",
        "waited": waited,
        "unallocated": f"clamp_min({TOTAL} - ({held} or 0 * {TOTAL}), 0)",
    }


def _of_pool(series: str, selector: str = "") -> str:
    chosen = f"{series}{{{selector}}}" if selector else series
    return f"sum by (stack, pool, namespace) ({chosen} * on (node) group_left (stack, pool) {NODE})"
