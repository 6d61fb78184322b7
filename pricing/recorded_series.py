"""The series that the rules of a stack record, and the cost of keeping them long."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from pricing.money import DAYS_A_MONTH
from pricing.pricing_inputs import PricingInputs
from pricing.resources import at, items
from pricing.telemetry import SAMPLES_OF_A_UNIT
from reference.vocabulary import PROMETHEUS_RULE

DEFAULT_INTERVAL = "30s"
"""Of a group that names none, by the operator's `evaluationInterval`."""
SECONDS: Mapping[str, int] = {"s": 1, "m": 60, "h": 3600}
SECONDS_A_DAY = Decimal(86_400)


@dataclass(frozen=True, kw_only=True)
class RecordedSeries:
    """Recording rules, each of which is one series or more, and their samples of a month if each is one.

    `usd` is the price of taking these samples in at Amazon Managed Service for Prometheus; None where nobody read it.
    """

    rules: int
    samples: Decimal
    usd: Decimal | None


def recorded_series(pricing_inputs: PricingInputs) -> RecordedSeries | None:
    """The series of every PrometheusRule of a plan; None where it has none that is known."""
    intervals = list(_intervals(pricing_inputs))
    if not intervals:
        return None
    samples = sum((SECONDS_A_DAY / interval for interval in intervals), Decimal(0)) * DAYS_A_MONTH
    rate = pricing_inputs.rates.service("prometheus-samples")
    usd = None if rate.usd is None else samples / SAMPLES_OF_A_UNIT * rate.usd
    return RecordedSeries(rules=len(intervals), samples=samples, usd=usd)


def _intervals(pricing_inputs: PricingInputs) -> Iterator[int]:
    """The seconds between two samples of each recording rule."""
    for resource in pricing_inputs.resources.of(PROMETHEUS_RULE):
        for group in items(at(resource.inputs, "spec", "groups")):
            for rule in items(at(group, "rules")):
                if at(rule, "record"):
                    yield _seconds(at(group, "interval") or DEFAULT_INTERVAL)


def _seconds(interval: Any) -> int:
    return int(interval[:-1]) * SECONDS[interval[-1]]
