"""What an EKS cluster and its managed nodes cost."""

from collections.abc import Iterator
from datetime import date
from decimal import Decimal

from pricing.cost_components import CostComponent, CostKind, gap, metered
from pricing.cost_range import CostRange
from pricing.money import HOURS_A_MONTH
from pricing.pricing_inputs import PricingInputs
from pricing.resources import PricedResource, at, items, number
from reference.prices import family_of_instance
from reference.releases import releases
from reference.vocabulary import LAUNCH_TEMPLATE


def cluster(resource: PricedResource, setting: PricingInputs) -> Iterator[CostComponent]:
    """The control plane, six times as dear once its Kubernetes version has left standard support."""
    version = at(resource.inputs, "version")
    ends = support_ends(version) if isinstance(version, str) else None
    if ends is None:
        yield gap("control plane", f"when Kubernetes {version} leaves standard support is not known")
        return
    extended = setting.rates.as_of > ends and is_extended(resource)
    item = "eks-extended-support" if extended else "eks-standard-support"
    kind = "extended" if extended else "standard"
    note = f"{kind} support of {version}, standard until {ends}"
    yield metered("control plane", setting.rates.service(item), CostRange.flat(HOURS_A_MONTH), note=note)


def support_notice(resource: PricedResource, as_of: date) -> str:
    """What happens when the cluster's version leaves standard support, in a sentence."""
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


def node_group(resource: PricedResource, setting: PricingInputs) -> Iterator[CostComponent]:
    """The managed nodes between their least and their most, and their root volumes."""
    scaling = [
        number(at(resource.inputs, "scalingConfig", f"{key}Size")) for key in ("min", "desired", "max")
    ]
    names = [str(name) for name in items(at(resource.inputs, "instanceTypes"))]
    if None in scaling or not names:
        yield gap("nodes", "their number or their types are not known before `up`")
        return
    least, wanted, most = (size or Decimal(0) for size in scaling)
    rates = [setting.rates.instance(name, family_of_instance(name)) for name in names]
    unknown = tuple(rate for rate in rates if rate.usd is None)
    if unknown:
        why = "; ".join(sorted({rate.why for rate in unknown}))
        yield CostComponent(what="nodes", kind=CostKind.UNPRICED, rates=unknown, note=why)
    else:
        hourly = sorted(rate.usd or Decimal(0) for rate in rates)
        yield CostComponent(
            what="nodes",
            kind=CostKind.BASELINE,
            amount=CostRange(
                floor=least * hourly[0],
                low=wanted * hourly[0],
                expected=wanted * hourly[-1],
                ceiling=most * hourly[-1],
            )
            * HOURS_A_MONTH,
            rates=tuple(rates),
            note=f"{least:f} to {most:f} of {', '.join(names)}, {wanted:f} to begin with",
        )
    yield _volumes(resource, setting, CostRange(floor=least, low=wanted, expected=wanted, ceiling=most))


def _volumes(resource: PricedResource, setting: PricingInputs, nodes: CostRange) -> CostComponent:
    templates = list(setting.resources.beside(resource, LAUNCH_TEMPLATE))
    devices = [each for template in templates for each in items(at(template.inputs, "blockDeviceMappings"))]
    sizes = [number(at(device, "ebs", "volumeSize")) for device in devices]
    if not sizes or None in sizes:
        return gap("root volumes", "their size is not known before `up`")
    total = sum((size for size in sizes if size), Decimal(0))
    return metered("root volumes gp3", setting.rates.service("ebs-gp3-storage"), nodes * total)
