"""Rules of permissions boundaries: who has one, and that it bounds."""

import re
from collections.abc import Iterator

from policies.documents import allowed, statements
from policies.resources import JudgedStack, Resource
from policies.rule import EVERYWHERE, Claim, Rule, Severity, claim
from reference.vocabulary import IAM_ROLE

POLICY = "aws:iam/policy:Policy"
NAME = re.compile(r"paved-foundation-[a-z0-9-]+-team-boundary")
"""What a foundation calls the boundary of its teams. Team stacks cannot make names that begin so."""

NEVER = (
    "account:CloseAccount",
    "iam:CreateRole",
    "iam:DeleteRolePermissionsBoundary",
    "iam:PassRole",
    "iam:PutRolePolicy",
    "organizations:LeaveOrganization",
    "sts:AssumeRole",
)
"""What a boundary denies in so many words, since some resource's own policy may allow it."""


def _boundary(subject: Resource, stack: JudgedStack) -> Iterator[Claim]:
    if subject.kind == IAM_ROLE and stack.context.kind == "team":
        yield from _bounded(subject, stack)
    elif subject.kind == POLICY and NAME.fullmatch(str(subject.properties.get("name"))):
        yield from _bounding(subject)


def _bounded(role: Resource, stack: JudgedStack) -> Iterator[Claim]:
    boundary = role.at("permissionsBoundary")
    yield claim(boundary.is_given, "it has no `permissionsBoundary`")
    if boundary.is_given:
        of_platform = boundary.test(lambda arn: _is_of_platform(str(arn), stack))
        yield claim(of_platform, "its `permissionsBoundary` is not the foundation's boundary of teams")


def _is_of_platform(arn: str, stack: JudgedStack) -> bool:
    account, _, name = arn.partition(":iam::")[2].partition(":policy/")
    return account == stack.context.account and bool(NAME.fullmatch(name))


def _bounding(policy: Resource) -> Iterator[Claim]:
    for each in allowed(policy.at("policy")):
        wide = [name for name in ("*", "iam:CreateRole", "sts:AssumeRole") if each.matches(name)]
        yield claim(not wide, f"statement `{each.sid}` leaves room for {', '.join(wide)}")
    everywhere = [
        each
        for each in statements(policy.at("policy"))
        if not each.allows and "*" in each.resources and not each.not_actions
    ]
    for action in NEVER:
        yield claim(any(each.matches(action) for each in everywhere), f"no statement denies `{action}`")


RULES = (
    Rule(
        id="ID-06",
        name="permissions-boundary",
        title="A team's role has the platform's permissions boundary",
        why="What a policy allows by mistake, the boundary does not.",
        fix="Set `permissionsBoundary` to the foundation's output `identity.team_boundary_arn`.",
        severity=Severity.HIGH,
        enforcement=EVERYWHERE,
        owner="security",
        controls=("AISF-IAM-02",),
        kinds=(IAM_ROLE, POLICY),
        check=_boundary,
        note="The boundary is a policy of the foundation: a team stack that could change it would have none. Of the "
        "policy itself it asks that it denies rights over rights, and that it allows no service as a whole.",
    ),
)
