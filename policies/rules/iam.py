"""Rules of IAM: the rights in documents, and the trust of roles."""

from collections.abc import Iterator, Sequence
from fnmatch import fnmatchcase

from policies.documents import Statement, allow_statements
from policies.resources import JudgedStack, Resource
from policies.rule import EVERYWHERE, Claim, Rule, Severity, claim
from policies.values import Truth
from reference.names import PREFIX
from reference.vocabulary import (
    IAM_POLICY,
    IAM_ROLE,
    IAM_ROLE_POLICY,
    IAM_ROLE_POLICY_ATTACHMENT,
)

ATTACHMENTS = (
    IAM_ROLE_POLICY_ATTACHMENT,
    "aws:iam/userPolicyAttachment:UserPolicyAttachment",
    "aws:iam/groupPolicyAttachment:GroupPolicyAttachment",
)
DOCUMENTS = (IAM_POLICY, IAM_ROLE_POLICY, "aws:iam/groupPolicy:GroupPolicy")
USERS = (
    "aws:iam/user:User",
    "aws:iam/accessKey:AccessKey",
    "aws:iam/userPolicyAttachment:UserPolicyAttachment",
    "aws:iam/userPolicy:UserPolicy",
    "aws:iam/userLoginProfile:UserLoginProfile",
)
ADMIN_POLICIES = ("policy/AdministratorAccess", "policy/IAMFullAccess", "policy/PowerUserAccess")
WITHOUT_RESOURCE = (
    "acm:ListCertificates",
    "ce:Get*",
    "cloudwatch:PutMetricData",
    "ec2:Describe*",
    "ec2:GetCoipPoolUsage",
    "ec2:GetSecurityGroupsForVpc",
    "ecr:GetAuthorizationToken",
    "elasticloadbalancing:Describe*",
    "fsx:DescribeFileSystems",
    "iam:ListInstanceProfiles",
    "iam:ListServerCertificates",
    "kms:ListAliases",
    "kms:ListKeys",
    "logs:DescribeLogGroups",
    "pricing:GetProducts",
    "s3:ListAllMyBuckets",
    "sts:GetCallerIdentity",
)
"""Actions for which AWS takes no resource but `*`, by its service authorization reference."""
ESCALATIONS = (
    "iam:AddUserToGroup",
    "iam:AttachGroupPolicy",
    "iam:AttachRolePolicy",
    "iam:AttachUserPolicy",
    "iam:CreateAccessKey",
    "iam:CreateLoginProfile",
    "iam:CreatePolicyVersion",
    "iam:DeleteRolePermissionsBoundary",
    "iam:PutGroupPolicy",
    "iam:PutRolePermissionsBoundary",
    "iam:PutRolePolicy",
    "iam:PutUserPolicy",
    "iam:SetDefaultPolicyVersion",
    "iam:UpdateAssumeRolePolicy",
    "iam:UpdateLoginProfile",
)
ATTACH_ACTIONS = frozenset({"iam:AttachRolePolicy", "iam:DetachRolePolicy"})


def _no_users(_resource: Resource, _stack: JudgedStack) -> Iterator[Claim]:
    yield claim(False, "identities are roles, taken through SSO, OIDC or pod identity")


def _no_admin(resource: Resource, _stack: JudgedStack) -> Iterator[Claim]:
    if resource.kind in ATTACHMENTS or resource.kind == IAM_ROLE:
        key = "managedPolicyArns" if resource.kind == IAM_ROLE else "policyArn"
        for arn in resource.at(key).items():
            # By the end of the ARN, since its beginning differs by partition.
            admin = arn.test(lambda found: str(found).endswith(ADMIN_POLICIES))
            yield claim(~admin, f"`{key}` is a policy of administrators")
        return
    for each in allow_statements(resource.at("policy")):
        everything = "*" in each.actions and "*" in each.resources
        yield claim(not everything, f"{_named(each)} allows every action on every resource")


