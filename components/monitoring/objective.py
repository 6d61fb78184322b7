"""An objective over 30 days: of what, by which indicator, and the names of its series in Prometheus."""

from dataclasses import dataclass, replace
from decimal import Decimal
from typing import Literal, Self

from components.monitoring.burn_rate import Urgency
from components.monitoring.indicators import InTime, Outcomes
from components.monitoring.samples import Sampled
from components.monitoring.subject import Subject

Severity = Literal["page", "page-in-hours", "ticket"]

SEVERITIES: dict[int, dict[Urgency, Severity]] = {
    1: {"page": "page", "ticket": "ticket"},
    2: {"page": "page-in-hours", "ticket": "ticket"},
    3: {"page": "ticket", "ticket": "ticket"},
}
"""The severity of an alert by the tier of its endpoint and its urgency."""

COST_RATE_SEVERITY: Severity = "page-in-hours"
"""The severity of a pace of spend that is too fast: by night nobody ends what a team has asked to run."""

Promise = Literal["availability", "latency", "ttft", "freshness", "data-quality", "model-quality", "probe"]
"""The kinds of objectives. None ends in a hyphen and another one, which keeps the names of SLOs apart."""

Indicator = Outcomes | InTime | Sampled
"""A measure of what is good: events of a counter, or the time in which a series is as it should be."""


@dataclass(frozen=True, kw_only=True)
class Objective:
    """The share of an indicator's events that must be good over 30 days.

    Under `min_events_per_hour`, averaged over an alert's long window, no burn-rate alert fires. The rules take an
    objective whose namespace is known.
    """

    subject: Subject
    promise: Promise
    percent: Decimal
    min_events_per_hour: int
    indicator: Indicator

    @property
    def id(self) -> str:
        """The SLO's own name, one per objective of all stacks."""
        return self.subject.slo(self.promise)

    @property
    def identity(self) -> dict[str, str]:
        """The labels of every series and alert of the SLO, as sloth names them."""
        return {"sloth_id": self.id, "sloth_service": self.subject.service, "sloth_slo": self.promise}

    def in_namespace(self, namespace: str) -> Self:
        """The same objective, its namespace known."""
        return replace(self, subject=replace(self.subject, namespace=namespace))
