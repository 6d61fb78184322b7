"""EventBridge: rules and their targets."""

from typing import Any

from paved.aws.reading.audited_types import PROVIDER, reads
from paved.aws.reading.facts import Content, Found
from paved.aws.reading.lookup import Lookup, first, tag_map

DEFAULT_BUS = "default"


@reads(
    "aws:cloudwatch/eventRule:EventRule",
    "settings",
    ("name", "eventBusName"),
    left_out={"forceDestroy": PROVIDER},
    assumed={"state": "ENABLED"},
    documents=("eventPattern",),
    tagged=True,
)
def rule(sought: Lookup) -> Found:
    name, bus = sought.name("name"), sought.inputs.get("eventBusName", DEFAULT_BUS)
    made = sought.ask("events.DescribeRule", Name=name, EventBusName=bus)
    return Found(
        names=(name, made["Arn"]),
        properties={
            "description": made.get("Description"),
            "eventPattern": made.get("EventPattern"),
            "roleArn": made.get("RoleArn"),
            "scheduleExpression": made.get("ScheduleExpression"),
            "state": made.get("State"),
        },
        tags=lambda: tag_map(sought.ask("events.ListTagsForResource", ResourceARN=made["Arn"])["Tags"]),
        contents=lambda: tuple(_content(name, each) for each in _targets(sought, name, bus)),
    )


@reads(
    "aws:cloudwatch/eventTarget:EventTarget",
    "settings",
    ("rule", "targetId", "eventBusName"),
    left_out={"forceDestroy": PROVIDER},
)
def target(sought: Lookup) -> Found:
    rule, id = sought.name("rule"), sought.name("targetId")
    bus = sought.inputs.get("eventBusName", DEFAULT_BUS)
    made = first([each for each in _targets(sought, rule, bus) if each["Id"] == id])
    spelt = {key[0].lower() + key[1:]: value for key, value in made.items()}
    transformer = made.get("InputTransformer", {})
    properties = {
        **spelt,
        "inputTransformer": {
            "inputPaths": transformer.get("InputPathsMap"),
            "inputTemplate": transformer.get("InputTemplate"),
        },
        "sqsTarget": made.get("SqsParameters"),
    }
    return Found(names=(f"{rule}-{id}",), properties=properties)


def _targets(sought: Lookup, rule: str, bus: str) -> list[Any]:
    return sought.pages("events.ListTargetsByRule", "Targets", Rule=rule, EventBusName=bus)


def _content(rule: str, made: dict[str, Any]) -> Content:
    return Content(kind="target", name=f"{rule}-{made['Id']}", label=made["Arn"], concern="settings")
