"""The series that Prometheus scrapes of a team at most, and the cost of those that are kept long.

A scraped series costs nothing by itself: it is memory of a Prometheus that runs anyway. Only what is written to
Amazon's is paid for, by the sample.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal

from pricing.money import DAYS_A_MONTH
from pricing.pricing_inputs import PricingInputs
from pricing.resources import PricedResource, at, number
from pricing.telemetry import SAMPLES_A_DAY, SAMPLES_OF_A_UNIT
from reference.scraped_series import (
    GPU_SERIES,
    MODEL_SERVER_SERIES,
    POD_STATE,
    POD_USE,
    SCRAPED_TARGET,
    TRITON_GPU,
    SeriesOf,
)
from reference.vocabulary import GPU_RESOURCE, INFERENCE_SERVICE, RESOURCE_QUOTA

TRITON = "kserve-tritonserver"


@dataclass(frozen=True, kw_only=True)
class ScrapedPart:
    """Some things of one kind, and the series of each."""

    what: str
    count: int
    each: tuple[SeriesOf, ...]

    @property
    def series(self) -> int:
        """The series of all of them."""
        return self.count * sum(each.series for each in self.each)

    @property
    def kept(self) -> int:
        """Those that are kept where a platform keeps metrics."""
        return self.count * sum(each.kept for each in self.each)


@dataclass(frozen=True, kw_only=True)
class ScrapedSeries:
    """The parts of a team. `uncounted` are endpoints of a server whose series nobody has counted.

    `usd` is the price of a month's samples of what is kept; None where nobody read the price of one.
    """

    parts: tuple[ScrapedPart, ...]
    uncounted: tuple[str, ...]
    usd: Decimal | None

    @property
    def series(self) -> int:
        """All of them."""
        return sum(part.series for part in self.parts)

    @property
    def kept(self) -> int:
        """Those that are kept where a platform keeps metrics."""
        return sum(part.kept for part in self.parts)


def scraped_series(pricing_inputs: PricingInputs) -> ScrapedSeries | None:
    """The series of a team's endpoints, pods and GPUs at their most; None of a stack without a namespace."""
    quotas = [at(quota.inputs, "spec", "hard") or {} for quota in pricing_inputs.resources.of(RESOURCE_QUOTA)]
    if not quotas:
        return None
    endpoints = list(pricing_inputs.resources.of(INFERENCE_SERVICE))
    limits = {"pods": (POD_STATE, POD_USE), f"requests.{GPU_RESOURCE}": (GPU_SERIES,)}
    parts = [part for endpoint in endpoints for part in _endpoint(endpoint)]
    for key, each in limits.items():
        most = sum(int(number(hard.get(key)) or 0) for hard in quotas)
        what = "pods" if key == "pods" else "GPUs"
        parts.append(ScrapedPart(what=what, count=most, each=each))
    found = tuple(part for part in parts if part.count)
    samples = sum(part.kept for part in found) * SAMPLES_A_DAY * DAYS_A_MONTH
    rate = pricing_inputs.rates.service("prometheus-samples")
    return ScrapedSeries(
        parts=found,
        uncounted=tuple(_name(each) for each in endpoints if _runtime(each) not in MODEL_SERVER_SERIES),
        usd=None if rate.usd is None else samples / SAMPLES_OF_A_UNIT * rate.usd,
    )


def _endpoint(endpoint: PricedResource) -> Iterator[ScrapedPart]:
    """The replicas of an endpoint, and GPUs that its server reads; nothing while their number is not known."""
    most, server = number(at(endpoint.inputs, "spec", "predictor", "maxReplicas")), _runtime(endpoint)
    exported = MODEL_SERVER_SERIES.get(server)
    if most is None or exported is None:
        return
    yield ScrapedPart(what=f"replicas of {_name(endpoint)}", count=int(most), each=(exported, SCRAPED_TARGET))
    limits = at(endpoint.inputs, "spec", "predictor", "model", "resources", "limits") or {}
    gpus = int(number(limits.get(GPU_RESOURCE)) or 0) if server == TRITON else 0
    yield ScrapedPart(
        what=f"GPUs as {_name(endpoint)} reads them", count=int(most) * gpus, each=(TRITON_GPU,)
    )


def _runtime(endpoint: PricedResource) -> str:
    return str(at(endpoint.inputs, "spec", "predictor", "model", "runtime"))


def _name(endpoint: PricedResource) -> str:
    return str(at(endpoint.inputs, "metadata", "name"))
