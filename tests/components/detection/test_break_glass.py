"""Break-glass access rings for each way to take a role on, for its sessions in the cluster, and for nothing else."""

import json
import re

import pytest
from moto.events.models import EventPattern

from components.account import Account
from components.detection.break_glass import (
    BreakGlassAlarms,
    BreakGlassArgs,
    assumption,
    assumption_pattern,
    session_pattern,
)
from tests.components.topics import topic_of

ACCOUNT = Account(id="444455556666", region="us-east-2", partition="aws")
SSO = "aws-reserved/sso.amazonaws.com/ap-southeast-2/AWSReservedSSO_AdministratorAccess_7243976e43c75fc5"
SESSION = "MyAssignedRoleSessionName"


def record(call, role, identity, **changes):
    """CloudTrail's record of a call that took a role on, as the IAM guide prints one for each call."""
    name = role.rpartition("/")[2]
    return {
        "eventVersion": "1.05",
        "userIdentity": identity,
        "eventTime": "2016-03-23T01:39:57Z",
        "eventSource": "sts.amazonaws.com",
        "eventName": call,
        "awsRegion": "us-east-2",
        "sourceIPAddress": "192.0.2.101",
        "requestParameters": {
            "durationSeconds": 3600,
            "roleArn": f"arn:aws:iam::444455556666:role/{role}",
            "roleSessionName": SESSION,
        },
        "responseElements": {
            "credentials": {"accessKeyId": "ASIAIOSFODNN7EXAMPLE", "expiration": "Mar 23, 2016 2:39:57 AM"},
            "assumedRoleUser": {
                "assumedRoleId": f"AROAD35QRSTUVWEXAMPLE:{SESSION}",
                "arn": f"arn:aws:sts::444455556666:assumed-role/{name}/{SESSION}",
            },
        },
        "eventType": "AwsApiCall",
        "recipientAccountId": "444455556666",
        **changes,
    }


USER = {
    "type": "IAMUser",
    "principalId": "AIDAQRSTUVWXYZEXAMPLE",
    "arn": "arn:aws:iam::777788889999:user/JaneDoe",
    "accountId": "777788889999",
    "userName": "JaneDoe",
}
SAML = {
    "type": "SAMLUser",
    "principalId": "/nQTosBbaHrvuioiTKQkrbl3/WM=:jane@example.com",
    "userName": "jane@example.com",
    "identityProvider": "/nQTosBbaHrvuioiTKQkrbl3/WM=",
}
WEB = {
    "type": "WebIdentityUser",
    "principalId": "accounts.google.com:EXAMPLE.apps.googleusercontent.com:EXAMPLE",
    "userName": "EXAMPLE",
    "identityProvider": "accounts.google.com",
}
REFUSED = {
    "errorCode": "AccessDenied",
    "errorMessage": "User is not authorized to perform: sts:AssumeRole",
    "requestParameters": None,
    "responseElements": None,
}
ONCALL = "platform-oncall"
TAKEN_ON = {
    "a user of another account": record("AssumeRole", ONCALL, USER),
    "a user by SAML": record("AssumeRoleWithSAML", ONCALL, SAML),
    "a user by a web identity": record("AssumeRoleWithWebIdentity", ONCALL, WEB),
}
OTHERS = {
    "another role": record("AssumeRole", "platform-oncall-view", USER),
    "a role whose name begins so": record("AssumeRole", "platform-oncall2", USER),
    "an attempt that is refused": record("AssumeRole", ONCALL, USER, **REFUSED),
    "another call": {
        **record("GetCallerIdentity", ONCALL, USER),
        "requestParameters": None,
        "responseElements": None,
    },
}


def rings(detail, role=ONCALL):
    pattern = assumption(ACCOUNT, "foundation-prod", role).pattern
    event = {"source": "aws.sts", "detail-type": "AWS API Call via CloudTrail", "detail": detail}
    return EventPattern(json.dumps(pattern), pattern).matches_event(event)


def counts(pattern, found):
    """Whether a record matches a filter pattern: equalities of texts, with `*` in them, joined by `&&`."""
    whole = re.fullmatch(r"\{ (.+) \}", pattern)
    terms = [re.fullmatch(r'\$\.([A-Za-z.]+) = "([^"]*)"', term) for term in whole[1].split(" && ")]
    return all(_equals(_at(found, term[1]), term[2]) for term in terms)


def _at(node, path):
    for key in path.split("."):
        node = node.get(key) if isinstance(node, dict) else None
    return node


def _equals(value, text):
    return isinstance(value, str) and bool(re.fullmatch(re.escape(text).replace(r"\*", ".*"), value))


@pytest.mark.parametrize("who", TAKEN_ON)
def test_it_rings_however_the_role_is_taken_on(who):
    assert rings(TAKEN_ON[who])
    assert counts(assumption_pattern(ACCOUNT, ONCALL), TAKEN_ON[who])


@pytest.mark.parametrize("what", OTHERS)
def test_it_does_not_ring_for_what_is_no_use_of_the_role(what):
    assert not rings(OTHERS[what])
    assert not counts(assumption_pattern(ACCOUNT, ONCALL), OTHERS[what])


def test_a_role_of_identity_center_is_known_by_its_session():
    signed_in = record("AssumeRoleWithSAML", SSO, SAML)
    assert rings(signed_in, SSO)
    assert counts(assumption_pattern(ACCOUNT, SSO), signed_in)


