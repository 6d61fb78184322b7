import json

import pytest

from components.account import Account
from components.monitoring.event_notifications import LostEvents, LostEventsArgs
from components.monitoring.notifications import Notifications, NotificationsArgs
from components.security.encryption_key import EncryptionKey, EncryptionKeyArgs
from components.security.key_policies import key_policy

ACCOUNT = Account(id="111122223333", region="us-east-1", partition="aws")
TOPIC = "arn:aws:sns:us-east-1:111122223333:paved-vision-prod-alerts"


def notifications(**options):
    key = EncryptionKey(
        "vision-prod",
        EncryptionKeyArgs(
            account=ACCOUNT,
            alias="paved-vision-prod",
            description="Data of the stack vision-prod",
            policy=key_policy(ACCOUNT),
            deletion_window_days=30,
            protect=True,
        ),
    )
    notify = ("ml-vision@example.com", "oncall@example.com")
    args = NotificationsArgs(account=ACCOUNT, stack="vision-prod", key=key, notify=notify, **options)
    return Notifications("vision-prod", args)


@pytest.fixture
def planned(plan_program):
    return plan_program(notifications)


def test_plan_matches_golden(planned, golden):
    golden("components/notifications.json", planned.as_json()["resources"])


def test_the_topic_is_encrypted_with_the_teams_key(planned):
    topic = planned.one("aws:sns/topic:Topic").inputs
    assert topic["name"] == "paved-vision-prod-alerts"
    assert topic["kmsMasterKeyId"] == "arn:aws:kms:us-east-1:111122223333:alias/paved-vision-prod"


def test_the_topic_waits_for_the_alias_it_is_encrypted_under(planned):
    assert planned.one("aws:kms/alias:Alias").urn in planned.one("aws:sns/topic:Topic").depends_on


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
    plan_program(lambda: seen.append(notifications().topic_arn))
    assert seen == [TOPIC]


def test_budgets_of_the_account_publish_where_they_may_and_nobody_elses_do(plan_program):
    plan = plan_program(lambda: notifications(budgets=True) and None)
    document = json.loads(plan.one("aws:sns/topicPolicy:TopicPolicy").inputs["policy"])
    allowed, refused = sorted(document["Statement"], key=lambda each: each["Effect"])
    assert refused["Sid"] == "DenyPlainHttp"
    assert allowed["Principal"] == {"Service": "budgets.amazonaws.com"}
    assert (allowed["Action"], allowed["Resource"]) == (["sns:Publish"], [TOPIC])
    assert allowed["Condition"] == {
        "ArnLike": {"aws:SourceArn": "arn:aws:budgets::111122223333:*"},
        "StringEquals": {"aws:SourceAccount": "111122223333"},
    }


def test_each_rule_has_an_alarm_of_the_events_that_are_lost(plan_program):
    def program():
        rules = {"spot": "paved-a-spot", "health": "paved-a-health"}
        LostEvents("lost", LostEventsArgs(rules=rules, topic=notifications(alarms=True)))

    plan = plan_program(program)
    alarms = [each.inputs for each in plan.of("aws:cloudwatch/metricAlarm:MetricAlarm")]
    assert {each["dimensions"]["RuleName"] for each in alarms} == {"paved-a-spot", "paved-a-health"}
    for alarm in alarms:
        assert (alarm["namespace"], alarm["metricName"]) == ("AWS/Events", "FailedInvocations")
        assert alarm["alarmActions"] == [TOPIC]
    policy = json.loads(plan.one("aws:sns/topicPolicy:TopicPolicy").inputs["policy"])
    allowed = [each for each in policy["Statement"] if each["Effect"] == "Allow"]
    assert [each["Principal"] for each in allowed] == [{"Service": "cloudwatch.amazonaws.com"}]
