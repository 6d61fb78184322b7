"""Cost Explorer: anomaly monitors and subscriptions."""

from typing import Any

from paved.aws.creating.api import Api
from paved.aws.creating.documents import json_object
from paved.aws.creating.fitting import fitted, pairs
from paved.aws.creating.inputs import Inputs
from paved.aws.creating.registry import Created, creates

_NESTED = {"ands": "And", "ors": "Or"}
_LEAVES = {"dimension": "Dimensions", "costCategory": "CostCategories", "tags": "Tags"}


@creates("aws:costexplorer/anomalyMonitor:AnomalyMonitor")
def anomaly_monitor(inputs: Inputs, api: Api) -> Created:
    specification = inputs.take("monitorSpecification")
    shape: Any = api.shape("ce", "CreateAnomalyMonitor").members["AnomalyMonitor"]
    monitor = fitted(inputs, shape, {"name": "MonitorName"})
    if specification is not None:
        monitor["MonitorSpecification"] = json_object(specification)
    request = {"AnomalyMonitor": monitor, "ResourceTags": pairs(api.tags(inputs)) or None}
    api.call("ce", "CreateAnomalyMonitor", request)
    return _made(api, "anomalymonitor")


@creates("aws:costexplorer/anomalySubscription:AnomalySubscription")
def anomaly_subscription(inputs: Inputs, api: Api) -> Created:
    threshold = inputs.block("thresholdExpression")
    shape: Any = api.shape("ce", "CreateAnomalySubscription").members["AnomalySubscription"]
    renamed = {"name": "SubscriptionName", "monitorArnLists": "MonitorArnList", "thresholdExpression": None}
    subscription = fitted(inputs, shape, renamed)
    if threshold is not None:
        subscription["ThresholdExpression"] = _expression(threshold)
    request = {"AnomalySubscription": subscription, "ResourceTags": pairs(api.tags(inputs)) or None}
    api.call("ce", "CreateAnomalySubscription", request)
    return _made(api, "anomalysubscription")


def _made(api: Api, kind: str) -> Created:
    arn = api.arn("ce", f"{kind}/{api.made_up_uuid(kind)}", regional=False)
    return Created(id=arn, outputs={"arn": arn})


def _expression(inputs: Inputs) -> dict[str, Any]:
    """Cost Explorer's own language of conditions, which the provider spells in the singular and the plural."""
    made: dict[str, Any] = {
        member: [_expression(block) for block in inputs.blocks(key)]
        for key, member in _NESTED.items()
        if key in inputs
    }
    if (negated := inputs.block("not")) is not None:
        made["Not"] = _expression(negated)
    for key, member in _LEAVES.items():
        if (leaf := inputs.block(key)) is not None:
            made[member] = {
                "Key": leaf.take("key"),
                "Values": leaf.take("values"),
                "MatchOptions": leaf.take("matchOptions"),
            }
    return made
