"""Indicators of time: a series that the rules look at again and again, which is good or bad while it stays so.

Each look is an event. A look at which the series is not there, or holds no number, is none: that it is not known is
neither good nor bad.
"""

from dataclasses import dataclass
from typing import Literal

from components.charts import PROMETHEUS_BLACKBOX_EXPORTER
from components.monitoring.burn_rate import seconds
from components.monitoring.subject import Subject
from reference.exported_series import CHECK_PASSED, NEWEST_RECORD, TABLE_WRITTEN

GOOD = "slo:sli_good:ratio"
"""The series of all looks: the share that is good at this moment."""

MIN_LOOKS_PER_HOUR = 30
"""A quarter of an hour's looks: less of a long window tells nothing of it."""

CLOCK_SKEW_SECONDS = 300
"""A moment further ahead is that of a wrong clock. Believed, it would be fresh for as long as the clock is ahead."""

PROBER_UP = f'up{{job="{PROMETHEUS_BLACKBOX_EXPORTER.name}"}}'
"""Of the prober itself: while it is down, no endpoint is asked."""

DATA_CHECKS = ("data-drift", "data-quality", "feature-freshness", "skew")
LANGUAGE = "language"
MODEL_CHECKS = ("prediction-drift", "performance", "estimated-performance", LANGUAGE)
"""Kinds of model health's monitors, by whether they judge what comes in or what goes out."""


@dataclass(frozen=True, kw_only=True)
class Fresh:
    """Data whose newest part is no older than `within_minutes`: of a CronJob's runs, a stream or a table."""

    source: Literal["batch", "stream", "table"]
    within_minutes: int

    promised = "of the time must be fresh"

    @property
    def loss(self) -> str:
        """The sentence of data that is old."""
        return f"was older than {self.within_minutes} minutes for {{share}} of the time"

    def good(self, subject: Subject) -> str:
        """1 while the data is fresh and 0 while it is old; nothing while its age is not known."""
        # A moment of 0 is none, and no comparison lets NaN pass.
        newest = f"max(({self._newest(subject)} > 0) <= time() + {CLOCK_SKEW_SECONDS})"
        return f"{newest} >= bool time() - {self.within_minutes * 60}"

    def events(self, subject: Subject, window: str) -> str:
        """Looks per second."""
        return looks(subject.slo("freshness"), window)

    def bad(self, subject: Subject, window: str) -> str:
        """Looks per second at which the data was old."""
        return bad_looks(subject.slo("freshness"), window)

    def _newest(self, subject: Subject) -> str:
        if self.source == "batch":
            job = f'{{namespace="{subject.namespace}", cronjob="{subject.name}"}}'
            # One that has not succeeded yet is as old as the CronJob.
            return f"(kube_cronjob_status_last_successful_time{job} or kube_cronjob_created{job})"
        series = NEWEST_RECORD if self.source == "stream" else TABLE_WRITTEN
        return f'{series}{{namespace="{subject.namespace}", {self.source}="{subject.name}"}}'


@dataclass(frozen=True, kw_only=True)
class ChecksPass:
    """The checks of an endpoint's data, or of its model, that pass. One that cannot tell is none of them."""

    promise: Literal["data-quality", "model-quality"]

    promised = "must pass"

    @property
    def loss(self) -> str:
        """The sentence of checks that failed."""
        return f"fails {{share}} of the checks of its {self.promise.removesuffix('-quality')}"

    def good(self, subject: Subject) -> str:
        """The share of checks that pass at this moment; nothing while none can tell."""
        kinds = DATA_CHECKS if self.promise == "data-quality" else MODEL_CHECKS
        labels = f'namespace="{subject.namespace}", endpoint="{subject.name}", kind=~"{"|".join(kinds)}"'
        # No comparison lets NaN pass. Of two exporters the one that says "failed" is believed.
        return f"avg(min by (monitor) ({CHECK_PASSED}{{{labels}}} >= 0))"

    def events(self, subject: Subject, window: str) -> str:
        """Looks per second."""
        return looks(subject.slo(self.promise), window)

    def bad(self, subject: Subject, window: str) -> str:
        """Looks per second, weighted by the share of checks that failed."""
        return bad_looks(subject.slo(self.promise), window)


@dataclass(frozen=True, kw_only=True)
class Answered:
    """The probes of an endpoint that it answers: requests of the platform's own, whether or not anybody else calls."""

    promised = "of the probes must be answered"
    loss = "leaves {share} of its probes without an answer"

    def good(self, subject: Subject) -> str:
        """1 while the endpoint answers and 0 while it does not; nothing while nobody asks."""
        # No comparison lets NaN pass.
        return f'min(probe_success{{job="{subject.probe}"}} >= 0)'

    def events(self, subject: Subject, window: str) -> str:
        """Looks per second."""
        return looks(subject.slo("probe"), window)

    def bad(self, subject: Subject, window: str) -> str:
        """Looks per second at which the last probe had no answer."""
        return bad_looks(subject.slo("probe"), window)


Sampled = Fresh | ChecksPass | Answered
"""An indicator of time."""


def looks(slo: str, window: str) -> str:
    """Looks per second over a window: fewer where some found nothing."""
    return f'count_over_time({GOOD}{{sloth_id="{slo}"}}[{window}]) / {seconds(window)}'


def bad_looks(slo: str, window: str) -> str:
    """Bad looks per second over a window."""
    good = f'{GOOD}{{sloth_id="{slo}"}}[{window}]'
    # Sums of shares are rounded, so that no bad look may come out as less than none.
    return f"clamp_min(count_over_time({good}) - sum_over_time({good}), 0) / {seconds(window)}"
