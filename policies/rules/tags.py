"""Rules of tags and labels: owner, purpose and data class of each resource, as the stack file declares them."""

import re
from collections.abc import Iterator, Mapping

from policies.context import Context
from policies.resources import (
    BUCKET_ENCRYPTIONS,
    BUCKETS,
    ECR_REPLICATION,
    EVERY_KIND,
    SECRET_ROTATION,
    SECURITY_GROUP_RULE,
    JudgedStack,
    Resource,
)
from policies.rule import EVERYWHERE, Claim, Rule, Severity, claim
from policies.values import Truth, Value
from reference.tags import DATA_CLASSES
from reference.vocabulary import (
    ACCESS_POLICY_ASSOCIATION,
    BUCKET_POLICY,
    CLOUD_CONTROL_RESOURCE,
    EC2_NODE_CLASS,
    ECR_LIFECYCLE_POLICY,
    ECR_REPOSITORY_POLICY,
    EVENT_TARGET,
    IAM_ROLE_POLICY,
    IAM_ROLE_POLICY_ATTACHMENT,
    INFERENCE_SERVICE,
    KMS_ALIAS,
    LAUNCH_TEMPLATE,
    NAMESPACE,
    ROUTE,
    ROUTE_TABLE_ASSOCIATION,
    SNS_SUBSCRIPTION,
    SNS_TOPIC_POLICY,
)

KEYS = ("cost-center", "data-class", "environment", "service", "team")
VALUE = re.compile(r"[A-Za-z0-9]([A-Za-z0-9_.-]{0,61}[A-Za-z0-9])?")
"""A value that both AWS and Kubernetes take."""
# A team is a slug: an e-mail address or `first.last` is somebody's, and nobody's once they leave.
PERSON = re.compile(r"@|\.")
TAGLESS = frozenset(
    {
        CLOUD_CONTROL_RESOURCE,
        EVENT_TARGET,
        ROUTE,
        ROUTE_TABLE_ASSOCIATION,
        SECURITY_GROUP_RULE,
        "aws:ec2/tag:Tag",
        ECR_LIFECYCLE_POLICY,
        ECR_REPOSITORY_POLICY,
        ECR_REPLICATION,
        ACCESS_POLICY_ASSOCIATION,
        IAM_ROLE_POLICY,
        IAM_ROLE_POLICY_ATTACHMENT,
        KMS_ALIAS,
        "aws:s3/bucketLifecycleConfiguration:BucketLifecycleConfiguration",
        "aws:s3/bucketOwnershipControls:BucketOwnershipControls",
        BUCKET_POLICY,
        "aws:s3/bucketPublicAccessBlock:BucketPublicAccessBlock",
        *BUCKET_ENCRYPTIONS,
        "aws:s3/bucketVersioning:BucketVersioning",
        "aws:secretsmanager/secretPolicy:SecretPolicy",
        SECRET_ROTATION,
        "aws:secretsmanager/secretVersion:SecretVersion",
        SNS_TOPIC_POLICY,
        SNS_SUBSCRIPTION,
        "aws:sqs/queuePolicy:QueuePolicy",
    }
)
"""Types that AWS does not tag, or that carry their tags inside a document (Cloud Control)."""


def _tagged(subject: Resource, stack: JudgedStack) -> Iterator[tuple[str, Mapping[str, Value]]]:
    """The sets of tags or labels that a resource must carry, each with its name in a message."""
    if subject.kind.startswith("aws:") and subject.kind not in TAGLESS:
        yield "tag", stack.tags(subject)
    # A provider's default tags reach a launch template and not the instances made of it; a node class has none.
    if subject.kind == LAUNCH_TEMPLATE:
        for each in subject.at("tagSpecifications").items():
            yield f"tag of `{each.at('resourceType').text()}`", dict(each.at("tags").entries())
    if subject.kind == EC2_NODE_CLASS:
        yield "tag of `spec.tags`", dict(subject.at("spec.tags").entries())
    if (subject.kind == NAMESPACE or subject.pods) and not subject.is_patch:
        yield "label", dict(subject.at("metadata.labels").entries())


