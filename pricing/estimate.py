"""The estimate of one stack: every cost component, their total, and the prices that are missing from it."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date

from pricing import cluster
from pricing.catalogue import charges
from pricing.cost_components import CostComponent, CostKind
from pricing.cost_range import NOTHING, CostRange
from pricing.pricing_inputs import PricingInputs
from pricing.rates import Rates
from pricing.resources import PricedResource, PricedResources
from pricing.usage import Usage
from reference.prices import Price
from reference.vocabulary import EKS_CLUSTER


@dataclass(frozen=True, kw_only=True)
class EstimateLine:
    """A charge of one resource. `amount` is in whole cents."""

    urn: str
    type: str
    name: str
    component: str
    charge: CostComponent

    @property
    def amount(self) -> CostRange | None:
        """The figures of a month; None where there are none."""
        return self.charge.amount

    @property
    def area(self) -> str:
        """The area of the component that the resource is part of."""
        return self.component.partition("/")[0]


@dataclass(frozen=True, kw_only=True)
class Estimate:
    """A month of one stack at the prices of a day. What has no price is in no total, and is listed."""

    stack: str
    region: str
    as_of: date
    lines: tuple[EstimateLine, ...]
    notices: tuple[str, ...]

    @property
    def total(self) -> CostRange:
        """The sum of the priced lines."""
        return total(self.lines)

    def of(self, *kinds: CostKind) -> tuple[EstimateLine, ...]:
        """The lines of some kinds."""
        return tuple(line for line in self.lines if line.charge.kind in kinds)

    @property
    def is_complete(self) -> bool:
        """Whether there is a total at all: no accelerator, node, database or NAT gateway is without a price."""
        return not self.missing

    @property
    def missing(self) -> tuple[EstimateLine, ...]:
        """The lines without whose price there is no total."""
        return tuple(line for line in self.lines if line.charge.fails_closed)

    @property
    def prices(self) -> tuple[Price, ...]:
        """The rows of the price book that the figures rest on."""
        used: dict[tuple[str, str], Price] = {}
        for line in self.lines:
            for price in _used(line):
                used[price.item, price.region] = price
        return tuple(used[key] for key in sorted(used))

    @property
    def coverage(self) -> Mapping[CostKind, int]:
        """Count the resources of each kind. A resource is as sure as its least sure charge."""
        order = (CostKind.UNPRICED, CostKind.USAGE, CostKind.ASSUMED, CostKind.BASELINE, CostKind.FREE)
        kinds: dict[str, CostKind] = {}
        for line in self.lines:
            kind, known = line.charge.kind, kinds.get(line.urn, CostKind.FREE)
            kinds[line.urn] = min(kind, known, key=order.index)
        found = list(kinds.values())
        return {kind: found.count(kind) for kind in order}


def total(lines: Iterable[EstimateLine]) -> CostRange:
    """Add up lines, the unpriced ones left out."""
    return sum((line.amount for line in lines if line.amount), NOTHING)


def estimate(stack: str, resources: Iterable[PricedResource], rates: Rates, usage: Usage) -> Estimate:
    """Price every resource of a plan."""
    planned = PricedResources(resources)
    pricing_inputs = PricingInputs(resources=planned, rates=rates, usage=usage)
    lines: list[EstimateLine] = []
    for resource in planned:
        if resource.custom:
            lines += _lines(resource, pricing_inputs)
    notices = [cluster.support_notice(resource, rates.as_of) for resource in planned.of(EKS_CLUSTER)]
    return Estimate(
        stack=stack,
        region=rates.region,
        as_of=rates.as_of,
        lines=tuple(lines),
        notices=tuple(filter(None, notices)),
    )


def _lines(resource: PricedResource, pricing_inputs: PricingInputs) -> Iterator[EstimateLine]:
    component = pricing_inputs.resources.component(resource)
    for charge in charges(resource, pricing_inputs):
        yield EstimateLine(
            urn=resource.urn,
            type=resource.type,
            name=resource.name,
            component=component,
            charge=_in_cents(charge),
        )


def _in_cents(charge: CostComponent) -> CostComponent:
    """A charge whose figures are rounded once, so that printed lines add up to the printed total."""
    return replace(charge, amount=charge.amount.rounded()) if charge.amount else charge


def _used(line: EstimateLine) -> list[Price]:
    return [rate.price for rate in line.charge.rates if line.amount and rate.usd is not None and rate.price]
