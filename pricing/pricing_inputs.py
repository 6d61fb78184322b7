"""The inputs of every cost component: a plan's resources, the rates of its region, the expected work."""

from dataclasses import dataclass

from pricing.rates import Rates
from pricing.resources import PricedResources
from pricing.usage import Usage


@dataclass(frozen=True, kw_only=True)
class PricingInputs:
    """The inputs of one stack on one day."""

    resources: PricedResources
    rates: Rates
    usage: Usage
