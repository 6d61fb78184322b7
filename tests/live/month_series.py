"""One month of a team as its exporters show it, in the OpenMetrics text format, and what is planted in it.

Everything is a function of the constants below: no clock, and no chance. Samples are as far apart as scrapes.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime

STACK, ENDPOINT = "ranking-dev", "click-ranker"
SCRAPE = 30
MONTH = int(datetime(2026, 11, 1, tzinfo=UTC).timestamp())
END = int(datetime(2026, 12, 1, tzinfo=UTC).timestamp())
BEFORE = 600
"""Seconds of samples before the month, so that the windows of its first minutes are whole."""

PODS = ("a", "b")
A_SCRAPE = 300
"""Requests of each pod between two scrapes: ten a second, from six in the morning until midnight."""
NIGHT_HOURS = 6


@dataclass(frozen=True)
class Span:
    """Hours of the month that something planted lasts."""

    first: int
    last: int

    def __contains__(self, moment: int) -> bool:
        return hour(self.first) <= moment < hour(self.last)

    @property
    def hours(self) -> int:
        """How many they are."""
        return self.last - self.first


def on(day: int, first: int, last: int) -> Span:
    """Some hours from midnight of a day of the month."""
    return Span((day - 1) * 24 + first, (day - 1) * 24 + last)


def hour(number: int) -> int:
    """The moment at which an hour of the month begins."""
    return MONTH + number * 3600


OUTAGE, FAILED = on(14, 16, 17), 150
"""An hour in which this many of a pod's requests between two scrapes failed: half of them."""
SLOW_DAY, SLOW = on(20, NIGHT_HOURS, 24), 180
"""A day on which this many of a pod's answers between two scrapes took more than 250 ms."""
BROKEN_FEATURES = on(10, 0, 48)
"""Days on which one of the two checks of the data failed."""
UNLABELLED = on(1, 0, 72)
"""Days on which the check of performance could not tell: it had no labels yet."""
STUCK = on(25, 12, 20)
"""Hours in which the table, which is written each hour and may be two hours old, was not written after the first."""
JOB_GONE = on(29, 0, 48)
"""Days on which no pod exported when the table was written."""
NODE, TRAINING, GPUS = on(5, 0, 72), on(5, 6, 66), 4
"""A node with GPUs, and the pod that used them all."""


@dataclass(frozen=True)
class Sampled:
    """A series: its name, its labels, and its value at a moment; None where there is no sample."""

    name: str
    labels: str
    value: Callable[[int], float | None]

    def lines(self) -> Iterator[str]:
        """The samples, the oldest first."""
        for moment in range(MONTH - BEFORE, END + SCRAPE, SCRAPE):
            value = self.value(moment)
            if value is not None:
                yield f"{self.name}{{{self.labels}}} {value} {moment}\n"


class Counter:
    """A counter that grows by a function of the moment with each scrape, and has never begun anew."""

    def __init__(self, growth: Callable[[int], int]):
        self._growth, self._total = growth, 0

    def __call__(self, moment: int) -> float:
        # What a scrape sees came in the seconds before it.
        self._total += self._growth(moment - SCRAPE)
        return self._total


def requests(moment: int) -> int:
    """The requests of a pod in the thirty seconds from a moment."""
    return A_SCRAPE if (moment - MONTH) % 86_400 >= NIGHT_HOURS * 3600 and moment >= MONTH else 0


def failed(moment: int) -> int:
    """Those of them that failed."""
    return FAILED if moment in OUTAGE else 0


def answered(moment: int) -> int:
    """Those of them that did not."""
    return requests(moment) - failed(moment)


def in_time(moment: int) -> int:
    """Those of the latter that took at most 250 ms."""
    return answered(moment) - (SLOW if moment in SLOW_DAY else 0)


def written(moment: int) -> float | None:
    """When the table was last written, as its job exports it."""
    if moment in JOB_GONE or moment >= END:
        return None
    return hour(STUCK.first) if moment in STUCK else moment - moment % 3600


def series() -> Iterator[Sampled]:
    """Every series that is scraped of the team."""
    yield from _served()
    yield from _checked()
    of_table = f'namespace="{STACK}",table="clicks"'
    yield Sampled("paved_table_written_timestamp_seconds", of_table, written)
    yield Sampled("ALERTS", 'alertname="Watchdog",alertstate="firing",severity="none"', _always)
    yield from _gpus()


def _served() -> Iterator[Sampled]:
    """MLServer's counters and histogram, and whether the pods are there."""
    histogram = "rest_server_request_duration_seconds"
    replicas = f'namespace="{STACK}",deployment="{ENDPOINT}-predictor"'
    yield Sampled("kube_deployment_status_replicas_available", replicas, lambda _: len(PODS))
    for pod in PODS:
        of_pod = f'job="{STACK}/{ENDPOINT}",pod="{pod}"'
        path = f'{of_pod},path="/v2/models/{ENDPOINT}/infer"'
        yield Sampled("up", of_pod, _always)
        yield Sampled("rest_server_requests_total", f'{path},status_code="200"', Counter(answered))
        yield Sampled("rest_server_requests_total", f'{path},status_code="503"', Counter(failed))
        yield Sampled(f"{histogram}_count", f'{path},status_code="200"', Counter(answered))
        yield Sampled(f"{histogram}_bucket", f'{path},status_code="200",le="0.25"', Counter(in_time))


def _checked() -> Iterator[Sampled]:
    """The checks of the model's health."""
    of_endpoint = f'namespace="{STACK}",endpoint="{ENDPOINT}"'
    checks = {
        'monitor="inputs",kind="data-drift"': _always,
        'monitor="features",kind="skew"': lambda moment: 0 if moment in BROKEN_FEATURES else 1,
        'monitor="clicks",kind="performance"': lambda moment: (
            None if moment in UNLABELLED or moment < MONTH else 1
        ),
    }
    for labels, value in checks.items():
        yield Sampled("model_health_check_passed", f"{of_endpoint},{labels}", value)


def _gpus() -> Iterator[Sampled]:
    """A node with GPUs and a pod on it, by kube-state-metrics and DCGM's exporter."""
    node, resource = 'node="n1"', 'resource="nvidia_com_gpu"'
    pod = f'namespace="{STACK}",pod="sweep-1"'
    of_pool = f'label_paved_dev_stack="{STACK}",label_paved_dev_pool="l4",label_paved_dev_accelerator="l4"'
    yield Sampled("kube_node_status_allocatable", f"{node},{resource}", _within(NODE, GPUS))
    yield Sampled("kube_node_labels", f"{node},{of_pool}", _within(NODE, 1))
    request = f'{pod},container="main",{node},{resource}'
    yield Sampled("kube_pod_container_resource_requests", request, _within(TRAINING, GPUS))
    yield Sampled("kube_pod_status_phase", f'{pod},phase="Running"', _within(TRAINING, 1))
    for number in range(GPUS):
        yield Sampled("DCGM_FI_DEV_GPU_UTIL", f'UUID="GPU-{number}",{pod}', _within(TRAINING, 90))


def _always(_: int) -> float:
    return 1


def _within(span: Span, value: float) -> Callable[[int], float | None]:
    """A value that is there within a span. A sample at its first moment would tell of the minutes before it."""
    return lambda moment: value if moment in span and moment != hour(span.first) else None


def day_hours() -> int:
    """The hours of the month in which there are requests."""
    return 30 * (24 - NIGHT_HOURS)


def in_an_hour(a_scrape: int) -> int:
    """Requests of all pods in an hour of which each has this many between two scrapes."""
    return len(PODS) * a_scrape * 3600 // SCRAPE
