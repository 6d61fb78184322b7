"""The rule of other pods: what a team's pods use refuses pods of other teams, whatever their roles allow."""

from collections.abc import Collection, Iterator, Sequence

from policies.conditions import holds_only
from policies.documents import Statement, statements
from policies.ours import ours
from policies.resources import BUCKETS, JudgedStack, Resource
from policies.rule import EVERYWHERE, Claim, Rule, Severity, claim
from policies.values import Truth, any_of
from reference.vocabulary import BUCKET_POLICY, KMS_ALIAS, KMS_KEY, NAMESPACE, POD_NAMESPACE_KEY

POD = POD_NAMESPACE_KEY.lower()
POLICIES = {
    KMS_KEY: (("aws:kms/keyPolicy:KeyPolicy", "keyId", None),),
    **dict.fromkeys(
        BUCKETS,
        ((BUCKET_POLICY, "bucket", "bucket"), ("aws:s3/bucketPolicyV2:BucketPolicyV2", "bucket", "bucket")),
    ),
}
"""By kind: the types that hold its policy beside it, the property that names it, and its own name."""
USE = {
    KMS_KEY: ("kms:CreateGrant", "kms:Decrypt", "kms:Encrypt", "kms:GenerateDataKey", "kms:ReEncryptFrom"),
    **dict.fromkeys(BUCKETS, ("s3:*",)),
}
"""By kind: the actions that have to be denied."""
WRITING = ("s3:DeleteObject", "s3:PutObject")
OF_PLATFORM = frozenset({"monitoring"})
"""Namespaces of the platform whose pods use keys of topics: Alertmanager publishes there."""


def _refuses_others(subject: Resource, stack: JudgedStack) -> Iterator[Claim]:
    found, unresolved = _statements(subject, stack)
    of_pods = any(POD in each.condition_keys for each in found) or _holds_datasets(subject, stack)
    if stack.context.kind != "team" and not of_pods:
        return  # no pod has to do with it
    names = _namespaces(stack) | (OF_PLATFORM if subject.kind == KMS_KEY else frozenset())
    whole = _arns(subject, stack)
    missing = _not_denied(found, whole, USE[subject.kind], names)
    yield claim(
        any_of((not missing, unresolved)),
        f"no statement denies `{', '.join(missing)}` of it to pods of every other namespace",
    )
    if subject.kind in BUCKETS:
        yield from _datasets(subject, found, stack)


def _holds_datasets(subject: Resource, stack: JudgedStack) -> bool:
    """Whether a bucket, or what a key encrypts, is where stacks share datasets."""
    locations = stack.context.dataset_locations.values()
    if subject.kind == KMS_KEY:
        aliases = [
            each.properties.get("name") for each in stack.companions(subject, KMS_ALIAS, "targetKeyId")
        ]
        return any(location.alias in aliases for location in locations)
    return any(location.bucket == subject.properties.get("bucket") for location in locations)


def _datasets(bucket: Resource, found: Sequence[Statement], stack: JudgedStack) -> Iterator[Claim]:
    for name, location in sorted(stack.context.dataset_locations.items()):
        if bucket.properties.get("bucket") == location.bucket:
            objects = [f"{_arns(bucket, stack)[0]}/{name}/*"]
            strangers = _not_denied(found, objects, ("s3:*",), {location.owner, *location.readers})
            yield claim(
                not strangers, f"no statement denies dataset `{name}` to pods of stacks that do not share it"
            )
            writers = _not_denied(found, objects, WRITING, {location.owner})
            yield claim(
                not writers,
                f"no statement denies writing dataset `{name}` to pods of stacks that only read it",
            )


def _statements(subject: Resource, stack: JudgedStack) -> tuple[list[Statement], Truth]:
    """The statements about a resource, and whether those of another policy may turn out to be."""
    found: list[Statement] = []
    unresolved = Truth.NO
    for kind, key, own in POLICIES[subject.kind]:
        for policy in stack.companions(subject, kind, key, own=own):
            found += statements(policy.at("policy"))
        unresolved = unresolved | stack.unresolved(kind, key)
    return [*found, *statements(subject.at("policy"))], unresolved


def _arns(subject: Resource, stack: JudgedStack) -> list[str]:
    """The resources that a denial has to take in. In a key's policy `*` is the key itself."""
    if subject.kind == KMS_KEY:
        return ["*"]
    arn = f"arn:{ours(stack).partition}:s3:::{subject.properties.get('bucket')}"
    return [arn, f"{arn}/*"]


def _namespaces(stack: JudgedStack) -> frozenset[str]:
    """The namespaces that may use what the stack makes: a team's own, and those of teams that share a dataset."""
    if stack.context.kind == "team":
        return frozenset(each.at("metadata.name").text() for each in stack.of(NAMESPACE))
    found: set[str] = set()
    for location in stack.context.dataset_locations.values():
        found |= {location.owner, *location.readers}
    return frozenset(found)


def _not_denied(
    found: Sequence[Statement], arns: Sequence[str], actions: Sequence[str], namespaces: Collection[str]
) -> list[str]:
    """The actions that no statement denies, on all of some resources, to pods of all but some namespaces."""
    denied: set[str] = set()
    for each in found:
        if _denies_pods(each, namespaces) and all(each.takes_in(arn) for arn in arns):
            denied.update(each.matches(*actions))
    return [action for action in actions if action not in denied]


def _denies_pods(each: Statement, namespaces: Collection[str]) -> bool:
    # Conditions add up: one more would let some of the pods out.
    allowed = (("null", "false"), *(("stringnotequals", name) for name in namespaces))
    # By NotAction a statement says what it leaves, not what it denies.
    return each.denies_everybody and bool(each.actions) and holds_only(each, {POD: allowed})


RULES = (
    Rule(
        id="ID-13",
        name="other-pods-refused",
        title="What a team's pods use refuses pods of other teams, whatever their roles allow",
        why="Teams share an account: a role that is too wide, by a mistake or by its boundary, stops at the bucket and "
        "at the key alone.",
        fix="Deny `s3:*`, or the use of the key, to everybody whose `aws:PrincipalTag/kubernetes-namespace` is there "
        "and is none of the stack's own namespaces, under no other condition.",
        cluster="only the plan: the documents are those of AWS resources",
        severity=Severity.HIGH,
        enforcement=EVERYWHERE,
        owner="security",
        controls=("AC-3", "AC-4"),
        scope="stack",
        kinds=(*BUCKETS, KMS_KEY),
        check=_refuses_others,
        note="Of a foundation and a platform it looks at what says something of pods, or holds datasets. There the "
        "namespaces are those of stacks that share one, and each dataset is denied to those that do not, and its "
        "writing to its readers.",
    ),
)
