"""Changes of what records, finds and keeps secret are published, and those alone."""

import json

import pytest
from moto.events.models import EventPattern

from components.account import Account
from components.detection.tampering import (
    ROOT_PATTERN,
    WATCHED,
    TamperingAlarms,
    TamperingArgs,
    notifications,
)
from components.monitoring.event_notifications import RULE_NAME_LIMIT
from tests.components.topics import topic_of

ACCOUNT = Account(id="111122223333", region="us-east-1", partition="aws")
FILTER = "aws:cloudwatch/logMetricFilter:LogMetricFilter"
RULE = "aws:cloudwatch/eventRule:EventRule"
EVENTS = notifications("foundation-prod", ["paved-foundation-prod-trail-111122223333"])


def call(service, made, **parameters):
    """CloudTrail's event of a call, as EventBridge hands it on."""
    return {
        "source": f"aws.{service}",
        "detail-type": "AWS API Call via CloudTrail",
        "detail": {
            "eventSource": f"{service}.amazonaws.com",
            "eventName": made,
            "awsRegion": "us-east-1",
            "requestParameters": parameters,
        },
    }


def ringing(event):
    return [
        what
        for what, each in EVENTS.items()
        if EventPattern(json.dumps(each.pattern), each.pattern).matches_event(event)
    ]


@pytest.fixture
def planned(plan_program):
    def plan(log_group, buckets=()):
        def program():
            topic = topic_of(ACCOUNT, "foundation-prod")
            args = TamperingArgs(
                stack="foundation-prod", buckets=buckets, trail_log_group=log_group, topic=topic
            )
            TamperingAlarms("tampering", args)

        return plan_program(program)

    return plan


@pytest.mark.parametrize(
    ("event", "rings"),
    [
        (call("cloudtrail", "StopLogging", name="trail"), ["trail"]),
        (call("cloudtrail", "DescribeTrails"), []),
        (call("kms", "ScheduleKeyDeletion", keyId="k"), ["keys"]),
        (call("kms", "CreateKey"), []),
        (call("guardduty", "UpdateDetector"), ["threats"]),
        (call("config", "StopConfigurationRecorder"), ["config"]),
        (call("monitoring", "DisableAlarmActions"), ["bells"]),
        (call("s3", "PutBucketPolicy", bucketName="paved-foundation-prod-trail-111122223333"), ["buckets"]),
        # Teams' buckets are judged by their plans.
        (call("s3", "PutBucketPolicy", bucketName="paved-vision-prod-models-111122223333"), []),
    ],
)
def test_a_change_rings_once(event, rings):
    assert ringing(event) == rings


def test_every_word_in_brackets_is_found_in_the_event():
    for each in EVENTS.values():
        assert {part.partition(">")[0] for part in each.text.split("<")[1:]} == set(each.paths)
        assert len(each.rule) <= RULE_NAME_LIMIT


def test_the_root_user_is_heard_of_where_the_trail_has_a_log_group(planned):
    made = planned("/paved/foundation-prod/trail")
    assert made.one(FILTER).inputs["pattern"] == ROOT_PATTERN
    assert not planned(None).of(FILTER)


def test_without_buckets_of_its_own_there_is_no_rule_about_them(planned):
    assert len(planned(None).of(RULE)) == len(WATCHED)
    assert len(planned(None, ["records"]).of(RULE)) == len(WATCHED) + 1
