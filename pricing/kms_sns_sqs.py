"""What keys, topics and queues cost."""

from collections.abc import Iterator
from decimal import Decimal

from pricing.cost_components import Charge, metered
from pricing.cost_range import Figures
from pricing.pricing_inputs import Setting
from pricing.resources import Resource


def key(resource: Resource, setting: Setting) -> Iterator[Charge]:
    """A customer managed key, and the requests that use it."""
    yield metered("KMS key", setting.rates.service("kms-key"), Figures.flat(Decimal(1)))
    yield metered("requests", setting.rates.service("kms-requests"), None)


def topic(resource: Resource, setting: Setting) -> Iterator[Charge]:
    """What a topic sends by e-mail."""
    yield metered("e-mails", setting.rates.service("sns-emails"), None)


def queue(resource: Resource, setting: Setting) -> Iterator[Charge]:
    """Requests to a queue."""
    yield metered("requests", setting.rates.service("sqs-requests"), None)
