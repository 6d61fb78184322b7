"""Rules of administrators of a cluster: each use of a role of emergencies rings, and no other role is one."""

import json
import re
from collections.abc import Iterator, Mapping, Sequence
from fnmatch import fnmatchcase
from typing import Any

from policies.alarms import is_read, is_told, rings_at_first
from policies.resources import JudgedStack, Resource
from policies.rule import EVERYWHERE, Claim, Rule, Severity, claim
from policies.values import Truth, Value, any_of
from reference.names import without_path
from reference.vocabulary import (
    ACCESS_ENTRY,
    ACCESS_POLICY_ASSOCIATION,
    EVENT_RULE,
    EVENT_TARGET,
    METRIC_ALARM,
    METRIC_FILTER,
)

VIEWS = ("AmazonEKSAdminViewPolicy", "AmazonEKSSecretReaderPolicy", "AmazonEKSViewPolicy")
"""Access policies that change nothing. Any other, of today's or of tomorrow's, is taken for one of admins."""
POLICY_ARN = re.compile(r"arn:aws[a-z-]*:eks::aws:cluster-access-policy/([A-Za-z]+)")
ASSUMING = {"AssumeRole", "AssumeRoleWithSAML", "AssumeRoleWithWebIdentity"}

EVENT = {"source": {"aws.sts"}, "detail-type": {"AWS API Call via CloudTrail"}, "detail": set[str]()}
CALL = {"eventSource": {"sts.amazonaws.com"}, "eventName": ASSUMING, "responseElements": set[str]()}
ANSWER = {"assumedRoleUser": set[str]()}
"""The keys that a pattern may ask for on each level of an event, and the values that it then has to take."""

AUDIT_PATTERN = re.compile(r'\{\s*\$\.user\.username\s*=\s*"([^"]*)"\s*\}')
CLUSTER_LOGS = "/aws/eks/{}/cluster"
"""The log group of a cluster, whose name EKS makes up."""


def _rings(entry: Resource, stack: JudgedStack) -> Iterator[Claim]:
    if entry.at("type").equals("STANDARD", missing=True) is Truth.NO:
        return  # of nodes
    sessions = _sessions(entry.at("principalArn").text())
    if _role(sessions) not in {without_path(each).casefold() for each in stack.context.break_glass}:
        return
    rules = [each for each in stack.of(EVENT_RULE) if _hears(each, sessions)]
    taken_on = any_of(_is_sent(each, stack) for each in rules)
    yield claim(taken_on, "no EventRule that is on sends it to a topic when somebody takes on its role")
    yield claim(
        entry.at("userName").is_absent, "`userName` hides its sessions from the count of the audit log"
    )
    filters = [each for each in stack.of(METRIC_FILTER) if _counts(each, sessions)]
    used = any_of(_is_of_cluster(each, entry, stack) & _is_rung(each, stack) for each in filters)
    yield claim(used, "no alarm rings when the cluster's audit log has a session of its role")


def _sessions(principal: str) -> str:
    """The beginning of the ARNs of a role's sessions, which have no path; in lower case, as names are compared."""
    head, _, role = principal.partition(":role/")
    return f"{head.replace(':iam:', ':sts:')}:assumed-role/{without_path(role)}/".casefold()


def _role(sessions: str) -> str:
    return sessions.split("/")[1]


def _hears(rule: Resource, sessions: str) -> bool:
    """Whether an event pattern takes every session of a role, of any call that takes one on, and asks no more."""
    pattern = rule.at("eventPattern")
    if not pattern.is_given:
        return False
    asked = _mapping(_json(pattern.text()))
    detail = _mapping(asked.get("detail"))
    answer = _mapping(detail.get("responseElements"))
    user = _mapping(answer.get("assumedRoleUser"))
    levels = ((asked, EVENT), (detail, CALL), (answer, ANSWER), (user, {"arn": set[str]()}))
    return all(_asks_at_most(*level) for level in levels) and any(
        sessions.startswith(each) for each in _prefixes(user)
    )


