"""Rules of KMS keys, and of the volumes and services that they encrypt. Buckets are storage's."""

from collections.abc import Iterator

from policies.documents import allow_statements
from policies.resources import DYNAMODB_TABLE, EFS_FILE_SYSTEM, RDS_INSTANCE, SECRET, JudgedStack, Resource
from policies.rule import BEYOND_DEV, EVERYWHERE, Claim, Rule, Severity, claim
from policies.rules.data import SCRATCH
from policies.values import Truth
from reference.vocabulary import (
    BACKUP_VAULT,
    EC2_NODE_CLASS,
    ECR_CREATION_TEMPLATE,
    ECR_REPOSITORY,
    EKS_CLUSTER,
    KMS_KEY,
    LAUNCH_TEMPLATE,
    LOG_GROUP,
    LUSTRE_FILE_SYSTEM,
    SNS_TOPIC,
    SQS_QUEUE,
    STORAGE_CLASS,
)

YEAR = 365
FILE_SYSTEMS = (EFS_FILE_SYSTEM, LUSTRE_FILE_SYSTEM)
SERVICES = {
    RDS_INSTANCE: ("storageEncrypted", "kmsKeyId"),
    "aws:rds/cluster:Cluster": ("storageEncrypted", "kmsKeyId"),
    DYNAMODB_TABLE: ("serverSideEncryption.enabled", "serverSideEncryption.kmsKeyArn"),
    SNS_TOPIC: (None, "kmsMasterKeyId"),
    SQS_QUEUE: (None, "kmsMasterKeyId"),
    LOG_GROUP: (None, "kmsKeyId"),
    BACKUP_VAULT: (None, "kmsKeyArn"),
    SECRET: (None, "kmsKeyId"),
}
"""Per kind: a switch of encryption beside the key, None where there is none, and the property that names the key."""


def _rotates(key: Resource, _stack: JudgedStack) -> Iterator[Claim]:
    # KMS rotates symmetric keys alone: one that signs images stays as it is.
    symmetric = key.at("customerMasterKeySpec").equals("SYMMETRIC_DEFAULT", missing=True)
    yield claim(~symmetric | key.at("enableKeyRotation").equals(True), "`enableKeyRotation` is not true")
    period = key.at("rotationPeriodInDays").test(lambda days: int(days) <= YEAR, missing=True)
    yield claim(period, f"`rotationPeriodInDays` is more than {YEAR}")
    yield claim(key.at("isEnabled").equals(True, missing=True), "`isEnabled` is false")


def _key_policy(key: Resource, stack: JudgedStack) -> Iterator[Claim]:
    days = stack.settings.key_deletion_days.days(stack.context.environment)
    # Left out, KMS waits for 30 days, the longest that it offers.
    window = key.at("deletionWindowInDays").test(lambda found: int(found) >= days, missing=days <= 30)
    yield claim(window, f"`deletionWindowInDays` is less than {days}")
    locked = key.at("bypassPolicyLockoutSafetyCheck").equals(True)
    yield claim(~locked, "`bypassPolicyLockoutSafetyCheck` is true")
    yield claim(key.at("policy").is_given, "it has no `policy` of its own")
    if key.at("policy").is_given:
        yield claim(list(allow_statements(key.at("policy"))) != [], "its `policy` lets nobody manage it")


def _secrets_envelope(cluster: Resource, stack: JudgedStack) -> Iterator[Claim]:
    config = cluster.at("encryptionConfig")
    holds = config.at("resources").contains("secrets")
    yield claim(holds, "`encryptionConfig.resources` does not hold `secrets`")
    own = stack.uses_own_key(cluster, config.at("provider.keyArn"))
    yield claim(own, "`encryptionConfig.provider.keyArn` names no key of ours")


def _volumes(resource: Resource, stack: JudgedStack) -> Iterator[Claim]:
    if resource.kind in FILE_SYSTEMS:
        yield from _file_system(resource, stack)
    elif resource.kind == STORAGE_CLASS:
        if resource.at("provisioner").one_of("ebs.csi.aws.com", "kubernetes.io/aws-ebs"):
            yield from _encrypted(resource, stack, "parameters", "kmsKeyId")
    else:
        spec, key = ("spec.", "kmsKeyID") if resource.kind == EC2_NODE_CLASS else ("", "kmsKeyId")
        mappings = resource.at(f"{spec}blockDeviceMappings")
        yield claim(mappings.is_given, f"`{mappings.path}` is not set, so the image decides on encryption")
        for index, mapping in enumerate(mappings.items()):
            ebs = mapping.at("ebs")
            where = f"{mappings.path}[{index}].ebs"
            yield claim(ebs.at("encrypted").equals(True), f"`{where}.encrypted` is not true")
            yield claim(stack.uses_own_key(resource, ebs.at(key)), f"`{where}.{key}` names no key of ours")


def _file_system(resource: Resource, stack: JudgedStack) -> Iterator[Claim]:
    scratch = Truth.NO
    if resource.kind == LUSTRE_FILE_SYSTEM:
        # FSx encrypts every Lustre; one of a scratch type takes no key of ours.
        scratch = resource.at("deploymentType").one_of(*SCRATCH)
    else:
        yield claim(resource.at("encrypted").equals(True), "`encrypted` is not true")
    own = stack.uses_own_key(resource, resource.at("kmsKeyId"))
    yield claim(scratch | own, "`kmsKeyId` names no key of ours")


