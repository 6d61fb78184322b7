"""Rules that keep teams apart: what a team's identities name is the team's own, matched whole and never by prefix."""

from collections.abc import Iterator, Mapping

from policies.datasets import Shared
from policies.documents import Statement, allowed
from policies.resources import JudgedStack, Resource
from policies.rule import EVERYWHERE, Claim, Rule, Severity, advice, claim
from reference.vocabulary import BUCKET_POLICY, KMS_KEY

ROLE_POLICY = "aws:iam/rolePolicy:RolePolicy"
REPOSITORY_POLICY = "aws:ecr/repositoryPolicy:RepositoryPolicy"
NAMES: Mapping[str, tuple[str, str]] = {
    "aws:s3/bucket:Bucket": ("bucket", ":s3:::{}"),
    "aws:ecr/repository:Repository": ("name", ":repository/{}"),
    "aws:sns/topic:Topic": ("name", ":{}"),
    "aws:sqs/queue:Queue": ("name", ":{}"),
    "aws:iam/role:Role": ("name", ":role/{}"),
    "aws:dynamodb/table:Table": ("name", ":table/{}"),
    "aws:cloudwatch/logGroup:LogGroup": ("name", ":log-group:{}"),
    "aws:secretsmanager/secret:Secret": ("name", ":secret:{}"),
    "aws:rds/instance:Instance": ("identifier", ":db:{}"),
    "aws:sagemaker/mlflowTrackingServer:MlflowTrackingServer": (
        "trackingServerName",
        ":mlflow-tracking-server/{}",
    ),
}
"""How the ARN of a kind ends, and the property that names it. ARNs are known before anything exists."""
ATTACHING = ("iam:AttachRolePolicy", "iam:DetachRolePolicy")
WITHOUT_OWNER = ("ecr:GetAuthorizationToken", "sts:GetCallerIdentity")
"""Actions on no resource at all."""
SUFFIXES = ("", ":*", "-??????")
"""What may follow a whole ARN: a group's streams, the six letters of a secret. After a bucket's name, any object."""
SHARED = (":model-package-group/*", ":model-package/*")
"""What the teams of an account have in common: SageMaker's registry, whose groups bear names of their code."""


def _own_arns(stack: JudgedStack) -> frozenset[str]:
    """How the ARNs of the stack's own resources end."""
    ends: set[str] = set()
    for kind, (key, end) in NAMES.items():
        for resource in stack.of(kind):
            name = resource.properties.get(key)
            if isinstance(name, str):
                ends.add(end.format(name))
    return frozenset(ends)


def _is_own(arn: str, own: frozenset[str]) -> bool:
    if ":s3:::" in arn:
        bucket = arn.partition(":s3:::")[2].partition("/")[0]
        return f":s3:::{bucket}" in own
    return any(arn.endswith(f"{end}{suffix}") for end in own for suffix in SUFFIXES)


def _own_aliases(stack: JudgedStack) -> frozenset[str]:
    names = (alias.properties.get("name") for alias in stack.of("aws:kms/alias:Alias"))
    return frozenset(name for name in names if isinstance(name, str))


def _isolated(subject: Resource, stack: JudgedStack) -> Iterator[Claim]:
    if stack.context.kind != "team":
        return
    if subject.kind == ROLE_POLICY:
        yield from _identity(subject, stack)
    else:
        yield from _grants(subject, stack)


def _identity(subject: Resource, stack: JudgedStack) -> Iterator[Claim]:
    own, aliases = _own_arns(stack), _own_aliases(stack)
    granted = list(allowed(subject.at("policy")))
    datasets = Shared(context=stack.context)
    for each in granted:
        shared = [arn for arn in each.resources if arn.endswith(SHARED)]
        yield advice(not shared, f"statement `{each.sid}` reaches what all teams of the account share")
        strange = [
            arn
            for arn in each.resources
            if arn not in shared
            and not _is_own(arn, own)
            and not datasets.holds(arn, each)
            and not _is_own_key(arn, each, aliases, datasets)
        ]
        if set(each.actions) <= set(ATTACHING) and _only_takes_away(each, stack):
            strange = []
        yield claim(
            not strange, f"statement `{each.sid}` names what is not of this stack: {', '.join(strange)}"
        )


def _only_takes_away(each: Statement, stack: JudgedStack) -> bool:
    """Whether a statement attaches nothing but policies of this stack that deny and allow nothing, as a freeze does."""
    pinned = each.condition("iam:PolicyARN", "arnequals", "stringequals")
    denying = {
        f":policy/{policy.properties.get('name')}"
        for policy in stack.of("aws:iam/policy:Policy")
        if not list(allowed(policy.at("policy")))
    }
    return bool(pinned) and all(arn.endswith(tuple(denying)) for arn in pinned)


def _is_own_key(arn: str, each: Statement, aliases: frozenset[str], datasets: Shared) -> bool:
    """Whether a statement over all keys is held to those of the team or its datasets, by whole alias."""
    if arn == "*":
        return all(action in WITHOUT_OWNER for action in each.actions)
    if ":kms:" not in arn:
        return False
    named = each.condition("kms:ResourceAliases", "foranyvalue:stringequals", "stringequals")
    return bool(named) and (set(named) <= aliases or datasets.holds_key(named, each))


def _grants(subject: Resource, stack: JudgedStack) -> Iterator[Claim]:
    """A resource of the team lets in its own roles, its account's administrators and AWS services."""
    own = _own_arns(stack)
    root = f":iam::{stack.context.account}:root"
    for each in allowed(subject.at("policy")):
        strange = [
            name for name in each.principals.get("AWS", ()) if not (name.endswith(root) or _is_own(name, own))
        ]
        held = subject.kind == KMS_KEY and _is_held_to_service(each, stack)
        yield claim(held or not strange, f"statement `{each.sid}` lets in who is not of this stack")


def _is_held_to_service(each: Statement, stack: JudgedStack) -> bool:
    """Whether anybody who comes through a named service, from the stack's own account, is who is let in."""
    account = each.condition("kms:CallerAccount", "stringequals")
    through = each.condition("kms:ViaService", "stringequals")
    anyone = each.principals.get("AWS") == ("*",) and not each.not_principals
    return anyone and account == (stack.context.account,) and _whole(through)


def _whole(names: tuple[str, ...]) -> bool:
    return bool(names) and not any("*" in name for name in names)


RULES = (
    Rule(
        id="ID-10",
        name="cross-team-isolation",
        title="A team's identities reach the team's own resources, and nobody else's",
        why="Teams share an account: nothing but these documents keeps one from the other's data.",
        fix="Name the stack's own resources by whole ARN, and keys by alias; list datasets in `data.datasets`.",
        severity=Severity.CRITICAL,
        enforcement=EVERYWHERE,
        owner="security",
        controls=("FSBP S3.6",),
        scope="stack",
        advises=True,
        kinds=(ROLE_POLICY, BUCKET_POLICY, REPOSITORY_POLICY, KMS_KEY),
        check=_isolated,
        note="ARNs are compared whole with those of the stack's resources: team `a` has no part in `a-b`. Shared "
        "datasets are those of `data.datasets`, each in the bucket and under the key of the stack's own foundation, "
        "which must name the stack as its owner or reader. Where the foundation's file is not there, none is known.",
    ),
)
