"""What AWS runs on its own and charges for by the hour or the day: tracking servers, budgets that act."""

from collections.abc import Iterator
from decimal import Decimal

from pricing.cost_components import CostComponent, gap, metered
from pricing.cost_range import CostRange
from pricing.money import HOURS_A_MONTH
from pricing.pricing_inputs import PricingInputs
from pricing.resources import PricedResource, at

DAYS_A_MONTH = HOURS_A_MONTH / 24


def tracking_server(resource: PricedResource, setting: PricingInputs) -> Iterator[CostComponent]:
    """An MLflow server by its size, every hour that it is not stopped, and what it keeps of runs."""
    size = at(resource.inputs, "trackingServerSize")
    if not isinstance(size, str):
        yield gap("MLflow server", "its size is not known before `up`")
        return
    rate = setting.rates.service(f"mlflow-{size.lower()}")
    yield metered("MLflow server", rate, CostRange.flat(HOURS_A_MONTH), note=f"{size}, never stopped")
    yield metered("MLflow metadata", setting.rates.service("mlflow-metadata"), None)


def budget_action(resource: PricedResource, setting: PricingInputs) -> Iterator[CostComponent]:
    """A day of a budget with an action. Which two of the account's are free, no plan of one stack can tell."""
    days = CostRange(floor=Decimal(0), low=Decimal(0), expected=DAYS_A_MONTH, ceiling=DAYS_A_MONTH)
    rate = setting.rates.service("budget-with-actions")
    yield metered("budget with an action", rate, days, note="nothing for the first two of an account")