def _encrypted(resource: Resource, stack: JudgedStack, path: str, key: str) -> Iterator[Claim]:
    yield claim(resource.at(f"{path}.encrypted").equals(True), f"`{path}.encrypted` is not true")
    own = stack.uses_own_key(resource, resource.at(f"{path}.{key}"))
    yield claim(own, f"`{path}.{key}` names no key of ours")


def _data_services(resource: Resource, stack: JudgedStack) -> Iterator[Claim]:
    if resource.kind in (ECR_REPOSITORY, ECR_CREATION_TEMPLATE):
        configs = resource.at("encryptionConfigurations")
        yield claim(configs.is_given, "`encryptionConfigurations` is not set")
        for each in configs.items():
            yield claim(each.at("encryptionType").equals("KMS"), "its `encryptionType` is not `KMS`")
            yield claim(stack.uses_own_key(resource, each.at("kmsKey")), "its `kmsKey` names no key of ours")
        return
    switch, key = SERVICES[resource.kind]
    if switch:
        yield claim(resource.at(switch).equals(True), f"`{switch}` is not true")
    own = stack.uses_own_key(resource, resource.at(key))
    by_service = resource.at("sqsManagedSseEnabled").equals(True) if resource.kind == SQS_QUEUE else Truth.NO
    yield claim(own | by_service, f"`{key}` names no key of ours")


RULES = (
    Rule(
        id="EN-03",
        name="kms-rotation",
        title="A key is enabled and rotates every year",
        why="What one key material can decrypt stays limited.",
        fix="Set `enableKeyRotation` on the symmetric key.",
        severity=Severity.MEDIUM,
        enforcement=EVERYWHERE,
        owner="security",
        controls=("CKV_AWS_7", "CKV_AWS_227", "FSBP KMS.4", "CIS AWS 4.6"),
        kinds=(KMS_KEY,),
        check=_rotates,
    ),
    Rule(
        id="EN-04",
        name="kms-key-policy",
        title="A key's policy is written down, and its deletion can be undone",
        why="A key without a policy is open to every IAM administrator; a deleted key takes all its data along.",
        fix="Write a policy, and a deletion window of the settings' length.",
        severity=Severity.HIGH,
        enforcement=EVERYWHERE,
        owner="security",
        controls=("CKV2_AWS_64", "FSBP KMS.3", "FSBP KMS.5"),
        kinds=(KMS_KEY,),
        check=_key_policy,
    ),
    Rule(
        id="EN-05",
        name="eks-secrets-envelope",
        title="Kubernetes secrets are encrypted with a key of ours",
        why="Whoever reads etcd, or a backup of it, reads no secret.",
        fix="Name a KMS key in `encryptionConfig` with `secrets` among its resources.",
        severity=Severity.HIGH,
        enforcement=EVERYWHERE,
        owner="security",
        controls=("CKV_AWS_58", "FSBP EKS.3"),
        scope="stack",
        kinds=(EKS_CLUSTER,),
        check=_secrets_envelope,
    ),
    Rule(
        id="EN-06",
        name="volumes-encrypted",
        title="Volumes and file systems are encrypted with a key of ours",
        why="Nodes cache models and datasets on their disks; snapshots of them travel.",
        fix="Set `encrypted` and the key on every volume of the template, node class, storage class or file system.",
        cluster=(
            "`paved-members`, `paved-new-pods`: claims of a team get disks of the platform's class, "
            "which is encrypted"
        ),
        severity=Severity.HIGH,
        enforcement=EVERYWHERE,
        owner="security",
        controls=(
            "CKV_AWS_3",
            "CKV_AWS_42",
            "CKV_AWS_184",
            "CKV_AWS_189",
            "CKV_AWS_190",
            "FSBP EC2.3",
            "FSBP EC2.7",
        ),
        scope="stack",
        kinds=(LAUNCH_TEMPLATE, EC2_NODE_CLASS, STORAGE_CLASS, *FILE_SYSTEMS),
        check=_volumes,
        note="Lustre of a scratch type takes no key: AWS encrypts it with the key of its service.",
    ),
    Rule(
        id="EN-07",
        name="data-services-encrypted",
        title="Databases, topics, queues, logs, images and backups are encrypted with a key of ours",
        why="The key's policy and its log say who read them, whatever the service's own permissions.",
        fix="Name a KMS key of the stack on the resource.",
        severity=Severity.MEDIUM,
        enforcement=BEYOND_DEV,
        owner="security",
        controls=(
            "CKV_AWS_16",
            "CKV_AWS_119",
            "CKV_AWS_26",
            "CKV_AWS_27",
            "CKV_AWS_158",
            "CKV_AWS_136",
            "CKV_AWS_166",
        ),
        scope="stack",
        kinds=(*SERVICES, ECR_REPOSITORY, ECR_CREATION_TEMPLATE),
        check=_data_services,
        note="A queue may use SSE-SQS (FSBP SQS.1 asks no more): ours carries EC2's warnings for five minutes.",
    ),
)