def _json(text: str) -> Any:
    try:
        return json.loads(text)
    except ValueError:
        return None


def _asks_at_most(asked: Mapping[str, Any], known: Mapping[str, set[str]]) -> bool:
    """Whether a level of a pattern takes what is known of the events, and leaves open what is not."""
    return all(key in known and (not known[key] or known[key] <= set(asked[key])) for key in asked)


def _prefixes(user: Mapping[str, Any]) -> list[str]:
    found = [each["prefix"] for each in user.get("arn", ()) if isinstance(each, dict) and "prefix" in each]
    texts = [each["equals-ignore-case"] if isinstance(each, dict) else each for each in found]
    return [text.casefold() for text in texts]


def _mapping(value: Any) -> dict[str, Any]:
    return value if isinstance(value, dict) else {}


def _is_sent(rule: Resource, stack: JudgedStack) -> Truth:
    # CloudTrail marks the calls as reads, which a rule that is plainly `ENABLED` may leave out.
    is_on = rule.at("state").equals("ENABLED_WITH_ALL_CLOUDTRAIL_MANAGEMENT_EVENTS") & _is_of_aws(rule)
    name = rule.at("name").raw
    targets = stack.of(EVENT_TARGET)
    return is_on & any_of(
        each.at("rule").equals(name) & _is_of_aws(each) & is_read(each.at("arn"), stack) for each in targets
    )


def _is_of_aws(found: Resource) -> Truth:
    """Whether a rule or its target is of the bus that AWS's own events come by."""
    return found.at("eventBusName").equals("default", missing=True)


def _counts(found: Resource, sessions: str) -> bool:
    """Whether a filter takes every record with a session of a role as its user, and asks no more."""
    match = AUDIT_PATTERN.fullmatch(found.at("pattern").text().strip())
    glob = match[1].casefold() if match else ""
    return glob.endswith("*") and fnmatchcase(sessions, glob)


def _is_of_cluster(found: Resource, entry: Resource, stack: JudgedStack) -> Truth:
    """Whether a filter reads the log group of the cluster that an entry is of."""
    group, cluster = found.at("logGroupName"), entry.at("clusterName")
    names = [each.at("name") for each in stack.targets(found, "logGroupName")] or [group]
    if not cluster.is_known:
        return Truth.UNSURE
    return any_of(each.equals(CLUSTER_LOGS.format(cluster.text())) for each in names)


def _is_rung(found: Resource, stack: JudgedStack) -> Truth:
    """Whether an alarm on what a filter counts rings at the first record, and somebody reads it."""
    counted = found.at("metricTransformation")
    counts = counted.at("value").one_of("1", 1) & counted.at("dimensions").is_absent
    return counts & any_of(
        each.at("metricName").equals(counted.at("name").raw)
        & each.at("namespace").equals(counted.at("namespace").raw)
        & each.at("dimensions").is_absent
        & rings_at_first(each)
        & is_told(each, stack)
        for each in stack.of(METRIC_ALARM)
    )


def _no_standing_admin(association: Resource, stack: JudgedStack) -> Iterator[Claim]:
    if stack.context.kind == "team":
        return  # ID-07 keeps it in its namespace
    known = [each for each in (stack.context.deploy_role, *stack.context.break_glass) if each]
    is_named = _is_role_of_account(association.at("principalArn"), known, stack)
    views = association.at("policyArn").test(_is_view)
    yield claim(views | is_named, "its role is admin of the cluster, and neither deploys nor is break-glass")


def _is_view(arn: object) -> bool:
    found = POLICY_ARN.fullmatch(str(arn))
    return found is not None and found[1] in VIEWS


def _is_role_of_account(principal: Value, roles: Sequence[str], stack: JudgedStack) -> Truth:
    """Whether a principal is one of the account's roles: EKS lets in those of other accounts, and users, too."""
    account = stack.context.account
    if not account:
        return Truth.UNSURE
    own = {f"{account}:role/{role}" for role in roles}
    return principal.test(lambda arn: str(arn).split(":", 4)[-1] in own)


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
