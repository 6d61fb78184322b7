"""Rules of resources that hold data: protected, recoverable, and within their residency."""

from collections.abc import Iterator

from policies.resources import (
    BUCKETS,
    DYNAMODB_TABLE,
    EFS_FILE_SYSTEM,
    RDS_INSTANCE,
    JudgedStack,
    Resource,
)
from policies.rule import BEYOND_DEV, Claim, Rule, Severity, claim
from policies.values import Truth
from reference.vocabulary import (
    BACKUP_VAULT,
    ECR_REPOSITORY,
    EKS_CLUSTER,
    KMS_KEY,
    LUSTRE_FILE_SYSTEM,
)

STATEFUL = (
    *BUCKETS,
    KMS_KEY,
    RDS_INSTANCE,
    DYNAMODB_TABLE,
    EFS_FILE_SYSTEM,
    LUSTRE_FILE_SYSTEM,
    EKS_CLUSTER,
    BACKUP_VAULT,
)
SCRATCH = ("SCRATCH_1", "SCRATCH_2")
"""Deployment types of Lustre that keep one copy, take no backup and no key, and are made again from S3."""
ALLOWED_TO_DESTROY: dict[str, tuple[tuple[str, bool, bool], ...]] = {
    **dict.fromkeys(BUCKETS, (("forceDestroy", False, True),)),
    ECR_REPOSITORY: (("forceDelete", False, True),),
    RDS_INSTANCE: (("skipFinalSnapshot", False, True), ("deletionProtection", True, False)),
    DYNAMODB_TABLE: (("deletionProtectionEnabled", True, False),),
    EKS_CLUSTER: (("deletionProtection", True, False),),
    BACKUP_VAULT: (("forceDestroy", False, True),),
}
"""Per kind: a property, what it must be, and whether leaving it out is as good."""


def _protected(subject: Resource, stack: JudgedStack) -> Iterator[Claim]:
    if not stack.context.is_dev and not stack.context.is_retiring:
        is_lustre = subject.kind == LUSTRE_FILE_SYSTEM
        scratch = subject.at("deploymentType").one_of(*SCRATCH) if is_lustre else Truth.NO
        yield claim(scratch | subject.protect, "option `protect` is not true")


def _not_destructive(subject: Resource, stack: JudgedStack) -> Iterator[Claim]:
    if stack.context.is_dev or stack.context.is_retiring:
        return
    for key, expected, missing in ALLOWED_TO_DESTROY[subject.kind]:
        holds = subject.at(key).equals(expected, missing=missing)
        yield claim(holds, f"`{key}` is not {str(expected).lower()}")


def _recoverable(subject: Resource, _stack: JudgedStack) -> Iterator[Claim]:
    if subject.kind == DYNAMODB_TABLE:
        yield claim(
            subject.at("pointInTimeRecovery.enabled").equals(True),
            "`pointInTimeRecovery.enabled` is not true",
        )
        return
    kept = subject.at("backupRetentionPeriod").test(lambda days: int(days) >= 14)
    yield claim(kept, "`backupRetentionPeriod` is less than 14")
    yield claim(subject.at("multiAz").equals(True), "`multiAz` is not true")


RULES = (
    Rule(
        id="DR-04",
        name="protect-stateful",
        title="What holds state cannot be deleted by an update",
        why="A rename in the code is a delete and a create; the data goes with the first.",
        fix="Set `protect` on it; `lifecycle: retiring` lifts it in a reviewed update.",
        severity=Severity.HIGH,
        enforcement=BEYOND_DEV,
        owner="platform",
        kinds=STATEFUL,
        check=_protected,
        note="Lustre of a scratch type is exempt: a failed server loses its files, whoever protects it.",
    ),
    Rule(
        id="DR-05",
        name="no-destructive-flags",
        title="Nothing that holds data deletes it on the way out",
        why="`forceDestroy` empties the bucket that AWS would have refused to delete.",
        fix="Leave the flag out, or set deletion protection.",
        severity=Severity.HIGH,
        enforcement=BEYOND_DEV,
        owner="platform",
        controls=("CKV_AWS_293", "CKV_AWS_139", "FSBP RDS.7", "FSBP RDS.8", "FSBP DynamoDB.6"),
        kinds=tuple(ALLOWED_TO_DESTROY),
        check=_not_destructive,
    ),
    Rule(
        id="DR-07",
        name="database-recovery",
        title="A database survives a zone and can be had back",
        why="Two weeks are how long it takes until somebody notices what a job has overwritten.",
        fix="Set multi-AZ and 14 days of backups, or point-in-time recovery.",
        severity=Severity.HIGH,
        enforcement=BEYOND_DEV,
        owner="platform",
        controls=("CKV_AWS_133", "CKV_AWS_157", "CKV_AWS_28", "FSBP RDS.5", "FSBP RDS.11", "FSBP DynamoDB.2"),
        kinds=(RDS_INSTANCE, DYNAMODB_TABLE),
        check=_recoverable,
    ),
)
