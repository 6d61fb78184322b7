"""Rules of tags and labels: who owns what, what it is for, and that the stack file says the same."""

import re
from collections.abc import Iterator, Mapping

from policies.pods import WORKLOADS
from policies.resources import EVERY_KIND, JudgedStack, Resource
from policies.rule import EVERYWHERE, Claim, Rule, Severity, claim
from policies.values import Truth, Value
from reference.vocabulary import EC2_NODE_CLASS, INFERENCE_SERVICE, LAUNCH_TEMPLATE, NAMESPACE

KEYS = ("cost-center", "data-class", "environment", "service", "team")
VALUE = re.compile(r"[A-Za-z0-9]([A-Za-z0-9_.-]{0,61}[A-Za-z0-9])?")
"""What both AWS and Kubernetes take."""
DATA_CLASSES = ("public", "internal", "confidential", "regulated")
LABELLED = (NAMESPACE, *WORKLOADS)
PERSON = re.compile(r"@|\.")
TAGLESS = frozenset(
    {
        "aws:cloudcontrol/resource:Resource",
        "aws:cloudwatch/eventTarget:EventTarget",
        "aws:ec2/route:Route",
        "aws:ec2/routeTableAssociation:RouteTableAssociation",
        "aws:ec2/securityGroupRule:SecurityGroupRule",
        "aws:ec2/tag:Tag",
        "aws:ecr/lifecyclePolicy:LifecyclePolicy",
        "aws:ecr/repositoryPolicy:RepositoryPolicy",
        "aws:ecr/replicationConfiguration:ReplicationConfiguration",
        "aws:eks/accessPolicyAssociation:AccessPolicyAssociation",
        "aws:iam/rolePolicy:RolePolicy",
        "aws:iam/rolePolicyAttachment:RolePolicyAttachment",
        "aws:kms/alias:Alias",
        "aws:s3/bucketLifecycleConfiguration:BucketLifecycleConfiguration",
        "aws:s3/bucketOwnershipControls:BucketOwnershipControls",
        "aws:s3/bucketPolicy:BucketPolicy",
        "aws:s3/bucketPublicAccessBlock:BucketPublicAccessBlock",
        "aws:s3/bucketServerSideEncryptionConfiguration:BucketServerSideEncryptionConfiguration",
        "aws:s3/bucketVersioning:BucketVersioning",
        "aws:secretsmanager/secretPolicy:SecretPolicy",
        "aws:secretsmanager/secretRotation:SecretRotation",
        "aws:secretsmanager/secretVersion:SecretVersion",
        "aws:sns/topicPolicy:TopicPolicy",
        "aws:sns/topicSubscription:TopicSubscription",
        "aws:sqs/queuePolicy:QueuePolicy",
    }
)
"""Types that AWS does not tag, or that carry their tags inside a document (Cloud Control)."""


def _tagged(subject: Resource, stack: JudgedStack) -> Iterator[tuple[str, Mapping[str, Value]]]:
    """The sets of tags or labels that a resource must carry, each under what it is called."""
    if subject.kind.startswith("aws:") and subject.kind not in TAGLESS:
        yield "tag", stack.tags(subject)
    if subject.kind == LAUNCH_TEMPLATE:
        for each in subject.at("tagSpecifications").items():
            yield f"tag of `{each.at('resourceType').text()}`", dict(each.at("tags").entries())
    if subject.kind == EC2_NODE_CLASS:
        yield "tag of `spec.tags`", dict(subject.at("spec.tags").entries())
    if subject.kind in LABELLED and not subject.is_patch:
        yield "label", dict(subject.at("metadata.labels").entries())


def _required(subject: Resource, stack: JudgedStack) -> Iterator[Claim]:
    for what, found in _tagged(subject, stack):
        for key in KEYS:
            value = found.get(key)
            yield claim(value is not None, f"{what} `{key}` is missing")
            if value is not None:
                fits = value.test(lambda raw: bool(VALUE.fullmatch(str(raw))))
                yield claim(fits, f"{what} `{key}` is not a value that AWS and Kubernetes both take")
    if subject.kind == LAUNCH_TEMPLATE:
        yield claim(subject.at("tagSpecifications").is_given, "`tagSpecifications` is not set")


def _owner(subject: Resource, stack: JudgedStack) -> Iterator[Claim]:
    for what, found in _tagged(subject, stack):
        team = found.get("team")
        if team is not None:
            same = team.equals(stack.context.team) if stack.context.team else Truth.UNSURE
            yield claim(same, f"{what} `team` is not the team of the stack file")
            yield claim(~team.test(lambda raw: bool(PERSON.search(str(raw)))), f"{what} `team` is a person")
            yield claim(bool(stack.context.escalation), "the stack file names no escalation policy")


def _classified(subject: Resource, stack: JudgedStack) -> Iterator[Claim]:
    context = stack.context
    for what, found in _tagged(subject, stack):
        if (data_class := found.get("data-class")) is not None:
            yield claim(data_class.one_of(*DATA_CLASSES), f"{what} `data-class` is none of the four")
            yield claim(
                _agrees(data_class, context.data_class), f"{what} `data-class` is not the stack file's"
            )
        if (environment := found.get("environment")) is not None:
            agrees = _agrees(environment, context.environment)
            yield claim(agrees, f"{what} `environment` is not the stack file's")
    if subject.kind == INFERENCE_SERVICE and not subject.is_patch:
        tier = subject.at("metadata.labels.tier")
        yield claim(tier.one_of("1", "2", "3"), "label `tier` is not 1, 2 or 3")
        declared = context.tiers.get(subject.at("metadata.name").text())
        agrees = tier.equals(str(declared)) if declared else Truth.UNSURE
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
        severity=Severity.HIGH,
        enforcement=EVERYWHERE,
        owner="ml-governance",
        controls=("MAP 1.5", "MANAGE 1.2"),
        kinds=EVERY_KIND,
        check=_classified,
    ),
)
