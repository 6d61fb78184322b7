"""Cost Explorer: anomaly monitors and subscriptions. An audit does not read them: each answer costs money."""

from typing import Any

from paved.aws.creating.api import Api
from paved.aws.creating.documents import json_object
from paved.aws.creating.inputs import Inputs
from paved.aws.creating.registry import Created, creates
from paved.aws.creating.request import pairs, request_members
from paved.aws.reading.audited_types import COSTS
from reference.vocabulary import ANOMALY_SUBSCRIPTION

ANOMALY_MONITOR = "aws:costexplorer/anomalyMonitor:AnomalyMonitor"
MOTO_UNSUPPORTED = ("ce.CreateAnomalyMonitor", "ce.CreateAnomalySubscription")
NOT_COMPARED = {ANOMALY_MONITOR: COSTS, ANOMALY_SUBSCRIPTION: COSTS}

_NESTED = {"ands": "And", "ors": "Or"}
_LEAVES = {"dimension": "Dimensions", "costCategory": "CostCategories", "tags": "Tags"}


@creates(ANOMALY_MONITOR)
def create_anomaly_monitor(inputs: Inputs, api: Api) -> Created:
    specification = inputs.take("monitorSpecification")
    shape: Any = api.shape("ce", "CreateAnomalyMonitor").members["AnomalyMonitor"]
    monitor = request_members(inputs, shape, {"name": "MonitorName"})
    if specification is not None:
        monitor["MonitorSpecification"] = json_object(specification)
    request = {"AnomalyMonitor": monitor, "ResourceTags": pairs(api.tags(inputs)) or None}
    api.call("ce", "CreateAnomalyMonitor", request)
    return _created(api, "anomalymonitor")


@creates(ANOMALY_SUBSCRIPTION)
def create_anomaly_subscription(inputs: Inputs, api: Api) -> Created:
    threshold = inputs.block("thresholdExpression")
    shape: Any = api.shape("ce", "CreateAnomalySubscription").members["AnomalySubscription"]
    renamed = {"name": "SubscriptionName", "monitorArnLists": "MonitorArnList", "thresholdExpression": None}
    subscription = request_members(inputs, shape, renamed)
    if threshold is not None:
        subscription["ThresholdExpression"] = _expression(threshold)
    request = {"AnomalySubscription": subscription, "ResourceTags": pairs(api.tags(inputs)) or None}
    api.call("ce", "CreateAnomalySubscription", request)
    return _created(api, "anomalysubscription")


def _created(api: Api, kind: str) -> Created:
    arn = api.arn("ce", f"{kind}/{api.generated_uuid(kind)}", regional=False)
    return Created(id=arn, outputs={"arn": arn})


def _expression(inputs: Inputs) -> dict[str, Any]:
    """An expression in Cost Explorer's own language, which the provider spells in the singular and the plural."""
    expression: dict[str, Any] = {}
    for key, member in _NESTED.items():
        if key in inputs:
            expression[member] = [_expression(block) for block in inputs.blocks(key)]
    if (negated := inputs.block("not")) is not None:
        expression["Not"] = _expression(negated)
    for key, member in _LEAVES.items():
        if (leaf := inputs.block(key)) is not None:
            expression[member] = {
                "Key": leaf.take("key"),
                "Values": leaf.take("values"),
                "MatchOptions": leaf.take("matchOptions"),
            }
    return expression