def _no_wildcard(resource: Resource, _stack: JudgedStack) -> Iterator[Claim]:
    for each in allow_statements(resource.at("policy")):
        wide = [action for action in each.actions if action == "*" or action.endswith(":*")]
        yield claim(not wide, f"{_named(each)} allows all of a service: {', '.join(sorted(wide))}")
        # With Allow, NotAction and NotResource grant everything else, and what AWS adds later.
        inverted = each.not_actions or each.not_resources
        yield claim(not inverted, f"{_named(each)} allows by what it does not name")
        if "*" in each.resources:
            restrictable = [action for action in each.actions if not _takes_no_resource(action)]
            yield claim(
                not restrictable, f"{_named(each)} names no resource for {', '.join(sorted(restrictable))}"
            )


def _takes_no_resource(action: str) -> bool:
    return any(fnmatchcase(action.lower(), known.lower()) for known in WITHOUT_RESOURCE)


def _no_escalation(resource: Resource, stack: JudgedStack) -> Iterator[Claim]:
    for each in allow_statements(resource.at("policy")):
        chains = [] if _attaches_own_policy(each) else each.matches(*ESCALATIONS)
        yield claim(not chains, f"{_named(each)} can raise its own rights: {', '.join(chains)}")
        names_roles = bool(each.resources) and all(_is_whole_role(arn) for arn in each.resources)
        if each.matches("iam:PassRole"):
            nodes = _roles_of_nodes(stack)
            passes_named = all(_is_whole_role(arn) or arn.endswith(nodes) for arn in each.resources)
            yield claim(
                bool(each.resources) and passes_named, f"{_named(each)} passes roles that it does not name"
            )
            # Whoever may start an instance or a function with a role has that role's rights.
            limited = each.condition("iam:PassedToService", "stringequals")
            yield claim(
                bool(limited), f"{_named(each)} passes a role to any service: set iam:PassedToService"
            )
        if each.matches("sts:AssumeRole"):
            yield claim(names_roles, f"{_named(each)} takes roles that it does not name")


def _attaches_own_policy(each: Statement) -> bool:
    """Whether a statement does no more than to attach policies of ours, named whole, to roles named whole."""
    # A freeze does it: a budget's action attaches a denial to the provisioner. ID-10 asks that it denies.
    pinned = each.condition("iam:PolicyARN", "arnequals", "stringequals")
    ours = bool(_exact(pinned)) and not any(":aws:policy/" in arn for arn in pinned)
    attaches = ATTACH_ACTIONS.issuperset(each.actions)
    return ours and attaches and all(_is_whole_role(arn) for arn in each.resources)


def _roles_of_nodes(stack: JudgedStack) -> str:
    """The end of the pattern of the stack's roles of teams' nodes, too many to name each.

    No other role is among them: names of other roles have no dot.
    """
    return f":role/{PREFIX}-{stack.context.stack}.node-*"


def _is_whole_role(arn: str) -> bool:
    return ":role/" in arn and "*" not in arn and "?" not in arn


def _exact(values: Sequence[str]) -> Truth:
    patterns = [value for value in values if "*" in value or "?" in value]
    return Truth.of(bool(values) and not patterns)


def _named(each: Statement) -> str:
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
        kinds=USERS,
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
        kinds=(*DOCUMENTS, *ATTACHMENTS, IAM_ROLE),
        check=_no_admin,
    ),
    Rule(
        id="ID-03",
        name="no-service-wildcard",
        title="A policy names actions and resources",
        why="`svc:*` grants what AWS adds to the service next year; `NotAction` grants everything else.",
        fix="List actions; name resources wherever the service can restrict them.",
        severity=Severity.HIGH,
        enforcement=EVERYWHERE,
        owner="security",
        controls=("CKV_AWS_355", "CKV_AWS_289", "CKV_AWS_290", "FSBP IAM.21", "FSBP KMS.1", "FSBP KMS.2"),
        kinds=DOCUMENTS,
        check=_no_wildcard,
    ),
    Rule(
        id="ID-04",
        name="no-privilege-escalation",
        title="No identity can raise its own rights",
        why="Passing any role, or rewriting a policy, is a longer way to administrator.",
        fix="Leave the action out; pass roles by exact ARN, or those of teams' nodes, to one service.",
        severity=Severity.CRITICAL,
        enforcement=EVERYWHERE,
        owner="security",
        controls=("CKV_AWS_286", "CKV_AWS_287", "CKV_AWS_288"),
        kinds=DOCUMENTS,
        check=_no_escalation,
    ),
)
