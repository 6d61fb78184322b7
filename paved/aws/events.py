"""EventBridge: rules and their targets."""

from typing import Any

from paved.aws.creating.api import Api
from paved.aws.creating.documents import json_object
from paved.aws.creating.existence import require_role
from paved.aws.creating.inputs import Inputs
from paved.aws.creating.registry import Created, creates
from paved.aws.creating.rejections import refused
from paved.aws.creating.request import pairs, request_members
from paved.aws.reading.audited_types import PROVIDER, reads
from paved.aws.reading.facts import Content, Found
from paved.aws.reading.lookup import Lookup, camel_case, first, tag_map
from paved.aws.services import iam_actions
from reference.vocabulary import EVENT_RULE, EVENT_TARGET

IAM_ACTIONS = iam_actions("events", "DescribeRule", "ListTagsForResource", "ListTargetsByRule")

DEFAULT_BUS = "default"
_TARGET_REQUEST = {
    "targetId": "Id",
    "sqsTarget": "SqsParameters",
    "inputTransformer.inputPaths": "InputPathsMap",
}


@creates(EVENT_RULE)
def create_rule(inputs: Inputs, api: Api) -> Created:
    request = api.request("events", "PutRule", inputs)
    pattern = request.get("EventPattern")
    if pattern is not None and not _is_pattern(json_object(pattern)):
        rule = "must be a JSON object whose leaves are lists"
        raise refused("events.PutRule", "EventPattern", rule, pattern)
    inputs.leave_to_provider("forceDestroy")
    arn = api.call("events", "PutRule", {**request, "Tags": pairs(api.tags(inputs))})["RuleArn"]
    return Created(id=_id(request), outputs={"arn": arn, "eventBusName": _bus(request)})


@creates(EVENT_TARGET)
def create_target(inputs: Inputs, api: Api) -> Created:
    shape: Any = api.shape("events", "PutTargets").members["Targets"]
    request = {"Rule": inputs.take("rule"), "EventBusName": inputs.take("eventBusName")}
    target = {
        "Id": f"terraform-{api.generated_hex('target', 26)}",  # the provider's own way when none is given
        **request_members(inputs, shape.member, _TARGET_REQUEST),
    }
    require_role(api, "events.PutTargets", "Targets[0].RoleArn", target.get("RoleArn"))
    inputs.leave_to_provider("forceDestroy")
    answer = api.call("events", "PutTargets", {**request, "Targets": [target]})
    for entry in answer.get("FailedEntries", []):
        raise refused("events.PutTargets", "Targets[0]", entry["ErrorMessage"], target)
    id = f"{_id({'Name': request['Rule'], 'EventBusName': request['EventBusName']})}-{target['Id']}"
    return Created(id=id, outputs={"targetId": target["Id"], "eventBusName": _bus(request)})


def _bus(request: dict[str, Any]) -> str:
    return request.get("EventBusName") or DEFAULT_BUS


def _id(request: dict[str, Any]) -> str:
    bus, name = _bus(request), request["Name"]
    return str(name) if bus == DEFAULT_BUS else f"{bus}/{name}"


def _is_pattern(node: Any) -> bool:
    return isinstance(node, dict) and bool(node) and all(map(_is_pattern_value, node.values()))


def _is_pattern_value(value: Any) -> bool:
    return (isinstance(value, list) and bool(value)) or _is_pattern(value)


@reads(
    EVENT_RULE,
    "settings",
    ("name", "eventBusName"),
    left_out={"forceDestroy": PROVIDER},
    assumed={"state": "ENABLED"},
    documents=("eventPattern",),
    tagged=True,
)
def read_rule(lookup: Lookup) -> Found:
    name, bus = lookup.name("name"), lookup.inputs.get("eventBusName", DEFAULT_BUS)
    rule = lookup.ask("events.DescribeRule", Name=name, EventBusName=bus)
    return Found(
        names=(name, rule["Arn"]),
        properties={
            "description": rule.get("Description"),
            "eventPattern": rule.get("EventPattern"),
            "roleArn": rule.get("RoleArn"),
            "scheduleExpression": rule.get("ScheduleExpression"),
            "state": rule.get("State"),
        },
        tags=lambda: tag_map(lookup.ask("events.ListTagsForResource", ResourceARN=rule["Arn"])["Tags"]),
        contents={"target": lambda: [_content(name, each) for each in _targets(lookup, name, bus)]},
    )


@reads(
    EVENT_TARGET,
    "settings",
    ("rule", "targetId", "eventBusName"),
    left_out={"forceDestroy": PROVIDER},
    # A target that is handed a text of its own learns nothing of what happened.
    assumed={"input": "", "inputPath": ""},
)
def read_target(lookup: Lookup) -> Found:
    rule, id = lookup.name("rule"), lookup.name("targetId")
    bus = lookup.inputs.get("eventBusName", DEFAULT_BUS)
    target = first([each for each in _targets(lookup, rule, bus) if each["Id"] == id])
    transformer = target.get("InputTransformer", {})
    properties = {
        **camel_case(target),
        "inputTransformer": {
            "inputPaths": transformer.get("InputPathsMap"),
            "inputTemplate": transformer.get("InputTemplate"),
        },
        "sqsTarget": target.get("SqsParameters"),
    }
    return Found(names=(f"{rule}-{id}",), properties=properties)


def _targets(lookup: Lookup, rule: str, bus: str) -> list[Any]:
    return lookup.pages("events.ListTargetsByRule", "Targets", Rule=rule, EventBusName=bus)


def _content(rule: str, target: dict[str, Any]) -> Content:
    return Content(kind="target", name=f"{rule}-{target['Id']}", label=target["Arn"], concern="settings")
