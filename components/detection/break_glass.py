"""Alarms of break-glass access: that a role of emergencies is taken on, and that it is used in the cluster.

Three, as no one of them hears everything. EventBridge hears of a role within a minute or so and says who took it on,
in its own region alone. The trail's log group has every region. The cluster's audit log has each request, wherever
the role was taken on, and needs no trail.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from hashlib import sha256

from pulumi import ComponentResource, Input, ResourceOptions

from components.account import Account
from components.monitoring.count_alarms import RecordAlarm, alarm_on_records
from components.monitoring.event_notifications import RULE_NAME_LIMIT, EventNotification, publish_events
from components.monitoring.notifications import Notifications
from reference.names import DIGEST, physical_name

RUNBOOK = "docs/runbooks/BreakGlassUsed.md"
ALARM_NAME_LIMIT = 255
ASSUMING = ("AssumeRole", "AssumeRoleWithSAML", "AssumeRoleWithWebIdentity")
"""The calls that take on a role. IAM Identity Center takes on its own by SAML, in the account of the role."""


@dataclass(frozen=True, kw_only=True)
class BreakGlassArgs:
    """The roles, after their path where they have one, and the records that tell of them.

    `trail_log_group` is None where the trail keeps no log group in the account. The topic's policy has to let
    EventBridge and CloudWatch publish.
    """

    account: Account
    stack: str
    roles: Sequence[str]
    cluster_log_group: Input[str]
    trail_log_group: Input[str] | None
    topic: Notifications


class BreakGlassAlarms(ComponentResource):
    """The alarms of each role, all to one topic."""

    def __init__(self, name: str, args: BreakGlassArgs, opts: ResourceOptions | None = None):
        super().__init__("paved:detection:BreakGlassAlarms", name, {}, opts)
        for role in args.roles:
            path = f"{name}-{_name(role)}"
            taken_on = assumption(args.account, args.stack, role)
            publish_events(taken_on, f"{path}-assumed", args.topic, parent=self)
            alarm_on_records(use_in_cluster(args, role), f"{path}-used", args.topic, self)
            if args.trail_log_group is not None:
                anywhere = assumption_anywhere(args, args.trail_log_group, role)
                alarm_on_records(anywhere, f"{path}-anywhere", args.topic, self)
        self.register_outputs({})


def assumption(account: Account, stack: str, role: str) -> EventNotification:
    """CloudTrail's events of one region that tell of a role taken on, not of attempts that were refused."""
    short = _name(role)
    sessions = f"{account.session_arn(short)}/"
    return EventNotification(
        rule=physical_name(stack, "break-glass", _slug(short), limit=RULE_NAME_LIMIT),
        description=f"Somebody takes on the break-glass role {short}",
        pattern={
            "source": ["aws.sts"],
            "detail-type": ["AWS API Call via CloudTrail"],
            "detail": {
                "eventSource": ["sts.amazonaws.com"],
                "eventName": list(ASSUMING),
                "responseElements": {
                    "assumedRoleUser": {"arn": [{"prefix": {"equals-ignore-case": sessions}}]}
                },
            },
        },
        paths={
            "address": "$.detail.sourceIPAddress",
            "call": "$.detail.eventName",
            "principal": "$.detail.userIdentity.principalId",
            "region": "$.detail.awsRegion",
            "session": "$.detail.responseElements.assumedRoleUser.arn",
            "time": "$.detail.eventTime",
        },
        text=f"Break-glass role {short} of {stack} was taken on at <time>: <session>, by <principal> from <address> "
        f"(<call>, <region>). What to do: {RUNBOOK}",
        # CloudTrail marks these calls as reads.
        reads=True,
    )


def assumption_anywhere(args: BreakGlassArgs, log_group: Input[str], role: str) -> RecordAlarm:
    """The trail's records, of all regions, that tell of a role taken on."""
    short = _name(role)
    return RecordAlarm(
        alarm=physical_name(args.stack, "break-glass", short, "assumed", limit=ALARM_NAME_LIMIT),
        description=f"Somebody has taken on the break-glass role {short}, in whichever region. "
        f"What to do: {RUNBOOK}",
        log_group=log_group,
        pattern=assumption_pattern(args.account, role),
    )


def use_in_cluster(args: BreakGlassArgs, role: str) -> RecordAlarm:
    """The requests to the cluster of a role's sessions, those that it refuses too."""
    short = _name(role)
    return RecordAlarm(
        alarm=physical_name(args.stack, "break-glass", short, "used", limit=ALARM_NAME_LIMIT),
        description=f"The break-glass role {short} is used in the cluster of {args.stack}. What to do: {RUNBOOK}",
        log_group=args.cluster_log_group,
        pattern=session_pattern(args.account, role),
    )


def assumption_pattern(account: Account, role: str) -> str:
    """The filter of a trail's records for calls that took on a role: an attempt that is refused has no session."""
    sessions = f"{account.session_arn(_name(role))}/*"
    return (
        f'{{ $.eventSource = "sts.amazonaws.com" && $.responseElements.assumedRoleUser.arn = "{sessions}" }}'
    )


def session_pattern(account: Account, role: str) -> str:
    """The filter of a cluster's audit records for the sessions of a role.

    EKS calls one `arn:aws:sts::<account>:assumed-role/<role>/<session>`, without the role's path, where its access
    entry has no name of its own.
    """
    return f'{{ $.user.username = "{account.session_arn(_name(role))}/*" }}'


def _name(role: str) -> str:
    """The role without its path, which no session's ARN has, and in its own case, which EKS keeps."""
    return role.rpartition("/")[2]


def _slug(name: str) -> str:
    """The name of a role as a rule may bear it: EventBridge takes none of `+=,@`, which IAM does."""
    slug = re.sub(r"[^A-Za-z0-9_.-]", "-", name)
    return slug if slug == name else f"{slug}-{sha256(name.encode()).hexdigest()[:DIGEST]}"
