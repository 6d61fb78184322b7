"""The series that the rules of a stack record, and the cost of keeping them long."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta
from decimal import Decimal

from pricing.money import DAYS_A_MONTH
from pricing.pricing_inputs import PricingInputs
from pricing.resources import at, items
from pricing.telemetry import SAMPLES_OF_A_UNIT
from reference.durations import duration
from reference.vocabulary import PROMETHEUS_RULE

DEFAULT_INTERVAL = timedelta(seconds=30)
"""Of a group that names none, or 0, by the operator's `evaluationInterval`."""
_DAY, _TICK = timedelta(days=1), timedelta(milliseconds=1)


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
    a_day = (Decimal(_DAY // _TICK) / (interval // _TICK) for interval in intervals)
    samples = sum(a_day, Decimal(0)) * DAYS_A_MONTH
    rate = pricing_inputs.rates.service("prometheus-samples")
    usd = None if rate.usd is None else samples / SAMPLES_OF_A_UNIT * rate.usd
    return RecordedSeries(rules=len(intervals), samples=samples, usd=usd)


def _intervals(pricing_inputs: PricingInputs) -> Iterator[timedelta]:
    """The time between two samples of each recording rule."""
    for resource in pricing_inputs.resources.of(PROMETHEUS_RULE):
        for group in items(at(resource.inputs, "spec", "groups")):
            for rule in items(at(group, "rules")):
                if at(rule, "record"):
                    yield duration(at(group, "interval") or "0") or DEFAULT_INTERVAL