def test_a_name_in_another_case_rings_too():
    """IAM tells roles apart without their case, so nobody can have two."""
    assert rings(record("AssumeRole", "Platform-OnCall", USER))


@pytest.mark.parametrize(
    ("username", "is_counted"),
    [
        ("arn:aws:sts::444455556666:assumed-role/platform-oncall/jane@example.com", True),
        ("arn:aws:sts::444455556666:assumed-role/platform-oncall-view/jane@example.com", False),
        ("arn:aws:sts::777788889999:assumed-role/platform-oncall/jane@example.com", False),
        ("system:serviceaccount:team:platform-oncall", False),
    ],
)
def test_each_request_of_the_roles_sessions_to_the_cluster_counts(username, is_counted):
    audit = {
        "kind": "Event",
        "verb": "get",
        "user": {"username": username, "groups": ["system:authenticated"]},
    }
    assert counts(session_pattern(ACCOUNT, ONCALL), audit) is is_counted


def test_a_session_in_the_cluster_has_no_path_and_keeps_its_case():
    name = "AWSReservedSSO_AdministratorAccess_7243976e43c75fc5"
    username = f"arn:aws:sts::444455556666:assumed-role/{name}/jane"
    assert counts(session_pattern(ACCOUNT, SSO), {"user": {"username": username}})


def test_every_word_in_brackets_is_found_in_the_record():
    event = assumption(ACCOUNT, "foundation-prod", ONCALL)
    assert {part.partition(">")[0] for part in event.text.split("<")[1:]} == set(event.paths)
    for found in TAKEN_ON.values():
        assert all(_at({"detail": found}, path.removeprefix("$.")) for path in event.paths.values())


def test_the_longest_role_has_patterns_that_cloudwatch_takes():
    """1024 characters: botocore, logs.PutMetricFilter."""
    role = "p/" * 200 + "r" * 64
    assert max(len(assumption_pattern(ACCOUNT, role)), len(session_pattern(ACCOUNT, role))) <= 1024


def alarms(trail_log_group):
    args = BreakGlassArgs(
        account=ACCOUNT,
        stack="foundation-prod",
        roles=[ONCALL, SSO],
        cluster_log_group="/aws/eks/paved-foundation-prod/cluster",
        trail_log_group=trail_log_group,
        topic=topic_of(ACCOUNT, "security"),
    )
    BreakGlassAlarms("break-glass", args)


def test_all_alarms_of_a_role_go_to_the_security_teams_topic(plan_program):
    plan = plan_program(lambda: alarms("/paved/foundation-prod/trail"))
    topic = "arn:aws:sns:us-east-2:444455556666:paved-security-alerts"
    told = plan.of("aws:cloudwatch/metricAlarm:MetricAlarm")
    # Of each role: of events that are lost, of the trail, of the cluster.
    assert [alarm.inputs["alarmActions"] for alarm in told] == [[topic]] * 6
    assert [t.inputs["arn"] for t in plan.of("aws:cloudwatch/eventTarget:EventTarget")] == [topic] * 2
    names = [each.inputs["name"] for each in (*told, *plan.of("aws:cloudwatch/eventRule:EventRule"))]
    assert len(set(names)) == 6  # an alarm of lost events has its rule's name
    counted = {each.inputs["metricTransformation"]["name"] for each in plan.of(FILTER)}
    assert counted == {each.inputs["metricName"] for each in told} - {"FailedInvocations"}


FILTER = "aws:cloudwatch/logMetricFilter:LogMetricFilter"


def test_without_a_log_group_of_the_trail_two_ways_are_left(plan_program):
    groups = {each.inputs["logGroupName"] for each in plan_program(lambda: alarms(None)).of(FILTER)}
    assert groups == {"/aws/eks/paved-foundation-prod/cluster"}


def test_reads_are_among_the_events():
    """CloudTrail marks calls that take a role on as reads."""
    assert assumption(ACCOUNT, "foundation-prod", ONCALL).reads


def test_only_a_stack_with_break_glass_access_has_the_topic(plan_stack):
    topics = {each.name for each in plan_stack("foundation-prod").of("aws:sns/topic:Topic")}
    assert topics == {"foundation-prod", "foundation-prod-break-glass", "foundation-prod-heartbeat"}
    key = plan_stack("foundation-prod").one("aws:kms/key:Key", "foundation-prod-alerts").inputs["policy"]
    assert key.count("paved-foundation-prod-break-glass-alerts") == 2
    assert len(plan_stack("foundation-dev").of("aws:sns/topic:Topic")) == 1


@pytest.mark.parametrize("role", ["ops/On+call", "On=call", "a,b@c.d", "x" * 64])
def test_the_rule_of_any_role_has_a_name_that_eventbridge_takes(role):
    """IAM's role names may have characters that botocore's model of PutRule refuses."""
    rule = assumption(ACCOUNT, "foundation-prod", role).rule
    assert re.fullmatch(r"[.\-_A-Za-z0-9]{1,64}", rule)


def test_two_roles_have_two_rules():
    rules = {assumption(ACCOUNT, "foundation-prod", role).rule for role in ("a+b", "a=b", "a-b")}
    assert len(rules) == 3
    assert (
        assumption(ACCOUNT, "foundation-prod", "ops/oncall").rule
        == "paved-foundation-prod-break-glass-oncall"
    )
