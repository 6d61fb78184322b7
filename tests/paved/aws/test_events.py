"""EventBridge: rules and their targets."""

import json

import pytest

RULE = "aws:cloudwatch/eventRule:EventRule"
TARGET = "aws:cloudwatch/eventTarget:EventTarget"
SPOT = json.dumps({"source": ["aws.ec2"], "detail": {"state": ["running"]}})


def test_a_rule_sends_its_events_to_its_target(account):
    _, queue = account.create("aws:sqs/queue:Queue", {"name": "warnings"})
    id, outputs = account.create(RULE, {"name": "spot", "description": "Spot", "eventPattern": SPOT})
    target, _ = account.create(TARGET, {"rule": "spot", "targetId": "queue", "arn": queue["arn"]})
    events = account.client("events")
    rule = events.describe_rule(Name="spot")
    assert (rule["State"], rule["EventPattern"], rule["Description"]) == ("ENABLED", SPOT, "Spot")
    assert (id, target, outputs["arn"]) == ("spot", "spot-queue", rule["Arn"])
    (found,) = events.list_targets_by_rule(Rule="spot")["Targets"]
    assert found == {"Id": "queue", "Arn": queue["arn"]}
    tags = events.list_tags_for_resource(ResourceARN=rule["Arn"])["Tags"]
    assert {tag["Key"]: tag["Value"] for tag in tags} == {"team": "vision", "service": "test"}


def test_a_target_without_an_id_gets_the_same_one_every_time(account):
    account.create(RULE, {"name": "spot", "eventPattern": SPOT})
    arn = "arn:aws:sqs:us-east-1:111122223333:warnings"
    id, outputs = account.create(TARGET, {"rule": "spot", "arn": arn})
    assert id == f"spot-{outputs['targetId']}"
    assert outputs["targetId"].startswith("terraform-")


@pytest.mark.parametrize(
    "pattern", ["nope", "[]", "{}", '{"source": "aws.ec2"}', '{"detail": {"state": "x"}}', '{"a": []}']
)
def test_an_event_pattern_is_read(account, pattern):
    (said,) = account.rejections(RULE, {"name": "spot", "eventPattern": pattern})
    assert said.startswith("events.PutRule `EventPattern`: must be a JSON object whose leaves are lists")


def test_a_target_of_a_rule_that_is_not_there_is_refused(account):
    arn = "arn:aws:sqs:us-east-1:111122223333:warnings"
    assert account.rejections(TARGET, {"rule": "nothing", "targetId": "queue", "arn": arn})


def test_a_target_is_told_in_words(account):
    _, topic = account.create("aws:sns/topic:Topic", {"name": "alerts"})
    account.create(RULE, {"name": "spot", "eventPattern": SPOT})
    said = {"inputPaths": {"state": "$.detail.state"}, "inputTemplate": '"It is <state>."'}
    account.create(
        TARGET, {"rule": "spot", "targetId": "topic", "arn": topic["arn"], "inputTransformer": said}
    )
    (found,) = account.client("events").list_targets_by_rule(Rule="spot")["Targets"]
    assert found["InputTransformer"] == {
        "InputPathsMap": {"state": "$.detail.state"},
        "InputTemplate": '"It is <state>."',
    }
