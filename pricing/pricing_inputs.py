"""What every charge is computed from: the plan's resources, the rates of its region, and the work that is expected."""

from dataclasses import dataclass

from pricing.rates import Rates
from pricing.resources import PricedResources
from pricing.usage import Usage


@dataclass(frozen=True, kw_only=True)
class PricingInputs:
    """One stack, one day."""

    resources: PricedResources
    rates: Rates
    usage: Usage
