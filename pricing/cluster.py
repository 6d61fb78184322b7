"""The cost of an EKS cluster and its managed nodes."""

from collections.abc import Iterator
from datetime import date
from decimal import Decimal
from typing import Any

from pricing.cost_components import CostComponent, CostKind, closed_gap, gap, metered
from pricing.cost_range import CostRange
from pricing.money import HOURS_A_MONTH
from pricing.pricing_inputs import PricingInputs
from pricing.resources import PricedResource, at, items, number
from reference.prices import family_of_instance
from reference.releases import releases
from reference.vocabulary import LAUNCH_TEMPLATE


def cluster(resource: PricedResource, pricing_inputs: PricingInputs) -> Iterator[CostComponent]:
    """The control plane, six times as dear once its Kubernetes version has left standard support."""
    version = at(resource.inputs, "version")
    ends = support_ends(version) if isinstance(version, str) else None
    if ends is None:
        yield gap("control plane", f"when Kubernetes {version} leaves standard support is not known")
        return
    extended = pricing_inputs.rates.as_of > ends and is_extended(resource)
    item = "eks-extended-support" if extended else "eks-standard-support"
    kind = "extended" if extended else "standard"
    note = f"{kind} support of {version}, standard until {ends}"
    yield metered(
        "control plane", pricing_inputs.rates.service(item), CostRange.flat(HOURS_A_MONTH), note=note
    )


def support_notice(resource: PricedResource, as_of: date) -> str:
    """Say in a sentence what follows when the cluster's version leaves standard support."""
    version = at(resource.inputs, "version")
    ends = support_ends(version) if isinstance(version, str) else None
    if ends is None:
        return ""
    tense = "left" if as_of > ends else "leaves"
    then = (
        "the control plane costs six times as much" if is_extended(resource) else "AWS upgrades the cluster"
    )
    return f"Kubernetes {version} {tense} standard support on {ends}: after that {then}"


def is_extended(resource: PricedResource) -> bool:
    """Whether the cluster stays on its version after standard support."""
    return bool(at(resource.inputs, "upgradePolicy", "supportType") != "STANDARD")


def support_ends(version: str) -> date | None:
    """The last day of a Kubernetes version's standard support; None for a version that no release has."""
    return next((row.standard_support_ends for row in releases() if row.kubernetes == version), None)


def node_group(resource: PricedResource, pricing_inputs: PricingInputs) -> Iterator[CostComponent]:
    """The managed nodes between their least and their most, and their root volumes."""
    config = at(resource.inputs, "scalingConfig")
    least, wanted, most = (number(at(config, key)) for key in ("minSize", "desiredSize", "maxSize"))
    names = [str(name) for name in items(at(resource.inputs, "instanceTypes"))]
    if least is None or wanted is None or most is None or not names:
        yield closed_gap("nodes", resource.name, "their number or their types are not known before `up`")
        return
    rates = [pricing_inputs.rates.instance(name, family_of_instance(name)) for name in names]
    unknown = tuple(rate for rate in rates if rate.usd is None)
    if unknown:
        why = "; ".join(sorted({rate.why for rate in unknown}))
        yield CostComponent(what="nodes", kind=CostKind.UNPRICED, rates=unknown, note=why)
    else:
        hourly = sorted(rate.usd or Decimal(0) for rate in rates)
        cheapest, dearest = hourly[0] * HOURS_A_MONTH, hourly[-1] * HOURS_A_MONTH
        amount = CostRange(
            floor=least * cheapest, low=wanted * cheapest, expected=wanted * dearest, ceiling=most * dearest
        )
        yield CostComponent(
            what="nodes",
            kind=CostKind.BASELINE,
            amount=amount,
            rates=tuple(rates),
            note=f"{least:f} to {most:f} of {', '.join(names)}, {wanted:f} to begin with",
        )
    yield _volumes(
        resource, pricing_inputs, CostRange(floor=least, low=wanted, expected=wanted, ceiling=most)
    )


def _volumes(resource: PricedResource, pricing_inputs: PricingInputs, nodes: CostRange) -> CostComponent:
    devices: list[Any] = []
    for template in pricing_inputs.resources.beside(resource, LAUNCH_TEMPLATE):
        devices += items(at(template.inputs, "blockDeviceMappings"))
    sizes = [number(at(device, "ebs", "volumeSize")) for device in devices]
    if not sizes or None in sizes:
        return gap("root volumes", "their size is not known before `up`")
    total = sum((size for size in sizes if size), Decimal(0))
    return metered("root volumes gp3", pricing_inputs.rates.service("ebs-gp3-storage"), nodes * total)
