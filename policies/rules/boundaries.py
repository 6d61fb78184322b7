"""Rules of permissions boundaries: a role of a team has one, and it bounds."""

import re
from collections.abc import Iterator

from policies.documents import Statement, allow_statements, statements
from policies.resources import JudgedStack, Resource
from policies.rule import EVERYWHERE, Claim, Rule, Severity, claim
from reference.vocabulary import IAM_POLICY, IAM_ROLE

NAME = re.compile(r"paved-foundation-[a-z0-9-]+-team-boundary")
"""The name of a foundation's boundary of teams. Team stacks cannot make names that begin so."""

# Leaving an action out is not enough: within an account a resource's own policy may allow what a boundary does not.
NEVER = (
    "account:CloseAccount",
    "iam:CreateRole",
    "iam:DeleteRolePermissionsBoundary",
    "iam:PassRole",
    "iam:PutRolePolicy",
    "organizations:LeaveOrganization",
    "sts:AssumeRole",
)
"""The actions that a boundary denies in so many words."""


def _boundary(subject: Resource, stack: JudgedStack) -> Iterator[Claim]:
    if subject.kind == IAM_ROLE and stack.context.kind == "team":
        yield from _bounded(subject, stack)
    elif subject.kind == IAM_POLICY and NAME.fullmatch(str(subject.properties.get("name"))):
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
    for each in allow_statements(policy.at("policy")):
        wide = [name for name in ("*", "iam:CreateRole", "sts:AssumeRole") if each.matches(name)]
        yield claim(not wide, f"statement `{each.sid}` leaves room for {', '.join(wide)}")
    denials = [each for each in statements(policy.at("policy")) if _denies_everywhere(each)]
    for action in NEVER:
        yield claim(any(each.matches(action) for each in denials), f"no statement denies `{action}`")


def _denies_everywhere(each: Statement) -> bool:
    # By NotAction a statement says what it leaves, not what it denies.
    return not each.allows and "*" in each.resources and not each.not_actions


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
        kinds=(IAM_ROLE, IAM_POLICY),
        check=_boundary,
        note="The boundary is a policy of the foundation: a team stack that could change it would have none. Of the "
        "policy itself it asks that it denies rights over rights, and that it allows no service as a whole.",
    ),
)
