"""Rules of the rights of identities: who has them, and how much they let one do."""

from collections.abc import Iterator, Sequence

from policies.actions import (
    among,
    by_lower_case,
    takes_no_resource,
    whole_services,
)
from policies.arns import ArnPattern, names_none, partition_of
from policies.documents import Statement, allow_statements, is_everything, statements
from policies.resources import JudgedStack, Resource
from policies.rights import ATTACHED, DOCUMENTS, NAMED, OF_USERS, attached, documents, named
from policies.rule import EVERYWHERE, Claim, Rule, Severity, claim, few
from policies.values import Truth, Value
from reference.names import role_name
from reference.tags import COST_TAG
from reference.vocabulary import BUDGET_ACTION, IAM_POLICY

EXCLUSIVE = "aws:iam/policyAttachment:PolicyAttachment"
ADMIN_POLICIES = ("policy/AdministratorAccess", "policy/IAMFullAccess", "policy/PowerUserAccess")
OF_AWS = (
    "AWSBackupServiceRolePolicyForS3Backup",
    "AmazonEBSCSIDriverPolicyV2",
    "AmazonEKSClusterPolicy",
    "AmazonEKSWorkerNodePolicy",
    "AmazonEKS_CNI_Policy",
    "AmazonSSMManagedInstanceCore",
)
"""AWS's own policies that components attach, for add-ons, nodes and backups. AWS changes each when it likes."""
LAUNCHES = by_lower_case("ec2:CreateFleet", "ec2:RunInstances")
ADMIN_SERVICES = {"*", "iam", "organizations", "sso", "sts"}
"""Services of which all is every right, if a step away."""


def _no_users(subject: Resource, _stack: JudgedStack) -> Iterator[Claim]:
    if subject.kind != EXCLUSIVE:
        yield claim(False, "identities are roles, taken through SSO, OIDC or pod identity")
        return
    for key in ("groups", "users"):
        yield claim(subject.at(key).is_absent, f"`{key}` are users of IAM: attach policies to roles")


def _no_admin(subject: Resource, stack: JudgedStack) -> Iterator[Claim]:
    for arn in attached(subject):
        if not arn.is_known and stack.targets(subject, arn.root, IAM_POLICY):
            continue  # the stack's own, which is judged itself
        # By the end of the ARN, since its beginning differs by partition.
        admin = arn.test(lambda found: str(found).endswith(ADMIN_POLICIES))
        yield claim(~admin, f"`{arn.root}` is a policy of administrators")
    for document in documents(subject):
        allowed = [each for each in allow_statements(document) if _is_everywhere(each)]
        for each in allowed:
            everything = any(is_everything(action) for action in each.actions)
            yield claim(not everything, f"{shown(each)} allows every action on every resource")
        services = ADMIN_SERVICES.intersection(whole_services(_actions(allowed)))
        yield claim(
            not services - {"*"}, f"it allows all of {', '.join(sorted(services))}, which is every right"
        )


def _is_everywhere(each: Statement) -> bool:
    return any(names_none(arn) for arn in each.resources)


def _actions(allowed: Sequence[Statement]) -> tuple[str, ...]:
    actions: list[str] = []
    for each in allowed:
        actions += each.actions
    return tuple(actions)


def _no_wildcard(subject: Resource, stack: JudgedStack) -> Iterator[Claim]:
    for document in documents(subject):
        allowed = list(allow_statements(document))
        alone: set[str] = set()
        for each in allowed:
            wide = whole_services(each.actions)
            alone.update(wide)
            yield claim(not wide, f"{shown(each)} allows all of a service: {few(wide)}")
            # With Allow, NotAction and NotResource grant everything else, and what AWS adds later.
            inverted = each.not_actions or each.not_resources
            yield claim(not inverted, f"{shown(each)} allows by what it does not name")
            yield from _resources(each, stack)
        together = sorted(set(whole_services(_actions(allowed))) - alone)
        yield claim(not together, f"its statements together allow all of a service: {few(together)}")


def _resources(each: Statement, stack: JudgedStack) -> Iterator[Claim]:
    if _is_everywhere(each):
        restrictable = [action for action in each.actions if not takes_no_resource(action)]
        yield claim(not restrictable, f"{shown(each)} names no resource for {few(sorted(restrictable))}")
    outside = [arn for arn in each.resources if not is_everything(arn) and _leaves(arn, each, stack)]
    yield claim(not outside, f"{shown(each)} reaches other accounts by {few(sorted(outside))}")


def _leaves(arn: str, each: Statement, stack: JudgedStack) -> bool:
    """Whether an ARN reaches other accounts, and no condition says that they are meant or left out."""
    # Nodes pull AWS's images of add-ons from registries of AWS's accounts, whose number differs by region.
    account = (stack.context.account,)
    return ArnPattern.of(arn).leaves(stack.context.account) and account not in (
        each.condition("aws:ResourceAccount", "stringequals"),
        each.condition("aws:ResourceAccount", "stringnotequals"),
    )


def _known_policies(subject: Resource, stack: JudgedStack) -> Iterator[Claim]:
    for arn in attached(subject):
        known = _is_attachable(arn, subject, stack)
        yield claim(known, f"`{arn.root}` is no policy of this stack, and none of AWS's that are known here")
    if subject.kind == BUDGET_ACTION:
        yield from _takes_away(subject, stack)
    for reference in named(subject):
        known = reference.at("name").test(lambda name: f":policy/{name}" in stack.derived(_own_policies))
        yield claim(known, f"`{reference.root}` is no policy of this stack")


