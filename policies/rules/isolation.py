"""Rules of isolation between teams: a team's identities name the team's own, matched whole and never by prefix."""

from collections.abc import Iterator, Mapping

from policies.admitted import others_let_in
from policies.arns import ArnPattern
from policies.documents import Statement, allow_statements
from policies.reach import OwnReach, own_arns
from policies.resources import EVERY_KIND, JudgedStack, Resource
from policies.rights import DOCUMENTS, documents
from policies.rule import EVERYWHERE, Claim, Rule, Severity, claim, few
from policies.rules.boundaries import is_boundary
from policies.rules.escalation import ATTACH_ACTIONS
from policies.values import Value
from reference.vocabulary import (
    IAM_POLICY,
)

STORES: Mapping[str, str] = {
    "aws:sagemaker/mlflowTrackingServer:MlflowTrackingServer": "artifactStoreUri",
    "aws:fsx/dataRepositoryAssociation:DataRepositoryAssociation": "dataRepositoryPath",
    "kubernetes:serving.kserve.io/v1beta1:InferenceService": "spec.predictor.model.storageUri",
}
"""Per kind, the address of the bucket that it reads or writes, with a role that is not its own alone."""


def _isolated(subject: Resource, stack: JudgedStack) -> Iterator[Claim]:
    if is_boundary(subject):
        return  # ID-06 judges what it bounds
    if subject.kind in STORES:
        yield from _store(subject, stack)
    elif subject.kind in DOCUMENTS:
        for document in documents(subject):
            yield from _identity(document, stack)
    if stack.context.kind == "team":
        yield from _resource_policy(subject, stack)


def _identity(document: Value, stack: JudgedStack) -> Iterator[Claim]:
    reach = OwnReach(stack)
    covers = reach.covers if stack.context.kind == "team" else reach.covers_data
    for each in allow_statements(document):
        strange = [_shown(arn) for arn in each.resources if not covers(arn, each)]
        # What it does not name is everybody's.
        strange += [f"all but {arn}" for arn in each.not_resources]
        if ATTACH_ACTIONS.issuperset(each.actions) and _only_takes_away(each, stack):
            strange = []
        yield claim(not strange, f"{each.shown} names what is not of this stack: {few(strange)}")


def _store(subject: Resource, stack: JudgedStack) -> Iterator[Claim]:
    if stack.context.kind != "team":
        return
    address = subject.value.at(STORES[subject.kind])
    own = {name.removeprefix("s3:") for name in stack.derived(own_arns) if name.startswith("s3:")}
    for name, location in stack.context.dataset_locations.items():
        if name in stack.context.datasets:
            own.add(location.bucket)
    held = address.test(lambda text: _is_of(own, str(text)), missing=True)
    yield claim(held, f"`{address.path}` is no bucket of this stack")


def _is_of(own: set[str], address: str) -> bool:
    scheme, _, path = address.partition("://")
    # A claim is of the namespace that the pod is in.
    return scheme == "pvc" or (scheme == "s3" and path.partition("/")[0] in own)


def _shown(arn: str) -> str:
    return f"{arn} by no whole alias of its own" if ":key/" in arn else arn


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
    for each, others in others_let_in(subject, stack):
        yield claim(not others, f"{each.shown} lets in {few(others)}, not of this stack")


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
        "which must name the stack as its owner or reader. Where the foundation's file is not there, none is known. "
        "Identities of foundations and platforms name no bucket, secret, key or role but their own, take no messages "
        "and write no images of teams; keys of teams they use through one service that is named.",
    ),
)