def _required(subject: Resource, stack: JudgedStack) -> Iterator[Claim]:
    for noun, tags in _tagged(subject, stack):
        for key in KEYS:
            value = tags.get(key)
            yield claim(value is not None, f"{noun} `{key}` is missing")
            if value is not None:
                fits = value.test(lambda raw: bool(VALUE.fullmatch(str(raw))))
                yield claim(fits, f"{noun} `{key}` is not a value that AWS and Kubernetes both take")
        if noun == "tag" and (service := tags.get("service")) is not None:
            yield claim(service.equals(stack.context.stack), "tag `service` is not the name of the stack")
        if (center := tags.get("cost-center")) is not None:
            same = _agrees(center, stack.context.cost_center)
            yield claim(same, f"{noun} `cost-center` is not the stack file's: others would pay")
    if subject.kind == LAUNCH_TEMPLATE:
        yield claim(subject.at("tagSpecifications").is_given, "`tagSpecifications` is not set")


def _owner(subject: Resource, stack: JudgedStack) -> Iterator[Claim]:
    for noun, tags in _tagged(subject, stack):
        team = tags.get("team")
        if team is not None:
            same = _agrees(team, stack.context.team)
            yield claim(same, f"{noun} `team` is not the team of the stack file")
            yield claim(~team.test(lambda raw: bool(PERSON.search(str(raw)))), f"{noun} `team` is a person")
            yield claim(bool(stack.context.escalation), "the stack file names no escalation policy")


def _classified(subject: Resource, stack: JudgedStack) -> Iterator[Claim]:
    context = stack.context
    for noun, tags in _tagged(subject, stack):
        if (data_class := tags.get("data-class")) is not None:
            yield claim(data_class.one_of(*DATA_CLASSES), f"{noun} `data-class` is none of the four")
            agrees = _agrees(data_class, _class_of(subject, context))
            yield claim(agrees, f"{noun} `data-class` is not the stack file's")
        if (environment := tags.get("environment")) is not None:
            agrees = _agrees(environment, context.environment)
            yield claim(agrees, f"{noun} `environment` is not the stack file's")
    if subject.kind == INFERENCE_SERVICE and not subject.is_patch:
        yield from _tier(subject, context)


def _class_of(subject: Resource, context: Context) -> str | None:
    """The class that the stack file declares: of the stack, or of the shared datasets that a bucket is for."""
    if subject.kind in BUCKETS:
        name = subject.at("bucket").text()
        shared = (each.data_class for each in context.dataset_locations.values() if each.bucket == name)
        return next(shared, context.data_class)
    return context.data_class


def _tier(service: Resource, context: Context) -> Iterator[Claim]:
    tier = service.at("metadata.labels.tier")
    yield claim(tier.one_of("1", "2", "3"), "label `tier` is not 1, 2 or 3")
    # Of an endpoint that the file does not have no tier is known; that there is one is ML-04's finding.
    declared = context.tiers.get(service.at("metadata.name").text())
    agrees = _agrees(tier, str(declared) if declared else None)
    yield claim(agrees, "label `tier` is not the stack file's")


def _agrees(value: Value, declared: str | None) -> Truth:
    return value.equals(declared) if declared else Truth.UNSURE


RULES = (
    Rule(
        id="CO-01",
        name="required-tags",
        title="Everything says who pays for it and what it is for",
        why="What carries no team is in nobody's budget.",
        fix="Leave tags to the provider's default tags; give templates, node classes and namespaces the same keys.",
        cluster=(
            "`paved-new-pods` and the policies of jobs: a pod has the cost labels of its namespace, or none"
        ),
        severity=Severity.MEDIUM,
        enforcement=EVERYWHERE,
        owner="finops",
        kinds=EVERY_KIND,
        check=_required,
        note="`tier` is asked of endpoints alone, by ML-03.",
    ),
    Rule(
        id="ML-02",
        name="owner",
        title="Everything has an owner who can be paged",
        why="A person leaves; a team with an escalation policy answers.",
        fix="Use the team of the stack file, with an escalation policy.",
        cluster="only the plan: an owner is in the stack file",
        severity=Severity.MEDIUM,
        enforcement=EVERYWHERE,
        owner="ml-governance",
        controls=("GOVERN 2.1",),
        kinds=EVERY_KIND,
        check=_owner,
    ),
    Rule(
        id="ML-03",
        name="tier-and-data-class",
        title="Tier, data class and environment are the stack file's",
        why="Alerts, isolation and residency follow from them; a label that says otherwise switches them off.",
        fix="Leave tags and labels to the components.",
        cluster=(
            "`paved-tenants` and `paved-new-pods`: a namespace has a data class of its platform's, "
            "and pods have its labels"
        ),
        severity=Severity.HIGH,
        enforcement=EVERYWHERE,
        owner="ml-governance",
        controls=("MAP 1.5", "MANAGE 1.2"),
        kinds=EVERY_KIND,
        check=_classified,
    ),
)
