"""Rules of administrators of a cluster: each use of a role of emergencies rings, and no other role is one."""

import json
from collections.abc import Iterator
from typing import Any

from policies.resources import JudgedStack, Resource
from policies.rule import EVERYWHERE, Claim, Rule, Severity, claim
from policies.values import Truth, any_of
from reference.names import without_path
from reference.vocabulary import (
    ACCESS_ENTRY,
    ACCESS_POLICY_ASSOCIATION,
    EVENT_RULE,
    EVENT_TARGET,
    METRIC_ALARM,
    METRIC_FILTER,
)

ADMINS = ("AmazonEKSClusterAdminPolicy", "AmazonEKSAdminPolicy", "AmazonEKSEditPolicy")
"""Access policies that, over a whole cluster, change what runs in it."""
ASSUMING = {"AssumeRole", "AssumeRoleWithSAML", "AssumeRoleWithWebIdentity"}


def _rings(entry: Resource, stack: JudgedStack) -> Iterator[Claim]:
    if entry.at("type").equals("STANDARD", missing=True) is Truth.NO:
        return  # of nodes
    role = _role(entry)
    if role not in {without_path(each) for each in stack.context.break_glass}:
        return
    sessions = f":assumed-role/{role}/"
    rules = [each for each in stack.of(EVENT_RULE) if _hears(each, sessions)]
    taken_on = any_of(_is_sent(each, stack) for each in rules)
    yield claim(taken_on, "no EventRule that is on sends it to a target when somebody takes on its role")
    filters = [each for each in stack.of(METRIC_FILTER) if _counts(each, sessions)]
    used = any_of(_is_told(each, stack) for each in filters)
    yield claim(used, "no alarm rings when the cluster's audit log has a session of its role")


def _role(entry: Resource) -> str:
    return without_path(entry.at("principalArn").text())


def _hears(rule: Resource, sessions: str) -> bool:
    """Whether an event pattern takes the sessions of a role, of any call that takes one on."""
    pattern = rule.at("eventPattern")
    if not pattern.is_given:
        return False
    detail = _mapping(_mapping(json.loads(pattern.text())).get("detail"))
    user = _mapping(_mapping(detail.get("responseElements")).get("assumedRoleUser"))
    calls = set(detail.get("eventName", ASSUMING))
    return sessions in json.dumps(user.get("arn", [])).casefold() and calls >= ASSUMING


def _mapping(value: Any) -> dict[str, Any]:
    return value if isinstance(value, dict) else {}


def _is_sent(rule: Resource, stack: JudgedStack) -> Truth:
    # CloudTrail marks the calls as reads, which a rule that is plainly `ENABLED` may leave out.
    is_on = rule.at("state").equals("ENABLED_WITH_ALL_CLOUDTRAIL_MANAGEMENT_EVENTS")
    name = rule.at("name").raw
    return is_on & any_of(each.at("rule").equals(name) for each in stack.of(EVENT_TARGET))


def _counts(found: Resource, sessions: str) -> bool:
    pattern = found.at("pattern").text().casefold()
    return sessions in pattern and "$.user.username" in pattern


def _is_told(found: Resource, stack: JudgedStack) -> Truth:
    metric = found.at("metricTransformation.name").raw
    namespace = found.at("metricTransformation.namespace").raw
    return any_of(
        each.at("metricName").equals(metric)
        & each.at("namespace").equals(namespace)
        & each.at("alarmActions").is_given
        for each in stack.of(METRIC_ALARM)
    )


def _no_standing_admin(association: Resource, stack: JudgedStack) -> Iterator[Claim]:
    if stack.context.kind != "foundation":
        return
    known = [stack.context.deploy_role or "", *stack.context.break_glass]
    is_named = _role(association) in {without_path(each) for each in known}
    admin = association.at("policyArn").test(lambda arn: str(arn).rpartition("/")[2] in ADMINS)
    yield claim(~admin | is_named, "its role is admin of the cluster, and neither deploys nor is break-glass")


RULES = (
    Rule(
        id="DE-06",
        name="break-glass-rings",
        title="Break-glass access to a cluster rings when its role is taken on and when it is used",
        why="Access that is right in an emergency alone is otherwise found by whoever looks for a shortcut.",
        fix="Name who is paged in `cluster.break_glass_notify`, and leave the alarms of the role as they are made.",
        severity=Severity.HIGH,
        enforcement=EVERYWHERE,
        owner="security",
        controls=("AC-2(12)", "AU-6"),
        scope="stack",
        kinds=(ACCESS_ENTRY,),
        check=_rings,
        note="EventBridge hears of its own region alone; the audit log has every request, wherever STS was asked.",
    ),
    Rule(
        id="DE-07",
        name="no-standing-admin",
        title="From `hardened` on, a cluster's admins are the role that deploys and those of emergencies",
        why="What an admin does by hand is in no plan, and access for every day is used every day.",
        fix="Set `break_glass: true` for the entry of `cluster.access`, or give it the policy `view` or `workloads`.",
        severity=Severity.HIGH,
        enforcement=EVERYWHERE,
        owner="security",
        controls=("AC-6(2)",),
        scope="stack",
        security="hardened",
        kinds=(ACCESS_POLICY_ASSOCIATION,),
        check=_no_standing_admin,
        note="At `regulated` SE-03 refuses a second admin, break-glass or not.",
    ),
)
