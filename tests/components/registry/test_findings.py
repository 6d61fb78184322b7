import json

import botocore.session
import pytest
from moto.events.models import EventPattern

from components.account import Account
from components.monitoring.notifications import Notifications, NotificationsArgs, topic_policy
from components.registry.findings import (
    ENHANCED_PATHS,
    ImageFindings,
    ImageFindingsArgs,
    basic_pattern,
    enhanced_pattern,
    severities_from,
)
from components.security.encryption_key import EncryptionKey, EncryptionKeyArgs
from components.security.key_policies import key_policy, used_by_events

ACCOUNT = Account(id="777788889999", region="eu-central-1", partition="aws")
TOPIC = "arn:aws:sns:eu-central-1:777788889999:paved-risk-prod-alerts"
RULE = "aws:cloudwatch/eventRule:EventRule"


def findings():
    key = EncryptionKey(
        "risk-prod",
        EncryptionKeyArgs(
            account=ACCOUNT,
            alias="paved-risk-prod",
            description="Data",
            policy=key_policy(ACCOUNT),
            deletion_window_days=30,
            protect=True,
        ),
    )
    args = NotificationsArgs(account=ACCOUNT, stack="risk-prod", key=key, notify=(), events=True, alarms=True)
    topic = Notifications("risk-prod", args)
    ImageFindings(
        "risk-prod-images",
        ImageFindingsArgs(account=ACCOUNT, stack="risk-prod", min_severity="HIGH", topic=topic),
    )


@pytest.fixture
def planned(plan_program):
    return plan_program(findings)


def scanned(repository="risk-prod/scoring", status="COMPLETE", **counts):
    """ECR's event of a basic scan, as its guide shows it."""
    return {
        "source": "aws.ecr",
        "detail-type": "ECR Image Scan",
        "detail": {
            "scan-status": status,
            "repository-name": repository,
            "finding-severity-counts": counts,
            "image-digest": "sha256:7f5b2640fe6fb4f46592dfd3410c4a79dac4f89e4782432e0378abcd1234",
            "image-tags": [],
        },
    }


def is_matched(event, min_severity="HIGH"):
    pattern = basic_pattern("risk-prod", severities_from(min_severity))
    return EventPattern(json.dumps(pattern), pattern).matches_event(event)


def test_a_severity_and_the_worse_ones_are_notified():
    assert severities_from("CRITICAL") == ("CRITICAL",)
    assert severities_from("MEDIUM") == ("CRITICAL", "HIGH", "MEDIUM")


@pytest.mark.parametrize("counts", [{"CRITICAL": 1}, {"HIGH": 9, "MEDIUM": 2}, {"CRITICAL": 1, "HIGH": 1}])
def test_a_scan_that_found_something_bad_is_notified(counts):
    assert is_matched(scanned(**counts))


@pytest.mark.parametrize(
    "event",
    [
        scanned(),
        scanned(MEDIUM=10, LOW=3),
        scanned(HIGH=0),
        scanned(HIGH=1, status="FAILED"),
        scanned(HIGH=1, repository="risk-prod-two/scoring"),
        scanned(HIGH=1, repository="vision-prod/risk-prod/a"),
    ],
)
def test_harmless_scans_and_images_of_others_are_not_notified(event):
    assert not is_matched(event)


def test_the_paths_of_inspector_events_stand_in_its_findings():
    """An event of Inspector holds a finding as its API has it."""
    model = botocore.session.get_session().get_service_model("inspector2")

    def members(shape, node, path=""):
        for key, value in node.items():
            inner = shape.members[key]
            inner = inner.member if inner.type_name == "list" else inner
            if isinstance(value, dict):
                yield from members(inner, value, f"{path}.{key}")
            else:
                yield f"{path}.{key}", inner, value

    found = list(members(model.shape_for("Finding"), enhanced_pattern("risk-prod", ["HIGH"])["detail"]))
    assert [path for path, _, _ in found] == [
        ".status",
        ".severity",
        ".resources.type",
        ".resources.details.awsEcrContainerImage.repositoryName",
    ]
    for _, shape, values in found:
        assert not shape.enum or set(values) <= set(shape.enum)
    top = model.shape_for("Finding").members
    assert {path.split(".")[2].partition("[")[0] for path in ENHANCED_PATHS.values()} <= set(top)


def test_each_rule_publishes_to_the_teams_topic(planned):
    targets = planned.of("aws:cloudwatch/eventTarget:EventTarget")
    assert [target.inputs["arn"] for target in targets] == [TOPIC, TOPIC]
    policy = planned.one("aws:sns/topicPolicy:TopicPolicy")
    topic = planned.one("aws:sns/topic:Topic")
    assert all({policy.urn, topic.urn} <= set(target.depends_on) for target in targets)


def test_every_word_in_brackets_is_a_path_of_the_event(planned):
    for target in planned.of("aws:cloudwatch/eventTarget:EventTarget"):
        transformer = target.inputs["inputTransformer"]
        text = json.loads(transformer["inputTemplate"])
        assert {part.split(">")[0] for part in text.split("<")[1:]} == set(transformer["inputPaths"])


def test_rules_publish_without_a_condition_and_alarms_with_one():
    """With a condition SNS refuses EventBridge, whatever it is."""
    listed = json.loads(topic_policy(TOPIC, alarms_of=ACCOUNT, events=True))["Statement"]
    alarms, rules = sorted(
        (each for each in listed if each["Effect"] == "Allow"), key=lambda each: each["Sid"]
    )
    assert rules["Principal"] == {"Service": "events.amazonaws.com"}
    assert "Condition" not in rules
    assert alarms["Principal"] == {"Service": "cloudwatch.amazonaws.com"}
    assert alarms["Condition"] == {
        "ArnLike": {"aws:SourceArn": "arn:aws:cloudwatch:eu-central-1:777788889999:alarm:*"},
        "StringEquals": {"aws:SourceAccount": "777788889999"},
    }


def test_an_alarm_tells_of_events_that_the_topic_did_not_take(planned):
    alarms = planned.of("aws:cloudwatch/metricAlarm:MetricAlarm")
    told = [each.inputs["dimensions"]["RuleName"] for each in alarms]
    assert sorted(told) == sorted(each.inputs["name"] for each in planned.of(RULE))
    for alarm in alarms:
        assert (alarm.inputs["namespace"], alarm.inputs["metricName"]) == ("AWS/Events", "FailedInvocations")
        assert (alarm.inputs["threshold"], alarm.inputs["comparisonOperator"]) == (0, "GreaterThanThreshold")
        assert alarm.inputs["alarmActions"] == [TOPIC]


def test_events_use_the_key_for_this_topic_alone():
    statement = used_by_events(TOPIC)
    assert statement["Condition"] == {"StringEquals": {"kms:EncryptionContext:aws:sns:topicArn": [TOPIC]}}
    assert statement["Action"] == ["kms:Decrypt", "kms:GenerateDataKey*"]
