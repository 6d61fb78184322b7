"""What detectors find is told to the foundation's topic, and the topic takes it."""

import json

import pytest
from moto.events.models import EventPattern

from components.account import Account
from components.detection.finding_alerts import TOLD, access, rule_arns, threats

ACCOUNT = Account(id="111122223333", region="us-east-1", partition="aws")


def is_told(event, source):
    pattern = TOLD[source]("prod").pattern
    return EventPattern(json.dumps(pattern), pattern).matches_event(event)


def threat(severity):
    """What GuardDuty says of a finding, as its guide shows it."""
    return {
        "source": "aws.guardduty",
        "detail-type": "GuardDuty Finding",
        "detail": {"severity": severity, "type": "UnauthorizedAccess:EC2/SSHBruteForce", "id": "16afba5c"},
    }


def opened(status):
    """What Access Analyzer says of a resource, as its guide shows it."""
    return {
        "source": "aws.access-analyzer",
        "detail-type": "Access Analyzer Finding",
        "detail": {"status": status, "resource": "arn:aws:s3:::models", "resourceType": "AWS::S3::Bucket"},
    }


@pytest.mark.parametrize(("severity", "told"), [(2, False), (3.9, False), (4, True), (6.9, True), (8, True)])
def test_a_threat_is_told_from_medium_severity_on(severity, told):
    assert is_told(threat(severity), "threats") is told


@pytest.mark.parametrize(("status", "told"), [("ACTIVE", True), ("ARCHIVED", False), ("RESOLVED", False)])
def test_access_from_outside_is_told_while_it_is_open(status, told):
    assert is_told(opened(status), "access") is told


@pytest.mark.parametrize("event", [threats("prod"), access("prod")])
def test_every_word_in_brackets_is_found_in_the_event(event):
    assert {part.partition(">")[0] for part in event.text.split("<")[1:]} == set(event.paths)


def statement(document, sid):
    return next(each for each in json.loads(document)["Statement"] if each["Sid"] == sid)


def test_the_topic_and_its_key_take_what_these_rules_publish_and_no_other_rule(plan_stack):
    plan = plan_stack("foundation-prod")
    policy = plan.one("aws:sns/topicPolicy:TopicPolicy").inputs["policy"]
    allowed = statement(policy, "PublishedByRules")
    assert allowed["Condition"]["ArnEquals"]["aws:SourceArn"] == sorted(
        rule_arns(ACCOUNT, "foundation-prod", ("threats", "access"))
    )
    key = plan.one("aws:kms/key:Key", "foundation-prod-alerts").inputs["policy"]
    assert statement(key, "UsedByEventsForTopic")["Principal"] == {"Service": "events.amazonaws.com"}


def test_a_foundation_without_detectors_of_its_own_has_no_rules_and_lets_none_publish(plan_stack):
    plan = plan_stack("foundation-dev")
    assert not [each for each in plan.resources if each.type == "paved:detection:FindingAlerts"]
    assert "events.amazonaws.com" not in plan.one("aws:sns/topicPolicy:TopicPolicy").inputs["policy"]
    assert "UsedByEvents" not in plan.one("aws:kms/key:Key", "foundation-dev-alerts").inputs["policy"]
