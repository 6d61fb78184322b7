"""The number of series that one thing of a team has in Prometheus, by who exports them. Facts of 2026-12-01.

They were counted in sources and documents, or read off a running server: an estimate, not a bill. A metric that a label
divides by something rare, as an XID's number, counts once.
"""

from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True, kw_only=True)
class SeriesOf:
    """The series of one thing, and those of them that are kept where a platform keeps metrics."""

    series: int
    kept: int = 0
    source: str


SCRAPED_TARGET = SeriesOf(
    series=5,
    kept=1,
    source="Prometheus, docs/concepts/jobs_instances.md: `up` and four that begin with `scrape_`",
)
"""Each replica of an endpoint, beside what it exports."""

MODEL_SERVER_SERIES: Mapping[str, SeriesOf] = {
    "kserve-mlserver": SeriesOf(
        series=113,
        source="read off MLServer 1.7.1: 18 of each path and status (infer with 200, 422 and 500, ready with 200 and"
        " 400), and 23 of the process: its queue, its model and requests in progress",
    ),
    "kserve-tritonserver": SeriesOf(
        series=18,
        source="triton-inference-server/server e1db8a603 docs/user_guide/metrics.md: 13 of a model, with four reasons"
        " of failures, 3 of the CPU, 2 of pinned memory",
    ),
}
"""By the runtime that an endpoint names, of one replica that serves one model."""

TRITON_GPU = SeriesOf(series=6, source="triton-inference-server/server e1db8a603 docs/user_guide/metrics.md")
"""Each GPU of a replica of Triton, which reads it for itself."""

POD_STATE = SeriesOf(
    series=42,
    kept=9,
    source="kubernetes/kube-state-metrics c92fe0c5 docs/metrics/workload/pod-metrics.md: 29 of a pod (5 phases, 3"
    " each of its class, readiness and place, 3 tolerations), 7 of its container, 6 of what that requests and may use",
)
"""Each pod of one container: what Kubernetes says of it. Its phases, its owner and its requests are kept."""

POD_USE = SeriesOf(
    series=82,
    source="google/cadvisor 6a0c4f25 lib/metrics/prometheus.go, less what kube-prometheus-stack 88.5.3 drops: 37 each"
    " of the container and of the pod, with one disk, and 8 of one network interface",
)
"""Each pod of one container: what it uses."""

GPU_SERIES = SeriesOf(series=32, kept=8, source="the counters that Paved gives NVIDIA's dcgm-exporter")
"""Each GPU."""
