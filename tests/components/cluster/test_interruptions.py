import json
from itertools import chain

import pytest

from components.account import Account
from components.cluster.interruptions import (
    EVENTS,
    Interruptions,
    InterruptionsArgs,
    interruption_rules,
    queue_policy,
)

ACCOUNT = Account(id="111122223333", region="us-east-1", partition="aws")
RULE = "aws:cloudwatch/eventRule:EventRule"
TARGET = "aws:cloudwatch/eventTarget:EventTarget"


@pytest.fixture
def planned(plan_program):
    args = InterruptionsArgs(account=ACCOUNT, stack="foundation-prod", queue_name="paved-interruptions")
    return plan_program(lambda: Interruptions("interruptions", args))


def test_plan_matches_golden(planned, golden):
    golden("components/interruptions.json", planned.as_json()["resources"])


def test_all_five_kinds_of_event_reach_the_queue(planned):
    patterns = [json.loads(rule.inputs["eventPattern"]) for rule in planned.of(RULE)]
    types = [pattern["detail-type"] for pattern in patterns]
    assert set(chain.from_iterable(types)) == {
        "AWS Health Event",
        "EC2 Capacity Reservation Instance Interruption Warning",
        "EC2 Instance Rebalance Recommendation",
        "EC2 Instance State-change Notification",
        "EC2 Spot Instance Interruption Warning",
    }


def test_each_rule_leads_to_the_queue(planned):
    assert {t.name for t in planned.of(TARGET)} == {r.name for r in planned.of(RULE)}
    queue = planned.one("aws:sqs/queue:Queue")
    assert all(t.property_dependencies["arn"] == (queue.urn,) for t in planned.of(TARGET))


def test_events_flow_only_once_the_queue_takes_them(planned):
    policy = planned.one("aws:sqs/queuePolicy:QueuePolicy")
    assert all(policy.urn in target.depends_on for target in planned.of(TARGET))


def test_the_queue_takes_events_of_its_rules_alone(planned):
    document = json.loads(planned.one("aws:sqs/queuePolicy:QueuePolicy").inputs["policy"])
    [send] = [s for s in document["Statement"] if s["Effect"] == "Allow"]
    assert send["Principal"] == {"Service": "events.amazonaws.com"}
    named = {arn.rpartition("rule/")[2] for arn in send["Condition"]["ArnEquals"]["aws:SourceArn"]}
    assert named == {rule.inputs["name"] for rule in planned.of(RULE)}
    assert len(named) == len(EVENTS)


def test_plain_http_is_refused_first():
    first = json.loads(queue_policy(ACCOUNT, "q", ["r"]))["Statement"][0]
    assert (first["Effect"], first["Condition"]) == ("Deny", {"Bool": {"aws:SecureTransport": "false"}})


def test_messages_are_encrypted_and_short_lived(planned):
    inputs = planned.one("aws:sqs/queue:Queue").inputs
    assert inputs["sqsManagedSseEnabled"] is True
    assert inputs["messageRetentionSeconds"] == 300


def test_the_names_of_the_rules_are_known_to_who_sets_alarms_on_them(planned):
    assert set(interruption_rules("foundation-prod").values()) == {
        rule.inputs["name"] for rule in planned.of(RULE)
    }
