"""Log groups, event rules and targets."""

import json

import pytest

GROUP = "aws:cloudwatch/logGroup:LogGroup"
RULE = "aws:cloudwatch/eventRule:EventRule"
TARGET = "aws:cloudwatch/eventTarget:EventTarget"
SPOT = json.dumps({"source": ["aws.ec2"], "detail": {"state": ["running"]}})


def logs_key(account):
    statement = {
        "Sid": "A",
        "Effect": "Allow",
        "Principal": {"Service": "logs.us-east-1.amazonaws.com"},
        "Action": ["kms:Encrypt"],
        "Resource": ["*"],
    }
    policy = json.dumps({"Version": "2012-10-17", "Statement": [statement]})
    return account.create("aws:kms/key:Key", {"policy": policy}, name="logs")[1]["arn"]


def test_a_log_group_has_its_retention_its_key_and_its_tags(account):
    key = logs_key(account)
    inputs = {"name": "/paved/a", "retentionInDays": 400, "kmsKeyId": key, "skipDestroy": True}
    id, outputs = account.create(GROUP, inputs)
    logs = account.client("logs")
    (group,) = logs.describe_log_groups(logGroupNamePrefix="/paved/a")["logGroups"]
    assert (group["retentionInDays"], group["kmsKeyId"]) == (400, key)
    assert id == "/paved/a"
    assert outputs["arn"] == "arn:aws:logs:us-east-1:111122223333:log-group:/paved/a"
    assert logs.list_tags_for_resource(resourceArn=outputs["arn"])["tags"] == {
        "team": "vision",
        "service": "test",
    }


def test_a_log_group_may_be_kept_for_ever(account):
    account.create(GROUP, {"name": "/a", "retentionInDays": 0})
    assert account.calls == ["logs.CreateLogGroup"]


def test_a_retention_that_logs_does_not_offer_is_refused(account):
    (said,) = account.rejections(GROUP, {"name": "/a", "retentionInDays": 31})
    assert said.startswith("logs.PutRetentionPolicy `retentionInDays`: must be one of 1, 3, 5, 7, 14, 30, 60")
    assert said.endswith(", got 31")


def test_a_key_that_is_not_there_is_refused(account):
    arn = "arn:aws:kms:us-east-1:111122223333:key/00000000-0000-0000-0000-000000000000"
    (said,) = account.rejections(GROUP, {"name": "/a", "kmsKeyId": arn})
    assert said == f"logs.CreateLogGroup `kmsKeyId`: must name a KMS key that exists by now, got '{arn}'"


def test_a_key_that_logs_may_not_use_is_refused(account):
    (said,) = account.rejections(GROUP, {"name": "/a", "kmsKeyId": account.key("logs")})
    assert "must name a KMS key whose policy lets logs.us-east-1.amazonaws.com use it" in said


def test_a_key_that_is_switched_off_is_refused(account):
    _, key = account.create("aws:kms/key:Key", {"isEnabled": False})
    (said,) = account.rejections(GROUP, {"name": "/a", "kmsKeyId": key["arn"]})
    assert "must name a KMS key in use, this one is Disabled" in said


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
