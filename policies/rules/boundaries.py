"""Rules of permissions boundaries: a role of a team has one, and it bounds."""

import re
from collections.abc import Iterable, Iterator, Sequence

from policies.actions import among, by_lower_case, whole_services
from policies.arns import ArnPattern
from policies.documents import Statement, allow_statements, statements
from policies.escalations import BY_RIGHTS, BY_ROLES_OF_OTHERS, TAKING_ROLES
from policies.reach import ALIASES
from policies.resources import JudgedStack, Resource
from policies.rule import EVERYWHERE, Claim, Rule, Severity, claim, few
from policies.rules.escalation import OWNER, attaches_own_policy, is_exact, is_whole_role
from policies.rules.rights import shown
from policies.values import MISSING, Value
from reference.names import PREFIX
from reference.tags import SERVICE_TAG
from reference.vocabulary import IAM_POLICY, IAM_ROLE

NAME = re.compile(r"paved-(foundation-[a-z0-9-]+)-team-boundary")
"""The name of a foundation's boundary of teams. Team stacks cannot make names that begin so."""

# Leaving an action out is not enough: within an account a resource's own policy may allow what a boundary does not.
NEVER = by_lower_case(
    "account:CloseAccount",
    "iam:PassRole",
    "kms:PutKeyPolicy",
    "kms:ScheduleKeyDeletion",
    "s3:BypassGovernanceRetention",
    "s3:DeleteObjectVersion",
    "s3:PutBucketPolicy",
    "sts:AssumeRole",
    *(action for action in BY_RIGHTS if action.startswith(("iam:", "organizations:", "sso:"))),
)
"""The actions that a boundary denies in so many words."""
NOT_ALLOWED = by_lower_case(*BY_RIGHTS, *BY_ROLES_OF_OTHERS, *TAKING_ROLES, "iam:PassRole")
"""The actions that it must not allow where it does not deny them."""
OF_ROLE = "<owner>"
"""The stack whose role it is, as its tag says, in the place of IAM's variable, which holds separators of ARNs."""
IN_REGION = ("kms", "s3", "sagemaker", "sagemaker-mlflow", "secretsmanager", "sqs")
TAGGED = ("kms", "sagemaker-mlflow", "sqs")
"""Services that report the tags of a resource to IAM."""
Owners = tuple[str, str, str]
"""The name that a resource may have whole, and the two that it may begin with."""
WITHOUT_TYPE = ("s3", "sns", "sqs")
FREEZE = "-freeze"
"""The end of the name of the role by which a budget freezes: all that a denial may let out."""


def _boundary(subject: Resource, stack: JudgedStack) -> Iterator[Claim]:
    if subject.kind == IAM_ROLE and stack.context.kind == "team":
        yield from _bounded(subject, stack)
    elif is_boundary(subject):
        yield from _bounding(subject, stack)


def is_boundary(subject: Resource) -> bool:
    """Whether a resource is a foundation's boundary of teams."""
    return subject.kind == IAM_POLICY and bool(_foundation(subject))


def _foundation(boundary: Resource) -> str:
    """The name of the foundation whose boundary it is, by its name; empty for any other policy."""
    found = NAME.fullmatch(str(boundary.properties.get("name")))
    return found[1] if found else ""


def _bounded(role: Resource, stack: JudgedStack) -> Iterator[Claim]:
    boundary = role.at("permissionsBoundary")
    yield claim(boundary.is_given, "it has no `permissionsBoundary`")
    if boundary.is_given:
        of_platform = boundary.test(lambda arn: _is_of_platform(str(arn), stack))
        yield claim(of_platform, "its `permissionsBoundary` is not the foundation's boundary of teams")
    service = stack.tags(role).get(SERVICE_TAG, Value(MISSING))
    yield claim(
        service.equals(stack.context.stack),
        f"its tag `{SERVICE_TAG}` is not the stack's name, by which the boundary knows whose data it may reach",
    )


def _is_of_platform(arn: str, stack: JudgedStack) -> bool:
    account, _, name = arn.partition(":iam::")[2].partition(":policy/")
    found = NAME.fullmatch(name)
    # Another foundation's boundary reaches its own datasets. Where the foundation's file is not there, any is taken.
    named = found is not None and stack.context.foundation in (None, found[1])
    return account == stack.context.account and named


