"""A rule of whose key encrypts: a hardened stack's data is under keys that the stack itself makes."""

from collections.abc import Iterator

from policies.resources import JudgedStack, Resource
from policies.rule import EVERYWHERE, Claim, Rule, Severity, claim
from policies.rules.data import LUSTRE
from policies.rules.encryption import SERVICES
from policies.values import Truth, Value
from reference.vocabulary import ECR_REPOSITORY, KMS_KEY

ALIAS = "aws:kms/alias:Alias"
ENCRYPTION = (
    "aws:s3/bucketServerSideEncryptionConfiguration:BucketServerSideEncryptionConfiguration",
    "aws:s3/bucketServerSideEncryptionConfigurationV2:BucketServerSideEncryptionConfigurationV2",
)


def _own_key(subject: Resource, stack: JudgedStack) -> Iterator[Claim]:
    for value in _keys(subject):
        if value.is_given:
            yield claim(
                _is_made_here(value, subject, stack), f"`{value.path}` is no key that this stack makes"
            )


def _keys(subject: Resource) -> Iterator[Value]:
    """The properties that name a key. What names none is judged by EN-01, EN-06 and EN-07."""
    if subject.kind in ENCRYPTION:
        for rule in subject.at("rules").items():
            yield rule.at("applyServerSideEncryptionByDefault.kmsMasterKeyId")
    elif subject.kind == ECR_REPOSITORY:
        for each in subject.at("encryptionConfigurations").items():
            yield each.at("kmsKey")
    else:
        yield subject.at(SERVICES[subject.kind][1] if subject.kind in SERVICES else "kmsKeyId")


def _is_made_here(value: Value, subject: Resource, stack: JudgedStack) -> Truth:
    root = value.path.split(".")[0].split("[")[0]
    if {target.kind for target in stack.targets(subject, root)} & {KMS_KEY, ALIAS}:
        return Truth.YES
    names = tuple(alias.at("name").text() for alias in stack.of(ALIAS))
    return value.test(lambda raw: raw in names or str(raw).endswith(tuple(f":{name}" for name in names)))


RULES = (
    Rule(
        id="SE-01",
        name="own-keys",
        title="What a hardened stack stores is encrypted with keys that the stack makes",
        why="Who may use a shared key for one stack can read what another one stored.",
        fix="Take the key of the stack's own EncryptionKey.",
        severity=Severity.MEDIUM,
        enforcement=EVERYWHERE,
        owner="security",
        controls=("SC-12", "SC-28"),
        scope="stack",
        security="hardened",
        kinds=(*ENCRYPTION, ECR_REPOSITORY, *SERVICES, LUSTRE),
        check=_own_key,
        note="Volumes of nodes are the platform's, under the key of its foundation; EN-06 asks for that one.",
    ),
)
