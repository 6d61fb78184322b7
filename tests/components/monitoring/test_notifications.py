import json

import pytest

from components.account import Account
from components.monitoring.notifications import Notifications, NotificationsArgs

ARGS = NotificationsArgs(
    account=Account(id="111122223333", region="us-east-1", partition="aws"),
    stack="vision-prod",
    key_alias="paved-vision-prod",
    notify=("ml-vision@example.com", "oncall@example.com"),
)
TOPIC = "arn:aws:sns:us-east-1:111122223333:paved-vision-prod-alerts"


@pytest.fixture
def planned(plan_program):
    return plan_program(lambda: Notifications("vision-prod", ARGS))


def test_plan_matches_golden(planned, golden):
    golden("components/notifications.json", planned.as_json()["resources"])


def test_the_topic_is_encrypted_with_the_teams_key(planned):
    topic = planned.one("aws:sns/topic:Topic").inputs
    assert topic["name"] == "paved-vision-prod-alerts"
    assert topic["kmsMasterKeyId"] == "arn:aws:kms:us-east-1:111122223333:alias/paved-vision-prod"


def test_plain_http_is_refused_and_nobody_is_allowed(planned):
    [statement] = json.loads(planned.one("aws:sns/topicPolicy:TopicPolicy").inputs["policy"])["Statement"]
    assert statement["Effect"] == "Deny"
    assert statement["Principal"] == "*"
    assert statement["Resource"] == [TOPIC]
    assert statement["Condition"] == {"Bool": {"aws:SecureTransport": "false"}}


def test_every_address_subscribes_under_a_name_of_its_own(planned):
    subscriptions = planned.of("aws:sns/topicSubscription:TopicSubscription")
    assert {s.name: (s.inputs["protocol"], s.inputs["endpoint"]) for s in subscriptions} == {
        "vision-prod-ml-vision@example.com": ("email", "ml-vision@example.com"),
        "vision-prod-oncall@example.com": ("email", "oncall@example.com"),
    }


def test_the_arn_is_known_before_the_topic_exists(plan_program):
    seen = []
    plan_program(lambda: seen.append(Notifications("vision-prod", ARGS).topic_arn))
    assert seen == [TOPIC]
