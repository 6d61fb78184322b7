"""Rules of isolation between teams: a team's identities name the team's own, matched whole and never by prefix."""

from collections.abc import Iterator, Mapping

from policies.arns import ArnPattern
from policies.datasets import DatasetAccess
from policies.documents import Statement, allow_statements
from policies.resources import DYNAMODB_TABLE, RDS_INSTANCE, SECRET, JudgedStack, Resource
from policies.rights import DOCUMENTS, documents
from policies.rule import EVERYWHERE, Claim, Rule, Severity, claim
from policies.rules.escalation import ATTACH_ACTIONS
from policies.rules.rights import shown
from policies.values import Value
from reference.vocabulary import (
    BUCKET_POLICY,
    ECR_REPOSITORY,
    ECR_REPOSITORY_POLICY,
    IAM_POLICY,
    IAM_ROLE,
    KMS_ALIAS,
    KMS_KEY,
    LOG_GROUP,
    S3_BUCKET,
    SNS_TOPIC,
    SQS_QUEUE,
)

OWN: Mapping[str, tuple[str, str]] = {
    S3_BUCKET: ("bucket", "s3:{}"),
    ECR_REPOSITORY: ("name", "ecr:repository/{}"),
    SNS_TOPIC: ("name", "sns:{}"),
    SQS_QUEUE: ("name", "sqs:{}"),
    IAM_ROLE: ("name", "iam:role/{}"),
    DYNAMODB_TABLE: ("name", "dynamodb:table/{}"),
    LOG_GROUP: ("name", "logs:log-group:{}"),
    SECRET: ("name", "secretsmanager:secret:{}"),
    RDS_INSTANCE: ("identifier", "rds:db:{}"),
    "aws:sagemaker/mlflowTrackingServer:MlflowTrackingServer": (
        "trackingServerName",
        "sagemaker:mlflow-tracking-server/{}",
    ),
}
"""Per kind: the property that names it, and the service and resource of its ARN, known before anything exists."""
WITHOUT_OWNER = frozenset({"ecr:getauthorizationtoken", "sts:getcalleridentity"})
"""Actions on no resource at all."""
SUFFIXES: Mapping[str, str] = {"logs": ":*", "secretsmanager": "-??????"}
"""Ends that may follow a whole ARN: a group's streams, the six letters of a secret."""
GROUPS_OF_STACK = ("sagemaker:model-package-group/{}-*", "sagemaker:model-package/{}-*/*")
"""ARNs in SageMaker's registry. A team's code names its groups, so the stack's name begins them."""


def _own_arns(stack: JudgedStack) -> frozenset[str]:
    """The services and resources of the ARNs of the stack's own resources."""
    own: set[str] = set()
    for kind, (key, name) in OWN.items():
        for resource in stack.of(kind):
            found = resource.properties.get(key)
            if isinstance(found, str):
                own.add(name.format(found))
    return frozenset(own)


def _is_own(arn: str, own: frozenset[str], stack: JudgedStack) -> bool:
    # Whole names: by prefix, the bucket of team `a` would take in that of team `a-b`.
    found = ArnPattern.of(arn)
    if not found.is_in(stack.context.account, stack.context.region):
        return False
    # After a bucket, any object.
    whole = found.resource.partition("/")[0] if found.service == "s3" else found.resource
    return bool(
        {whole, whole.removesuffix(SUFFIXES.get(found.service, ""))}
        & {name.partition(":")[2] for name in own if name.startswith(f"{found.service}:")}
    )


def _own_aliases(stack: JudgedStack) -> frozenset[str]:
    names = [alias.properties.get("name") for alias in stack.of(KMS_ALIAS)]
    return frozenset(name for name in names if isinstance(name, str))


def _isolated(subject: Resource, stack: JudgedStack) -> Iterator[Claim]:
    if stack.context.kind != "team":
        return
    if subject.kind in DOCUMENTS:
        for document in documents(subject):
            yield from _identity(document, stack)
    else:
        yield from _resource_policy(subject, stack)


def _identity(document: Value, stack: JudgedStack) -> Iterator[Claim]:
    reach = _Reach(stack)
    for each in allow_statements(document):
        strange = [arn for arn in each.resources if not reach.covers(arn, each)]
        # What it does not name is everybody's.
        strange += [f"all but {arn}" for arn in each.not_resources]
        if ATTACH_ACTIONS.issuperset(each.actions) and _only_takes_away(each, stack):
            strange = []
        yield claim(not strange, f"{shown(each)} names what is not of this stack: {', '.join(strange)}")


