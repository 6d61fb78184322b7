"""The rule of nodes' images: an image that a node may not pull cannot be taken with the node."""

from collections.abc import Iterator
from fnmatch import fnmatchcase

from policies.documents import Statement, allow_statements
from policies.resources import JudgedStack, Resource
from policies.rule import EVERYWHERE, Claim, Rule, Severity, claim
from reference.vocabulary import EC2_SERVICE, IAM_ROLE, IAM_ROLE_POLICY, IAM_ROLE_POLICY_ATTACHMENT

PULL = ("ecr:BatchGetImage", "ecr:GetDownloadUrlForLayer")
UNRELATED = ("zq7/one", "x-9/two")
"""Names of repositories of nobody's, which have nothing in common but that they have a prefix."""
OF_REGISTRIES = "policy/AmazonEC2ContainerRegistry"
"""The start of the names of AWS's own policies of ECR, each of which is about every repository."""


def _named_images(subject: Resource, stack: JudgedStack) -> Iterator[Claim]:
    if not any(_is_of_nodes(role) for role in stack.targets(subject, "role", IAM_ROLE)):
        return
    if subject.kind == IAM_ROLE_POLICY_ATTACHMENT:
        whole = subject.at("policyArn").test(lambda arn: OF_REGISTRIES in str(arn))
        yield claim(~whole, "`policyArn` is of every repository of the account")
        return
    for each in allow_statements(subject.at("policy")):
        pulls = bool(each.matches(*PULL)) and not _of_other_accounts(each, stack)
        every = [arn for arn in each.resources if _is_of_all(arn, stack)]
        wide = pulls and (bool(every) or bool(each.not_resources))
        yield claim(not wide, f"statement `{each.sid}` pulls every image of the account")


def _is_of_all(pattern: str, stack: JudgedStack) -> bool:
    """Whether a pattern matches repositories that have nothing in common, whatever it looks like."""
    partition = pattern.split(":")[1] if pattern.startswith("arn:aws") else "aws"
    registry = f"arn:{partition}:ecr:{stack.context.region}:{stack.context.account}"
    # IAM knows no brackets.
    return all(
        fnmatchcase(f"{registry}:repository/{name}", pattern.replace("[", "[[]")) for name in UNRELATED
    )


def _is_of_nodes(role: Resource) -> bool:
    trust = allow_statements(role.at("assumeRolePolicy"))
    return any(EC2_SERVICE in each.principals.get("Service", ()) for each in trust)


def _of_other_accounts(each: Statement, stack: JudgedStack) -> bool:
    """Whether a statement leaves out the account itself, whose condition must be there to say so."""
    others = each.condition("aws:ResourceAccount", "stringnotequals")
    present = each.condition("aws:ResourceAccount", "null") == ("false",)
    return present and stack.context.account in others


RULES = (
    Rule(
        id="ID-11",
        name="node-images",
        title="A node pulls the images that its role names",
        why="Whoever has a node has its role, and with AWS's own policies the images of every team of the account.",
        fix="Name repositories by their prefix; leave AWS's policies of ECR off the roles of nodes.",
        severity=Severity.HIGH,
        enforcement=EVERYWHERE,
        owner="security",
        scope="stack",
        kinds=(IAM_ROLE_POLICY, IAM_ROLE_POLICY_ATTACHMENT),
        check=_named_images,
    ),
)