def _bounding(policy: Resource, stack: JudgedStack) -> Iterator[Claim]:
    denials = [each for each in statements(policy.at("policy")) if _bites(each, stack)]
    # What lets out the role that freezes leaves it all that a statement allows.
    for_everybody = _denied(each for each in denials if not each.conditions)
    for each in allow_statements(policy.at("policy")):
        raised = set() if attaches_own_policy(each, stack) else set(among(each, NOT_ALLOWED))
        wide = [*whole_services(each.actions), *sorted(raised - for_everybody)]
        inverted = bool(each.not_actions or each.not_resources)
        yield claim(
            not wide and not inverted, f"{shown(each)} leaves room for {few(wide) or 'all but something'}"
        )
        owners = (OF_ROLE, f"{OF_ROLE}-", f"{_foundation(policy)}-data")
        shared = [arn for arn in each.resources if not _is_of_one_stack(arn, each, stack, owners)]
        yield claim(not shared, f"{shown(each)} reaches what is of no stack or of all: {few(shared)}")
    left = sorted(set(NEVER.names.values()) - _denied(denials))
    yield claim(not left, f"no statement denies, to whoever has it and on everything, {few(left)}")
    context, own = stack.context, {OWNER, _foundation(policy)}
    yield from _stays(policy, ("s3",), "aws:ResourceAccount", {str(context.account)})
    yield from _stays(policy, IN_REGION, "aws:RequestedRegion", {str(context.region)})
    yield from _stays(policy, TAGGED, f"aws:ResourceTag/{SERVICE_TAG}", own)


def _stays(policy: Resource, services: Sequence[str], key: str, permitted: set[str]) -> Iterator[Claim]:
    """Everything of some services is denied where a key of the request is there and says something else."""
    held: set[str] = set()
    for each in statements(policy.at("policy")):
        allowed = set(each.condition(key, "stringnotequals"))
        beside = {
            operator: keys for operator, keys in each.conditions.items() if operator != "stringnotequals"
        }
        only = beside in ({}, {"null": {key.lower(): ("false",)}}) and each.condition_keys == {key.lower()}
        if not each.allows and only and allowed and allowed <= permitted and each.takes_in("*"):
            held.update(whole_services(each.actions))
    lacking = [service for service in services if service not in held]
    yield claim(not lacking, f"no statement denies all of {', '.join(lacking)} where `{key}` is another")


def _is_of_one_stack(arn: str, each: Statement, stack: JudgedStack, owners: Owners) -> bool:
    """Whether an ARN holds the name of the stack whose role it is, or is of the foundation's datasets."""
    found = ArnPattern.of(arn)
    if not found.is_in(stack.context.account, stack.context.region):
        return False
    if found.service == "kms":
        aliases = each.condition(ALIASES, "foranyvalue:stringequals", "foranyvalue:stringlike")
        names = [alias.removeprefix("alias/") for alias in aliases]
        return bool(names) and all(_is_named_by(owners, name) for name in names)
    # Of an ARN with a type, the name stands behind it.
    parts = re.split("[/:]", found.resource.replace(OWNER, OF_ROLE))
    name = parts[0] if found.service in WITHOUT_TYPE else parts[min(1, len(parts) - 1)]
    return _is_named_by(owners, name) or attaches_own_policy(each, stack)


def _is_named_by(owners: Owners, name: str) -> bool:
    whole, *begins = owners
    owned = name.replace(OWNER, OF_ROLE).removeprefix(f"{PREFIX}-")
    return owned == whole or owned.startswith(tuple(begins))


def _denied(denials: Iterable[Statement]) -> set[str]:
    denied: set[str] = set()
    for each in denials:
        denied.update(among(each, NEVER))
        denied.update(among(each, NOT_ALLOWED))
    return denied


def _bites(each: Statement, stack: JudgedStack) -> bool:
    """Whether a denial holds everywhere, for everybody but the role that freezes, whatever the request says."""
    # By NotAction a statement says what it leaves, not what it denies.
    everywhere = each.takes_in("*") and not each.not_actions
    others = [key for operator, keys in each.conditions.items() for key in keys if operator != "arnnotequals"]
    return not each.allows and everywhere and not others and _lets_out_freeze_alone(each, stack)


def _lets_out_freeze_alone(each: Statement, stack: JudgedStack) -> bool:
    if not each.conditions:
        return True
    roles = each.condition("aws:PrincipalArn", "arnnotequals")
    named = is_exact(roles) and all(is_whole_role(arn, stack) and arn.endswith(FREEZE) for arn in roles)
    return named and each.condition_keys == {"aws:principalarn"}


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
        "policy itself it asks that it denies rights over rights, keys and buckets to everybody but the role that "
        "freezes, and that it allows no service as a whole.",
    ),
)