class _Reach:
    """The ARNs that an identity of a team may name: of its own resources, its keys and its datasets."""

    def __init__(self, stack: JudgedStack):
        context = stack.context
        self._stack = stack
        self._own = stack.derived(_own_arns) | {name.format(context.stack) for name in GROUPS_OF_STACK}
        self._aliases = stack.derived(_own_aliases)
        self._datasets = DatasetAccess(
            stack=context.stack, asked=context.datasets, locations=context.dataset_locations
        )

    def covers(self, arn: str, statement: Statement) -> bool:
        """Whether what a statement may do at an ARN is the stack's own, or a dataset's that it uses."""
        if arn == "*":
            return WITHOUT_OWNER.issuperset(action.lower() for action in statement.actions)
        is_own = _is_own(arn, self._own, self._stack) or self._datasets.covers(arn, statement)
        return is_own or self._is_own_secret(arn) or self._is_own_key(arn, statement)

    def _is_own_secret(self, arn: str) -> bool:
        # Made by hand, so no resource of the plan. No name of a stack holds the slash behind it.
        found = ArnPattern.of(arn)
        own = found.resource.startswith(f"secret:{self._stack.context.stack}/")
        return own and found.service == "secretsmanager" and self._is_here(found)

    def _is_own_key(self, arn: str, statement: Statement) -> bool:
        """Whether a statement over all keys is held to those of the team or its datasets, by whole alias."""
        found = ArnPattern.of(arn)
        if found.service != "kms" or not self._is_here(found):
            return False
        # A key's ARN holds an id that KMS makes up; its alias is a fixed name, and IAM compares it.
        aliases = statement.condition("kms:ResourceAliases", "foranyvalue:stringequals", "stringequals")
        of_team = self._aliases.issuperset(aliases)
        return bool(aliases) and (of_team or self._datasets.covers_key(aliases, statement))

    def _is_here(self, found: ArnPattern) -> bool:
        return found.is_in(self._stack.context.account, self._stack.context.region)


def _only_takes_away(each: Statement, stack: JudgedStack) -> bool:
    """Whether a statement attaches nothing but policies of this stack that deny and allow nothing, as a freeze does."""
    pinned = each.condition("iam:PolicyARN", "arnequals", "stringequals")
    denying = {
        f"policy/{policy.properties.get('name')}"
        for policy in stack.of(IAM_POLICY)
        if not list(allow_statements(policy.at("policy")))
    }
    found = [ArnPattern.of(arn) for arn in pinned]
    return bool(found) and all(
        arn.resource in denying and arn.is_in(stack.context.account, stack.context.region) for arn in found
    )


def _resource_policy(subject: Resource, stack: JudgedStack) -> Iterator[Claim]:
    """A resource of the team lets in its own roles, its account's administrators and AWS services."""
    own = stack.derived(_own_arns)
    root = f":iam::{stack.context.account}:root"
    for each in allow_statements(subject.at("policy")):
        principals = each.principals.get("AWS", ())
        strange = [name for name in principals if not (name.endswith(root) or _is_own(name, own, stack))]
        limited = subject.kind == KMS_KEY and _is_held_to_service(each, stack)
        yield claim(limited or not strange, f"statement `{each.sid}` lets in who is not of this stack")


def _is_held_to_service(each: Statement, stack: JudgedStack) -> bool:
    """Whether a statement lets in those of the stack's own account who come through a named service."""
    # So AWS's own policies of `aws/ebs` and the like are written: the caller's role need not exist yet.
    account = each.condition("kms:CallerAccount", "stringequals")
    services = each.condition("kms:ViaService", "stringequals")
    anyone = each.principals.get("AWS") == ("*",) and not each.not_principals
    whole = bool(services) and not any("*" in name for name in services)
    return anyone and account == (stack.context.account,) and whole


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
        kinds=(*DOCUMENTS, BUCKET_POLICY, ECR_REPOSITORY_POLICY, KMS_KEY),
        check=_isolated,
        note="ARNs are compared whole with those of the stack's resources: team `a` has no part in `a-b`. Shared "
        "datasets are those of `data.datasets`, each in the bucket and under the key of the stack's own foundation, "
        "which must name the stack as its owner or reader. Where the foundation's file is not there, none is known.",
    ),
)
