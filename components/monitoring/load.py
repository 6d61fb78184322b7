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

    def in_flight(self, job: str) -> str:
        """The requests in flight: by Little's law, the seconds that are spent on requests in a second."""
        seconds = self.spent.rate(job, LOAD_WINDOW)
        return seconds if self.per_second == 1 else f"{seconds} / {self.per_second}"


@dataclass(frozen=True, kw_only=True)
class Counted:
    """Gauges of a model server that add up to the requests that it has.

    Time that is known when a request ends says nothing of answers that take minutes.
    """

    gauges: tuple[Selector, ...]

    def in_flight(self, job: str) -> str:
        """The requests in flight on average."""
        return " + ".join(gauge.mean(job, LOAD_WINDOW) for gauge in self.gauges)


TRITON_TIME = Duration(spent=Selector(metric="nv_inference_request_duration_us"), per_second=1_000_000)
LOADS: Mapping[str, Duration | Counted] = {
    "triton": TRITON_TIME,
    "mlserver": Duration(
        spent=Selector(metric="rest_server_request_duration_seconds_sum", matchers=(INFERENCE,)),
        per_second=1,
    ),
    "vllm": Counted(
        gauges=(
            Selector(metric="vllm:num_requests_running"),
            Selector(metric="vllm:num_requests_waiting"),
        )
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
        """The requests in flight over all replicas; 0 before the first request, none while nothing can be scraped."""
        job = f"{namespace}/{endpoint}"
        return f'{LOADS[self.runtime].in_flight(job)} or 0 * (max(up{{job="{job}"}}) == 1)'


ScalingSignal = CpuUse | RequestsInFlight
"""The signal that an endpoint scales by."""
