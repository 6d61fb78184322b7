"""Rules of isolation between teams: a team's identities name the team's own, matched whole and never by prefix."""

from collections.abc import Iterator, Mapping

from policies.admitted import others_let_in
from policies.datasets import DatasetAccess
from policies.documents import Statement, allow_statements
from policies.resources import DYNAMODB_TABLE, EVERY_KIND, RDS_INSTANCE, SECRET, JudgedStack, Resource
from policies.rule import EVERYWHERE, Claim, Rule, Severity, claim
from policies.rules.iam import ATTACH_ACTIONS
from reference.vocabulary import (
    ECR_REPOSITORY,
    IAM_POLICY,
    IAM_ROLE,
    IAM_ROLE_POLICY,
    KMS_ALIAS,
    LOG_GROUP,
    S3_BUCKET,
    SNS_TOPIC,
    SQS_QUEUE,
)

ARN_ENDS: Mapping[str, tuple[str, str]] = {
    S3_BUCKET: ("bucket", ":s3:::{}"),
    ECR_REPOSITORY: ("name", ":repository/{}"),
    SNS_TOPIC: ("name", ":{}"),
    SQS_QUEUE: ("name", ":{}"),
    IAM_ROLE: ("name", ":role/{}"),
    DYNAMODB_TABLE: ("name", ":table/{}"),
    LOG_GROUP: ("name", ":log-group:{}"),
    SECRET: ("name", ":secret:{}"),
    RDS_INSTANCE: ("identifier", ":db:{}"),
    "aws:sagemaker/mlflowTrackingServer:MlflowTrackingServer": (
        "trackingServerName",
        ":mlflow-tracking-server/{}",
    ),
}
"""Per kind: the property that names it, and the end of its ARN. ARNs are known before anything exists."""
WITHOUT_OWNER = ("ecr:GetAuthorizationToken", "sts:GetCallerIdentity")
"""Actions on no resource at all."""
SUFFIXES = ("", ":*", "-??????")
"""Ends that may follow a whole ARN: a group's streams, the six letters of a secret. After a bucket, any object."""
GROUPS_OF_STACK = (":model-package-group/{}-*", ":model-package/{}-*/*")
"""Ends of ARNs in SageMaker's registry. A team's code names its groups, so the stack's name begins them."""


def _own_arns(stack: JudgedStack) -> frozenset[str]:
    """The ends of the ARNs of the stack's own resources."""
    ends: set[str] = set()
    for kind, (key, end) in ARN_ENDS.items():
        for resource in stack.of(kind):
            name = resource.properties.get(key)
            if isinstance(name, str):
                ends.add(end.format(name))
    return frozenset(ends)


def _is_own(arn: str, own: frozenset[str]) -> bool:
    # Whole names: by prefix, the bucket of team `a` would take in that of team `a-b`.
    if ":s3:::" in arn:
        bucket = arn.partition(":s3:::")[2].partition("/")[0]
        return f":s3:::{bucket}" in own
    return any(_ends_whole(arn, end) for end in own)


def _ends_whole(arn: str, end: str) -> bool:
    return arn.endswith(tuple(f"{end}{suffix}" for suffix in SUFFIXES))


def _own_aliases(stack: JudgedStack) -> frozenset[str]:
    names = [alias.properties.get("name") for alias in stack.of(KMS_ALIAS)]
    return frozenset(name for name in names if isinstance(name, str))


def _isolated(subject: Resource, stack: JudgedStack) -> Iterator[Claim]:
    if stack.context.kind != "team":
        return
    if subject.kind == IAM_ROLE_POLICY:
        yield from _identity(subject, stack)
    else:
        yield from _resource_policy(subject, stack)


def _identity(subject: Resource, stack: JudgedStack) -> Iterator[Claim]:
    reach = _Reach(stack)
    for each in allow_statements(subject.at("policy")):
        strange = [arn for arn in each.resources if not reach.covers(arn, each)]
        if ATTACH_ACTIONS.issuperset(each.actions) and _only_takes_away(each, stack):
            strange = []
        yield claim(
            not strange, f"statement `{each.sid}` names what is not of this stack: {', '.join(strange)}"
        )


class _Reach:
    """The ARNs that an identity of a team may name: of its own resources, its keys and its datasets."""

    def __init__(self, stack: JudgedStack):
        context = stack.context
        self._stack = context.stack
        self._own = stack.derived(_own_arns) | {end.format(context.stack) for end in GROUPS_OF_STACK}
        self._aliases = stack.derived(_own_aliases)
        self._datasets = DatasetAccess(
            stack=context.stack, asked=context.datasets, locations=context.dataset_locations
        )

    def covers(self, arn: str, statement: Statement) -> bool:
        """Whether what a statement may do at an ARN is the stack's own, or a dataset's that it uses."""
        is_own = _is_own(arn, self._own) or self._datasets.covers(arn, statement)
        return is_own or self._is_own_secret(arn) or self._is_own_key(arn, statement)

    def _is_own_secret(self, arn: str) -> bool:
        # Made by hand, so no resource of the plan. No name of a stack holds the slash behind it.
        parts = arn.split(":", 6)
        is_secret = parts[2:3] + parts[5:6] == ["secretsmanager", "secret"]
        return is_secret and parts[-1].startswith(f"{self._stack}/")

    def _is_own_key(self, arn: str, statement: Statement) -> bool:
        """Whether a statement over all keys is held to those of the team or its datasets, by whole alias."""
        if arn == "*":
            return all(action in WITHOUT_OWNER for action in statement.actions)
        if ":kms:" not in arn:
            return False
        # A key's ARN holds an id that KMS makes up; its alias is a fixed name, and IAM compares it.
        aliases = statement.condition("kms:ResourceAliases", "foranyvalue:stringequals", "stringequals")
        of_team = self._aliases.issuperset(aliases)
        return bool(aliases) and (of_team or self._datasets.covers_key(aliases, statement))


def _only_takes_away(each: Statement, stack: JudgedStack) -> bool:
    """Whether a statement attaches nothing but policies of this stack that deny and allow nothing, as a freeze does."""
    pinned = each.condition("iam:PolicyARN", "arnequals", "stringequals")
    denying = tuple(
        f":policy/{policy.properties.get('name')}"
        for policy in stack.of(IAM_POLICY)
        if not list(allow_statements(policy.at("policy")))
    )
    return bool(pinned) and all(arn.endswith(denying) for arn in pinned)


def _resource_policy(subject: Resource, stack: JudgedStack) -> Iterator[Claim]:
    """A resource of the team lets in its own roles, its account's administrators and AWS services."""
    for each, others in others_let_in(subject, stack):
        yield claim(not others, f"{each.shown} lets in {', '.join(others)}, not of this stack")


RULES = (
    Rule(
        id="ID-10",
        name="cross-team-isolation",
        title="A team's identities reach the team's own resources, and nobody else's",
        why="Teams share an account: nothing but these documents keeps one from the other's data.",
        fix="Name the stack's own resources by whole ARN, and keys by alias; list datasets in `data.datasets`.",
        cluster="only the plan: the documents are those of AWS resources",
        severity=Severity.CRITICAL,
        enforcement=EVERYWHERE,
        owner="security",
        controls=("FSBP S3.6",),
        scope="stack",
        kinds=EVERY_KIND,
        check=_isolated,
        note="ARNs are compared whole with those of the stack's resources: team `a` has no part in `a-b`. Shared "
        "datasets are those of `data.datasets`, each in the bucket and under the key of the stack's own foundation, "
        "which must name the stack as its owner or reader. Where the foundation's file is not there, none is known.",
    ),
)
