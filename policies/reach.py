"""The resources that an identity may name: those of its own stack by whole ARN, its keys by alias, its datasets."""

from collections.abc import Mapping
from re import fullmatch

from policies.actions import among, by_lower_case
from policies.arns import ArnPattern
from policies.datasets import DatasetAccess
from policies.documents import Statement
from policies.escalations import TAKING_ROLES
from policies.resources import DYNAMODB_TABLE, RDS_INSTANCE, SECRET, JudgedStack
from reference.names import PREFIX
from reference.vocabulary import (
    ECR_REPOSITORY,
    IAM_ROLE,
    KMS_ALIAS,
    LOG_GROUP,
    S3_BUCKET,
    SNS_TOPIC,
    SQS_QUEUE,
)

ALIASES, VIA_SERVICE = "kms:ResourceAliases", "kms:ViaService"
ROLES = by_lower_case("iam:PassRole", *TAKING_ROLES)
CONTENT = by_lower_case(
    "ecr:BatchDeleteImage",
    "ecr:DeleteRepository",
    "ecr:PutImage",
    "ecr:PutLifecyclePolicy",
    "sqs:DeleteMessage",
    "sqs:PurgeQueue",
    "sqs:ReceiveMessage",
    "sqs:SendMessage",
)
"""Actions on what repositories and queues hold, beside those that ask how much it is or pull it."""
DATA = {"dynamodb", "kms", "s3", "secretsmanager"}
"""Services whose resources hold what teams keep."""
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


def own_arns(stack: JudgedStack) -> frozenset[str]:
    """The services and resources of the ARNs of the stack's own resources."""
    own: set[str] = set()
    for kind, (key, name) in OWN.items():
        for resource in stack.of(kind):
            found = resource.properties.get(key)
            if isinstance(found, str):
                own.add(name.format(found))
    return frozenset(own)


def is_own(arn: str, own: frozenset[str], stack: JudgedStack) -> bool:
    """Whether an ARN is of one of the stack's own resources, in its account and region."""
    # Whole names: by prefix, the bucket of team `a` would take in that of team `a-b`.
    found = ArnPattern.of(arn)
    if not found.is_in(stack.context.account, stack.context.region):
        return False
    # After a bucket, any object.
    whole = found.resource.partition("/")[0] if found.service == "s3" else found.resource
    named = (whole, whole.removesuffix(SUFFIXES.get(found.service, "")))
    return any(f"{found.service}:{name}" in own for name in named)


def own_aliases(stack: JudgedStack) -> frozenset[str]:
    """The names of the stack's aliases of keys."""
    names = [alias.properties.get("name") for alias in stack.of(KMS_ALIAS)]
    return frozenset(name for name in names if isinstance(name, str))


class OwnReach:
    """The ARNs that an identity of a team may name: of its own resources, its keys and its datasets."""

    def __init__(self, stack: JudgedStack):
        context = stack.context
        self._stack = stack
        self._own = stack.derived(own_arns) | {name.format(context.stack) for name in GROUPS_OF_STACK}
        self._nodes = f":role/{PREFIX}-{context.stack}.node-*"
        self._aliases = stack.derived(own_aliases)
        self._datasets = DatasetAccess(
            stack=context.stack, asked=context.datasets, locations=context.dataset_locations
        )

    def covers(self, arn: str, statement: Statement) -> bool:
        """Whether what a statement may do at an ARN is the stack's own, or a dataset's that it uses."""
        if arn == "*":
            return WITHOUT_OWNER.issuperset(action.lower() for action in statement.actions)
        own = is_own(arn, self._own, self._stack) or self._datasets.covers(arn, statement)
        return own or self._is_own_secret(arn) or self._is_own_key(arn, statement)

    def _is_own_secret(self, arn: str) -> bool:
        # Made by hand, so no resource of the plan. No name of a stack holds the slash behind it.
        found = ArnPattern.of(arn)
        own = found.resource.startswith(f"secret:{self._stack.context.stack}/")
        return own and found.service == "secretsmanager" and self._is_here(found)

    def _is_own_key(self, arn: str, statement: Statement) -> bool:
        """Whether a statement over all keys is held to those of the team or its datasets, by whole alias."""
        found = ArnPattern.of(arn)
        if found.service != "kms" or not found.resource.startswith("key/") or not self._is_here(found):
            return False
        # A key's ARN holds an id that KMS makes up; its alias is a fixed name, and IAM compares it.
        aliases = statement.condition(ALIASES, "foranyvalue:stringequals", "stringequals")
        own = self._aliases.issuperset(aliases) or self._datasets.covers_key(aliases, statement)
        return bool(aliases) and own and self._through_one_service(statement)

    def _through_one_service(self, statement: Statement) -> bool:
        """Whether a condition on the service that asks, where there is one, names services of the region."""
        services = statement.condition(VIA_SERVICE, "stringequals")
        named = bool(services) and all(
            fullmatch(rf"[a-z0-9-]+\.{self._stack.context.region}\.amazonaws\.com(\.cn)?", each)
            for each in services
        )
        return named or VIA_SERVICE.lower() not in statement.condition_keys

    def covers_data(self, arn: str, statement: Statement) -> bool:
        """Whether buckets, secrets and keys that an identity of a foundation or a platform names are its own.

        Keys of teams it uses through one service alone: to tell their topics, never to read their buckets.
        """
        found = ArnPattern.of(arn)
        services = {action.lower().partition(":")[0] for action in statement.actions}
        if among(statement, ROLES):
            return is_own(arn, self._own, self._stack) or arn.endswith(self._nodes)
        if not services & DATA and not among(statement, CONTENT):
            return True
        if found.service == "kms":
            return self._is_own_key(arn, statement) or self._is_key_of_ours(found, statement)
        return is_own(arn, self._own, self._stack) or self._is_own_secret(arn)

    def _is_key_of_ours(self, found: ArnPattern, statement: Statement) -> bool:
        aliases = statement.condition(ALIASES, "foranyvalue:stringequals", "foranyvalue:stringlike")
        ours = bool(aliases) and all(alias.startswith(f"alias/{PREFIX}-") for alias in aliases)
        by_service = VIA_SERVICE.lower() in statement.condition_keys and self._through_one_service(statement)
        return ours and by_service and found.resource.startswith("key/") and self._is_here(found)

    def _is_here(self, found: ArnPattern) -> bool:
        return found.is_in(self._stack.context.account, self._stack.context.region)
