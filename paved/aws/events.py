"""EventBridge: rules and their targets."""

from typing import Any

from paved.aws.creating.api import Api
from paved.aws.creating.documents import json_object
from paved.aws.creating.existence import refused, require_role
from paved.aws.creating.fitting import fitted, pairs
from paved.aws.creating.inputs import Inputs
from paved.aws.creating.registry import Created, creates

DEFAULT_BUS = "default"
RENAMED = {
    "targetId": "Id",
    "sqsTarget": "SqsParameters",
    "inputTransformer.inputPaths": "InputPathsMap",
}


@creates("aws:cloudwatch/eventRule:EventRule")
def rule(inputs: Inputs, api: Api) -> Created:
    request = api.fit("events", "PutRule", inputs)
    pattern = request.get("EventPattern")
    if pattern is not None and not _is_pattern(json_object(pattern)):
        rule = "must be a JSON object whose leaves are lists"
        raise refused("events.PutRule", "EventPattern", rule, pattern)
    inputs.leave_to_provider("forceDestroy")
    made = api.call("events", "PutRule", {**request, "Tags": pairs(api.tags(inputs))})
    return Created(id=_id(request), outputs={"arn": made["RuleArn"], "eventBusName": _bus(request)})


@creates("aws:cloudwatch/eventTarget:EventTarget")
def target(inputs: Inputs, api: Api) -> Created:
    shape: Any = api.shape("events", "PutTargets").members["Targets"]
    request = {"Rule": inputs.take("rule"), "EventBusName": inputs.take("eventBusName")}
    wanted = {
        "Id": f"terraform-{api.made_up('target', 26)}",  # the provider's own way when none is given
        **fitted(inputs, shape.member, RENAMED),
    }
    require_role(api, "events.PutTargets", "Targets[0].RoleArn", wanted.get("RoleArn"))
    inputs.leave_to_provider("forceDestroy")
    answer = api.call("events", "PutTargets", {**request, "Targets": [wanted]})
    for entry in answer.get("FailedEntries", []):
        raise refused("events.PutTargets", "Targets[0]", entry["ErrorMessage"], wanted)
    id = f"{_id({'Name': request['Rule'], 'EventBusName': request['EventBusName']})}-{wanted['Id']}"
    return Created(id=id, outputs={"targetId": wanted["Id"], "eventBusName": _bus(request)})


def _bus(request: dict[str, Any]) -> str:
    return request.get("EventBusName") or DEFAULT_BUS


def _id(request: dict[str, Any]) -> str:
    bus, name = _bus(request), request["Name"]
    return str(name) if bus == DEFAULT_BUS else f"{bus}/{name}"


def _is_pattern(node: Any) -> bool:
    return isinstance(node, dict) and bool(node) and all(map(_is_pattern_value, node.values()))


def _is_pattern_value(value: Any) -> bool:
    return (isinstance(value, list) and bool(value)) or _is_pattern(value)
