"""The alerts about GPUs that DCGM sees: broken ones, throttled ones, and those that a pod holds and does not use."""

from components.monitoring.alerts import Alert
from reference.accelerators import BUSY_PERCENT, THROTTLE_EVENTS
from reference.vocabulary import NODE_AGENTS_NAMESPACE

HARDWARE_XIDS = (48, 74, 79, 95)
"""Double-bit memory error, NVLink error, fallen off the bus, uncontained memory error. Most others are bugs in
the program that runs on the GPU."""

GPU_LABELS = "Hostname, gpu, UUID"
"""The labels of one GPU, without the namespace of its pod: with that the alert would go to the pod's team."""

_XIDS = " or ".join(f"DCGM_FI_DEV_XID_ERRORS == {xid}" for xid in HARDWARE_XIDS)
_XID_COUNTS = (
    f'max_over_time(DCGM_EXP_XID_ERRORS_COUNT{{xid=~"{"|".join(map(str, HARDWARE_XIDS))}"}}[1h]) > 0'
)

GPU_ALERTS = (
    Alert(
        name="GpuHardwareError",
        expression=f"max by ({GPU_LABELS}) ({_XIDS} or {_XID_COUNTS} or DCGM_FI_DEV_ROW_REMAP_FAILURE > 0)",
        duration="0m",
        severity="page",
        summary="GPU {{ $labels.gpu }} of {{ $labels.Hostname }} reports a hardware error",
        action="Drain the node and delete its NodeClaim; the pool replaces it.",
    ),
    Alert(
        name="GpuMemoryError",
        expression=(
            f"max by ({GPU_LABELS}) (increase(DCGM_FI_DEV_ECC_DBE_VOL_TOTAL[1h]) > 0"
            " or increase(DCGM_FI_DEV_UNCORRECTABLE_REMAPPED_ROWS[1h]) > 0)"
        ),
        duration="0m",
        severity="ticket",
        summary="GPU {{ $labels.gpu }} of {{ $labels.Hostname }} had a memory error that could not be corrected",
        action="Let its job start again elsewhere, then replace the node: the GPU needs a reset.",
    ),
    Alert(
        name="GpuThrottled",
        expression=(
            f"max by ({GPU_LABELS}, clock_event)"
            f' (DCGM_EXP_CLOCK_EVENTS_COUNT{{clock_event=~"{"|".join(THROTTLE_EVENTS)}"}}) > 0'
        ),
        duration="30m",
        severity="ticket",
        summary="GPU {{ $labels.gpu }} of {{ $labels.Hostname }} is slowed down: {{ $labels.clock_event }}",
        action="Replace the node; a job over several nodes is as fast as its slowest GPU.",
    ),
    Alert(
        name="GpuIdle",
        expression=(
            f'avg_over_time(DCGM_FI_DEV_GPU_UTIL{{namespace!="{NODE_AGENTS_NAMESPACE}",pod!=""}}[2h])'
            f" < {BUSY_PERCENT}"
        ),
        duration="1h",
        severity="ticket",
        summary="Pod {{ $labels.namespace }}/{{ $labels.pod }} holds a GPU and has not used it for hours",
        action="End the job, or request fewer GPUs.",
    ),
)
"""From DCGM. Only the last carries the namespace of a pod, and so goes to the team that holds the GPU."""
