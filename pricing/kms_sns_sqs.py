"""What keys, topics and queues cost."""

from collections.abc import Iterator
from decimal import Decimal

from pricing.cost_components import CostComponent, metered
from pricing.cost_range import CostRange
from pricing.pricing_inputs import PricingInputs
from pricing.resources import PricedResource


def key(resource: PricedResource, setting: PricingInputs) -> Iterator[CostComponent]:
    """A customer managed key, and the requests that use it."""
    yield metered("KMS key", setting.rates.service("kms-key"), CostRange.flat(Decimal(1)))
    yield metered("requests", setting.rates.service("kms-requests"), None)


def topic(resource: PricedResource, setting: PricingInputs) -> Iterator[CostComponent]:
    """What a topic sends by e-mail."""
    yield metered("e-mails", setting.rates.service("sns-emails"), None)


def queue(resource: PricedResource, setting: PricingInputs) -> Iterator[CostComponent]:
    """Requests to a queue."""
    yield metered("requests", setting.rates.service("sqs-requests"), None)