def _takes_away(action: Resource, stack: JudgedStack) -> Iterator[Claim]:
    """A budget's action attaches a denial of launches, and nothing that gives rights."""
    for policy in stack.targets(action, "definition", IAM_POLICY):
        found = statements(policy.at("policy"))
        denies = not any(each.allows for each in found)
        yield claim(denies, "the policy that it attaches allows something: a freeze takes away alone")
        stops = any(not each.allows and _stops_launches(each, stack) for each in found)
        yield claim(stops, "the policy that it attaches does not deny every launch of the team's nodes")
    if stack.context.foundation:
        launching = role_name(stack.context.foundation, "karpenter")
        frozen = action.at("definition.iamActionDefinition.roles").contains(launching)
        yield claim(frozen, "`definition` does not name the foundation's role that launches nodes")


def _stops_launches(each: Statement, stack: JudgedStack) -> bool:
    held = {"stringequals": {f"aws:requesttag/{COST_TAG}": (stack.context.team,)}}
    launches = set(among(each, LAUNCHES)) == set(LAUNCHES.names.values()) and not each.not_actions
    everywhere = all(map(each.takes_in, _launched(stack)))
    return launches and everywhere and each.conditions in ({}, held)


def _launched(stack: JudgedStack) -> list[str]:
    account = f"arn:{partition_of(stack.context.region)}:ec2:{stack.context.region}:{stack.context.account}"
    return [f"{account}:{kind}/anything" for kind in ("fleet", "instance")]


def _is_attachable(arn: Value, subject: Resource, stack: JudgedStack) -> Truth:
    if arn.is_known:
        return arn.test(lambda found: _is_own_policy(str(found), stack) or _is_known_of_aws(str(found)))
    return Truth.YES if stack.targets(subject, arn.root, IAM_POLICY) else Truth.UNSURE


def _is_known_of_aws(arn: str) -> bool:
    found = ArnPattern.of(arn)
    return found.account == "aws" and found.resource.removeprefix("policy/") in OF_AWS


def _is_own_policy(arn: str, stack: JudgedStack) -> bool:
    found = ArnPattern.of(arn)
    return found.account == stack.context.account and f":{found.resource}" in stack.derived(_own_policies)


def _own_policies(stack: JudgedStack) -> frozenset[str]:
    """The ends of the ARNs of the stack's own policies, after their paths."""
    names: set[str] = set()
    for policy in stack.of(IAM_POLICY):
        name, path = policy.properties.get("name"), policy.properties.get("path", "/")
        if isinstance(name, str) and isinstance(path, str):
            names.add(f":policy{path}{name}")
    return frozenset(names)


def shown(each: Statement) -> str:
    """A statement as a message names it."""
    return f"statement `{each.sid}`" if each.sid else "a statement"


RULES = (
    Rule(
        id="ID-01",
        name="no-iam-users",
        title="Nobody is an IAM user",
        why="A user's key works from anywhere until somebody thinks of it.",
        fix="Use a role: people through SSO, CI through OIDC, pods through pod identity.",
        severity=Severity.HIGH,
        enforcement=EVERYWHERE,
        owner="security",
        controls=("CKV_AWS_273", "CKV_AWS_40", "FSBP IAM.2", "CIS AWS 2.14", "CIS AWS 2.20"),
        kinds=(*OF_USERS, EXCLUSIVE),
        check=_no_users,
    ),
    Rule(
        id="ID-02",
        name="no-admin",
        title="No identity may do everything",
        why="Whoever takes over an administrator has the account.",
        fix="Allow the actions that are needed, on the resources they are needed on.",
        severity=Severity.CRITICAL,
        enforcement=EVERYWHERE,
        owner="security",
        controls=(
            "CKV_AWS_62",
            "CKV_AWS_63",
            "CKV_AWS_274",
            "CKV2_AWS_40",
            "CKV2_AWS_56",
            "FSBP IAM.1",
            "CIS AWS 2.15",
        ),
        kinds=tuple({**DOCUMENTS, **ATTACHED}),
        check=_no_admin,
    ),
    Rule(
        id="ID-03",
        name="no-service-wildcard",
        title="A policy names actions and resources",
        why="`svc:*` grants what AWS adds to the service next year; `NotAction` grants everything else.",
        fix="List actions; name resources of the stack's account wherever the service can restrict them.",
        severity=Severity.HIGH,
        enforcement=EVERYWHERE,
        owner="security",
        controls=("CKV_AWS_355", "CKV_AWS_289", "CKV_AWS_290", "FSBP IAM.21", "FSBP KMS.1", "FSBP KMS.2"),
        kinds=tuple(DOCUMENTS),
        check=_no_wildcard,
        note="Patterns are judged by the actions that they stand for, however they are spelt, by AWS's service "
        "authorization reference; 95 of 100 actions of a service are all of it.",
    ),
    Rule(
        id="ID-15",
        name="known-attachments",
        title="What is attached to an identity is a policy of the stack, or one of AWS's that is known",
        why="AWS has over a thousand policies, and adds rights to them; a policy of others is judged by nobody.",
        fix="Write the rights down in a policy of the stack, or ask for an exception that names AWS's policy.",
        severity=Severity.HIGH,
        enforcement=EVERYWHERE,
        owner="security",
        controls=("FSBP IAM.1",),
        scope="stack",
        kinds=tuple({**ATTACHED, **NAMED}),
        check=_known_policies,
        note="Known are those that components attach to add-ons, nodes and the role of backups.",
    ),
)
