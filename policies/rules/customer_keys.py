"""A rule of customer managed keys: a hardened stack's data is under keys that the stack itself makes."""

from collections.abc import Iterator

from policies.resources import BUCKET_ENCRYPTIONS, JudgedStack, Resource
from policies.rule import EVERYWHERE, Claim, Rule, Severity, claim
from policies.rules.encryption import SERVICES
from policies.values import Truth, Value
from reference.vocabulary import ECR_CREATION_TEMPLATE, ECR_REPOSITORY, KMS_ALIAS, KMS_KEY, LUSTRE_FILE_SYSTEM


def _own_key(subject: Resource, stack: JudgedStack) -> Iterator[Claim]:
    for value in _keys(subject):
        if value.is_given:
            yield claim(
                _is_made_here(value, subject, stack), f"`{value.path}` is no key that this stack makes"
            )


def _keys(subject: Resource) -> Iterator[Value]:
    """The properties that name a key. EN-01, EN-06 and EN-07 ask that there is one."""
    if subject.kind in BUCKET_ENCRYPTIONS:
        for rule in subject.at("rules").items():
            yield rule.at("applyServerSideEncryptionByDefault.kmsMasterKeyId")
    elif subject.kind in (ECR_REPOSITORY, ECR_CREATION_TEMPLATE):
        for each in subject.at("encryptionConfigurations").items():
            yield each.at("kmsKey")
    else:
        yield subject.at(SERVICES[subject.kind][1] if subject.kind in SERVICES else "kmsKeyId")


def _is_made_here(value: Value, subject: Resource, stack: JudgedStack) -> Truth:
    kinds = {target.kind for target in stack.targets(subject, value.root)}
    if kinds & {KMS_KEY, KMS_ALIAS}:
        return Truth.YES
    # Key ids are unknown before `up`; an alias has a fixed name, alone or at the end of an ARN.
    names = [alias.at("name").text() for alias in stack.of(KMS_ALIAS)]
    arn_ends = tuple(f":{name}" for name in names)
    return value.test(lambda raw: raw in names or str(raw).endswith(arn_ends))


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
        kinds=(*BUCKET_ENCRYPTIONS, ECR_REPOSITORY, ECR_CREATION_TEMPLATE, *SERVICES, LUSTRE_FILE_SYSTEM),
        check=_own_key,
        note="Volumes of nodes are the platform's, under the key of its foundation; EN-06 asks for that one.",
    ),
)
