"""The cost of an account's records and of looking for attacks in them."""

from collections.abc import Iterator
from decimal import Decimal

from pricing.cost_components import CostComponent, free, gap, metered
from pricing.cost_range import CostRange
from pricing.pricing_inputs import PricingInputs
from pricing.resources import PricedResource, at, items

EVENTS_IN_A_MILLION = Decimal(10)
"""Data events are priced by the 100,000."""
ITEMS_IN_A_THOUSAND = Decimal(1000)

FEATURES = {
    "EBS_MALWARE_PROTECTION": ("disks scanned for malware", "guardduty-malware-scans"),
    "EKS_AUDIT_LOGS": ("audit logs of Kubernetes looked through", "guardduty-kubernetes-audit"),
    "RUNTIME_MONITORING": ("processes watched, by the vCPU", "guardduty-runtime"),
    "S3_DATA_EVENTS": ("calls on objects looked through", "guardduty-s3-events"),
}
"""The cost of a feature of GuardDuty, and its item of the price book."""


def trail(resource: PricedResource, pricing_inputs: PricingInputs) -> Iterator[CostComponent]:
    """A trail's events. The first copy of management events is free; a second trail of the account would not be."""
    yield free("management events", "the first copy in a region is free (infracost 95ba4f49 cloudtrail.go)")
    if any(_is_of_data(each) for each in items(at(resource.inputs, "advancedEventSelectors"))):
        rate = pricing_inputs.rates.service("cloudtrail-data-events")
        assumed = pricing_inputs.usage.amount("data_events_million")
        yield metered(
            "data events",
            rate,
            CostRange.usage(assumed.amount * EVENTS_IN_A_MILLION),
            assumed=True,
            starred=assumed.is_default,
            note=f"{assumed.amount:f} million",
        )


def detector(resource: PricedResource, pricing_inputs: PricingInputs) -> Iterator[CostComponent]:
    """GuardDuty's foundational sources, which every detector reads."""
    rates = pricing_inputs.rates
    yield metered("management events looked through", rates.service("guardduty-events"), None)
    yield metered("flow logs and DNS queries looked through", rates.service("guardduty-logs"), None)


def detector_feature(resource: PricedResource, pricing_inputs: PricingInputs) -> Iterator[CostComponent]:
    """The source that one GuardDuty feature reads, by what is in it."""
    name, status = str(at(resource.inputs, "name")), at(resource.inputs, "status")
    if status == "DISABLED":
        yield free(name, "switched off")
    elif name in FEATURES:
        what, item = FEATURES[name]
        yield metered(what, pricing_inputs.rates.service(item), None)
    else:
        yield gap("what it looks through", f"nobody has priced {name}")


def recorder(resource: PricedResource, pricing_inputs: PricingInputs) -> Iterator[CostComponent]:
    """Configuration items that AWS Config records, at the price of continuous recording."""
    if at(resource.inputs, "recordingMode", "recordingFrequency") == "DAILY":
        yield gap("items recorded daily", "no price was read")
        return
    assumed = pricing_inputs.usage.amount("config_items_thousand")
    yield metered(
        "items recorded",
        pricing_inputs.rates.service("config-items"),
        CostRange.usage(assumed.amount * ITEMS_IN_A_THOUSAND),
        assumed=True,
        starred=assumed.is_default,
        note=f"{assumed.amount:f} thousand",
    )


def analyzer(resource: PricedResource, pricing_inputs: PricingInputs) -> Iterator[CostComponent]:
    """Access from outside is analysed for nothing; unused access is charged by role and user."""
    if at(resource.inputs, "type") == "ACCOUNT":
        yield free("access from outside", "infracost 95ba4f49 registry.go, free resources")
    else:
        yield gap("unused access, by role", "no price was read")


def _is_of_data(selector: object) -> bool:
    fields = items(at(selector, "fieldSelectors"))
    return any(
        at(each, "field") == "eventCategory" and items(at(each, "equals")) == ("Data",) for each in fields
    )
