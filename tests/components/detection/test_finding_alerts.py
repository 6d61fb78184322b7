"""Findings of detectors go to the foundation's topic, and the topic admits them."""

import json

import pytest
from moto.events.models import EventPattern

from components.account import Account
from components.detection.finding_alerts import (
    NOTIFICATIONS,
    access_notification,
    threat_notification,
)

ACCOUNT = Account(id="111122223333", region="us-east-1", partition="aws")


def is_matched(event, source):
    pattern = NOTIFICATIONS[source]("prod").pattern
    return EventPattern(json.dumps(pattern), pattern).matches_event(event)


def threat(severity):
    """GuardDuty's event of a finding, as its guide shows it."""
    return {
        "source": "aws.guardduty",
        "detail-type": "GuardDuty Finding",
        "detail": {"severity": severity, "type": "UnauthorizedAccess:EC2/SSHBruteForce", "id": "16afba5c"},
    }


def opened(status):
    """Access Analyzer's event of a resource, as its guide shows it."""
    return {
        "source": "aws.access-analyzer",
        "detail-type": "Access Analyzer Finding",
        "detail": {"status": status, "resource": "arn:aws:s3:::models", "resourceType": "AWS::S3::Bucket"},
    }


@pytest.mark.parametrize(
    ("severity", "is_notified"), [(2, False), (3.9, False), (4, True), (6.9, True), (8, True)]
)
def test_a_threat_is_notified_from_medium_severity_on(severity, is_notified):
    assert is_matched(threat(severity), "threats") is is_notified


@pytest.mark.parametrize(
    ("status", "is_notified"), [("ACTIVE", True), ("ARCHIVED", False), ("RESOLVED", False)]
)
def test_access_from_outside_is_notified_while_it_is_open(status, is_notified):
    assert is_matched(opened(status), "access") is is_notified


@pytest.mark.parametrize("event", [threat_notification("prod"), access_notification("prod")])
def test_every_word_in_brackets_is_found_in_the_event(event):
    assert {part.partition(">")[0] for part in event.text.split("<")[1:]} == set(event.paths)


def statement(document, sid):
    return next(each for each in json.loads(document)["Statement"] if each["Sid"] == sid)


def test_the_topic_and_its_key_admit_events(plan_stack):
    plan = plan_stack("foundation-prod")
    policy = plan.one("aws:sns/topicPolicy:TopicPolicy", "foundation-prod-policy").inputs["policy"]
    allowed = statement(policy, "PublishedByRules")
    assert "Condition" not in allowed
    key = plan.one("aws:kms/key:Key", "foundation-prod-alerts").inputs["policy"]
    users = {
        statement(key, sid)["Principal"]["Service"]
        for sid in ("UsedByEventsForTopic", "UsedByAlarmsForTopic")
    }
    assert users == {"cloudwatch.amazonaws.com", "events.amazonaws.com"}


def test_a_foundation_without_detectors_of_its_own_lets_no_rule_publish(plan_stack):
    plan = plan_stack("foundation-dev")
    assert not [each for each in plan.resources if each.type == "paved:detection:FindingAlerts"]
    assert "events.amazonaws.com" not in plan.one("aws:sns/topicPolicy:TopicPolicy").inputs["policy"]
    assert "UsedByEvents" not in plan.one("aws:kms/key:Key", "foundation-dev-alerts").inputs["policy"]
