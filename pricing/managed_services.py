"""The cost of small managed services: MLflow servers, budgets with actions, KMS keys, SNS topics, SQS queues."""

from collections.abc import Iterator
from decimal import Decimal

from pricing.cost_components import CostComponent, gap, metered
from pricing.cost_range import CostRange
from pricing.money import DAYS_A_MONTH, HOURS_A_MONTH
from pricing.pricing_inputs import PricingInputs
from pricing.resources import PricedResource, at


def tracking_server(resource: PricedResource, pricing_inputs: PricingInputs) -> Iterator[CostComponent]:
    """An MLflow server by its size, every hour that it is not stopped, and what it keeps of runs."""
    size = at(resource.inputs, "trackingServerSize")
    if not isinstance(size, str):
        yield gap("MLflow server", "its size is not known before `up`")
        return
    rate = pricing_inputs.rates.service(f"mlflow-{size.lower()}")
    yield metered("MLflow server", rate, CostRange.flat(HOURS_A_MONTH), note=f"{size}, never stopped")
    yield metered("MLflow metadata", pricing_inputs.rates.service("mlflow-metadata"), None)


def budget_action(resource: PricedResource, pricing_inputs: PricingInputs) -> Iterator[CostComponent]:
    """A day of a budget with an action. Which two of the account's are free, no plan of one stack can tell."""
    days = CostRange(floor=Decimal(0), low=Decimal(0), expected=DAYS_A_MONTH, ceiling=DAYS_A_MONTH)
    rate = pricing_inputs.rates.service("budget-with-actions")
    yield metered("budget with an action", rate, days, note="nothing for the first two of an account")


def key(resource: PricedResource, pricing_inputs: PricingInputs) -> Iterator[CostComponent]:
    """A customer managed key, and the requests that use it."""
    yield metered("KMS key", pricing_inputs.rates.service("kms-key"), CostRange.flat(Decimal(1)))
    yield metered("requests", pricing_inputs.rates.service("kms-requests"), None)


def alarm(resource: PricedResource, pricing_inputs: PricingInputs) -> Iterator[CostComponent]:
    """An alarm on one metric."""
    yield metered("alarm", pricing_inputs.rates.service("cloudwatch-alarm"), CostRange.flat(Decimal(1)))


def topic(resource: PricedResource, pricing_inputs: PricingInputs) -> Iterator[CostComponent]:
    """E-mails from a topic."""
    yield metered("e-mails", pricing_inputs.rates.service("sns-emails"), None)


def queue(resource: PricedResource, pricing_inputs: PricingInputs) -> Iterator[CostComponent]:
    """Requests to a queue."""
    yield metered("requests", pricing_inputs.rates.service("sqs-requests"), None)
