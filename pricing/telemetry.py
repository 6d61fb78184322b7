"""The cost of telemetry that is kept outside of the cluster."""

from collections.abc import Iterator
from decimal import Decimal

from pricing.cost_components import CostComponent, gap, metered
from pricing.cost_range import CostRange
from pricing.money import DAYS_A_MONTH
from pricing.pricing_inputs import PricingInputs
from pricing.resources import PricedResource, at, items, number
from reference.vocabulary import AMP_WORKSPACE_CONFIGURATION

SAMPLES_A_DAY = Decimal(24 * 60 * 2)
"""Of one series: one each 30 seconds, as Prometheus scrapes."""
SAMPLES_OF_A_UNIT = Decimal(10_000_000)
BYTES_OF_A_SAMPLE = Decimal(2)
"""The upper of the one or two that AWS's page of prices names; labels come to little beside the samples of a month."""
SERIES_IN_A_THOUSAND = Decimal(1000)
GIB = Decimal(2**30)


def workspace(resource: PricedResource, pricing_inputs: PricingInputs) -> Iterator[CostComponent]:
    """The samples that a workspace takes in a month, and those gathered by the end of its retention.

    The price is that of the first 2 billion samples, the dearest; the ceiling is the limit of series.
    """
    rates, assumed = pricing_inputs.rates, pricing_inputs.usage.amount("kept_series_thousand")
    limits = _limits(resource, pricing_inputs)
    if limits is None:
        yield gap("samples taken in", "the limits of the workspace are not known before `up`")
        return
    most, days = limits
    series = min(assumed.amount * SERIES_IN_A_THOUSAND, most)
    by_day = CostRange(floor=Decimal(0), low=series, expected=series, ceiling=most) * SAMPLES_A_DAY
    starred = assumed.is_default
    taken = by_day * (DAYS_A_MONTH / SAMPLES_OF_A_UNIT)
    note = f"{series.normalize():f} series, at most {most:f}, each 30 seconds"
    rate = rates.service("prometheus-samples")
    yield metered("samples taken in", rate, taken, assumed=True, starred=starred, note=note)
    kept = by_day * (days * BYTES_OF_A_SAMPLE / GIB)
    rate = rates.service("prometheus-storage")
    yield metered("samples kept", rate, kept, assumed=True, starred=starred, note=f"{days:f} days of them")
    yield metered("samples that queries read", rates.service("prometheus-queries"), None)


def spans(resource: PricedResource, pricing_inputs: PricingInputs) -> Iterator[CostComponent]:
    """The spans of an account that X-Ray keeps in CloudWatch Logs, at the price of logs.

    X-Ray makes the log group, so that nobody knows here for how long it keeps them. One in a hundred is indexed for
    nothing.
    """
    if at(resource.inputs, "destination") != "CloudWatchLogs":
        yield gap("traces recorded", "X-Ray's own price of a trace was not read")
        return
    rates, assumed = pricing_inputs.rates, pricing_inputs.usage.amount("span_gb")
    note = f"{assumed.amount:f} GB a month"
    written = CostRange.usage(assumed.amount)
    rate = rates.service("logs-ingested")
    yield metered("spans written", rate, written, assumed=True, starred=assumed.is_default, note=note)
    yield metered("spans kept", rates.service("logs-stored"), None)


def _limits(resource: PricedResource, pricing_inputs: PricingInputs) -> tuple[Decimal, Decimal] | None:
    """The most series of a workspace, and the days that it keeps their samples."""
    for found in pricing_inputs.resources.beside(resource, AMP_WORKSPACE_CONFIGURATION):
        given = items(at(found.inputs, "limitsPerLabelSets"))
        most = sum((number(at(each, "limits", "maxSeries")) or Decimal(0) for each in given), Decimal(0))
        days = number(at(found.inputs, "retentionPeriodInDays"))
        return (most, days) if most and days else None
    return None
