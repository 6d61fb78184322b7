"""Indicators of an endpoint's objectives: counters of model servers that say which requests were good."""

from collections.abc import Mapping
from dataclasses import dataclass

from components.monitoring.counters import INFERENCE, Selector
from components.monitoring.subject import Subject
from reference.model_servers import Histogram

ANSWERED = (INFERENCE, 'status_code!~"5.."')
REST = "rest_server_requests_total"
ENDED = "vllm:request_success_total"


@dataclass(frozen=True, kw_only=True)
class Outcomes:
    """The requests of a model server in two disjoint sets, which together are all that reached it."""

    served: Selector
    failed: Selector

    loss = "fails {share} of its requests"
    promised = "must succeed"

    def events(self, subject: Subject, window: str) -> str:
        """All requests per second: 0 when idle, and there as soon as one of the two series is."""
        served, failed = self._rates(subject, window)
        return f"({served} or 0 * {failed}) + ({failed} or 0 * {served})"

    def bad(self, subject: Subject, window: str) -> str:
        """Failed requests per second: 0 while no request has failed, when the server has no such series."""
        served, failed = self._rates(subject, window)
        return f"{failed} or 0 * {served}"

    def _rates(self, subject: Subject, window: str) -> tuple[str, str]:
        return self.served.rate(subject.job, window), self.failed.rate(subject.job, window)


@dataclass(frozen=True, kw_only=True)
class InTime:
    """The answered requests of a model server, and those of them that a bucket of its histogram holds."""

    histogram: Histogram
    within_ms: int
    matchers: tuple[str, ...]
    what: str

    promised = "must be in time"

    @property
    def loss(self) -> str:
        """The sentence of a request that was late."""
        return f"takes longer than {self.within_ms} ms for {self.what} {{share}} of its requests"

    def events(self, subject: Subject, window: str) -> str:
        """Answered requests per second. A failed one counts for availability alone."""
        return Selector(metric=f"{self.histogram.name}_count", matchers=self.matchers).rate(
            subject.job, window
        )

    def bad(self, subject: Subject, window: str) -> str:
        """Late requests per second: all of them, where the server has no such bucket."""
        bucket = f'le="{self.histogram.bound(self.within_ms)}"'
        total = self.events(subject, window)
        in_time = Selector(metric=f"{self.histogram.name}_bucket", matchers=(*self.matchers, bucket)).rate(
            subject.job, window
        )
        # Each rate is extrapolated for itself, so that a few in time may be more than all.
        return f"clamp_min({total} - ({in_time} or 0 * {total}), 0)"


OUTCOMES: Mapping[str, Outcomes] = {
    # A request that its own client cancelled failed nobody. An ensemble counts its parts as well as itself.
    "triton": Outcomes(
        served=Selector(metric="nv_inference_request_success"),
        failed=Selector(metric="nv_inference_request_failure", matchers=('reason!="CANCELED"',)),
    ),
    # By status, because `model_infer_request_failure_total` takes a caller's mistake for a failure.
    "mlserver": Outcomes(
        served=Selector(metric=REST, matchers=ANSWERED),
        failed=Selector(metric=REST, matchers=(INFERENCE, 'status_code=~"5.."')),
    ),
    # By the reason that a request ended for, whatever the name says. One whose client left failed nobody.
    "vllm": Outcomes(
        served=Selector(metric=ENDED, matchers=('finished_reason!~"abort|error"',)),
        failed=Selector(metric=ENDED, matchers=('finished_reason="error"',)),
    ),
}


def answers_in_time(histogram: Histogram, within_ms: int) -> InTime:
    """The indicator of latency by a server's histogram of whole requests."""
    return InTime(
        histogram=histogram,
        within_ms=within_ms,
        matchers=ANSWERED if "status_code" in histogram.labels else (),
        what="the answer to",
    )


def first_tokens_in_time(histogram: Histogram, within_ms: int) -> InTime:
    """The indicator of time to first token, by a server's histogram of it."""
    return InTime(histogram=histogram, within_ms=within_ms, matchers=(), what="the first token of")
