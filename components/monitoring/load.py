"""The load of an endpoint, which its autoscaler follows and its alert of saturation compares with the most it takes."""

from collections.abc import Mapping
from dataclasses import dataclass

from components.monitoring.counters import INFERENCE, Selector

LOAD_WINDOW = "2m"
"""Four scrapes: one that is missed or late changes nothing."""


@dataclass(frozen=True, kw_only=True)
class Duration:
    """A counter of the time that a model server has spent on requests, and its units in a second."""

    spent: Selector
    per_second: int


DURATIONS: Mapping[str, Duration] = {
    "triton": Duration(
        spent=Selector(metric="nv_inference_request_duration_us"),
        per_second=1_000_000,
    ),
    "mlserver": Duration(
        spent=Selector(metric="rest_server_request_duration_seconds_sum", matchers=(INFERENCE,)),
        per_second=1,
    ),
}


@dataclass(frozen=True, kw_only=True)
class CpuUse:
    """CPU in use: up to `percent` of the `cpus` that a replica requests before there is another."""

    cpus: int
    percent: int

    @property
    def per_replica(self) -> float:
        """The CPUs in use that one replica takes."""
        return self.cpus * self.percent / 100

    def query(self, namespace: str, endpoint: str) -> str:
        """The CPUs that the endpoint's servers use together."""
        pods = (
            f'namespace="{namespace}", pod=~"{endpoint}-predictor-[^-]+-[^-]+", container="kserve-container"'
        )
        return f"sum(rate(container_cpu_usage_seconds_total{{{pods}}}[{LOAD_WINDOW}]))"


@dataclass(frozen=True, kw_only=True)
class RequestsInFlight:
    """Requests that a model server answers or lets wait: up to `per_replica` before there is another replica.

    A GPU's server waits for the GPU and not for CPU, so CPU does not move, and a GPU in use is at 100 % with one
    request as with fifty. Requests that wait count, so this goes on rising when the GPU is busy.
    """

    runtime: str
    per_replica: int

    def query(self, namespace: str, endpoint: str) -> str:
        """The requests in flight over all replicas; 0 before the first request, none while nothing can be scraped.

        By Little's law the seconds spent on requests in a second are the requests that are there on average.
        """
        job, duration = f"{namespace}/{endpoint}", DURATIONS[self.runtime]
        seconds = duration.spent.rate(job, LOAD_WINDOW)
        in_flight = seconds if duration.per_second == 1 else f"{seconds} / {duration.per_second}"
        return f'{in_flight} or 0 * (max(up{{job="{job}"}}) == 1)'


ScalingSignal = CpuUse | RequestsInFlight
"""The signal that an endpoint scales by."""
