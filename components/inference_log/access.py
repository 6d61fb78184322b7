"""Policies of an inference log: of its bucket, of what writes it, and of people who read it."""

from collections.abc import Sequence

from components.account import Account
from components.identity.document import Statement, allow, deny, policy_document
from components.registry.bucket import bucket_policy
from components.registry.registry import IF_ABSENT
from components.security.key_policies import key_use
from reference.vocabulary import (
    LOGGER_ACCOUNT,
    MONITOR_ACCOUNT,
    POD_ACCOUNT_KEY,
    POD_NAMESPACE_KEY,
)

LINES_FOLDER, FEEDBACK_FOLDER = "log", "feedback"
"""The folders of what was asked and of what people say of answers, whose names the image of `model_health` has too.

Nothing is outside of them, and each expires: a rule of the whole bucket would have to keep what `log_days` asks of logs
of the platform, which is longer than what names people may be kept.
"""

READING = ("s3:GetObject", "s3:GetObjectVersion")
REMOVING = ("s3:DeleteObject", "s3:DeleteObjectVersion")


def log_policy(account: Account, bucket: str, *, namespace: str, endpoints_only: bool) -> str:
    """Let the bucket's lifecycle alone remove what was logged, `monitor` alone of all pods read it, `logger` write it.

    A role of the team that is too wide stops here. People have no pod's tags: their rights are those of their roles.
    """
    objects = f"{account.bucket_arn(bucket)}/*"
    return bucket_policy(
        account,
        bucket,
        _deny_pods_but("DenyReadersOtherThanMonitors", READING, objects, MONITOR_ACCOUNT),
        _deny_pods_but("DenyWritersOtherThanTheCollector", ("s3:PutObject",), objects, LOGGER_ACCOUNT),
        _deny_pods("DenyPodsToRemove", REMOVING, objects),
        namespaces=[namespace],
        endpoints_only=endpoints_only,
    )


def collector_policy(account: Account, *, bucket: str, endpoints: Sequence[str], key_alias: str) -> str:
    """Create lines and feedback of some endpoints. It reads nothing, and replaces nothing that is there."""
    folders = [*(f"{LINES_FOLDER}/{each}" for each in endpoints), FEEDBACK_FOLDER]
    objects = [f"{account.bucket_arn(bucket)}/{folder}/*" for folder in folders]
    return policy_document(
        allow("WriteLinesOnce", ["s3:PutObject"], objects, conditions=IF_ABSENT),
        key_use(account, key_alias, ["kms:GenerateDataKey"]),
    )


def read_log_policy(account: Account, *, bucket: str, key_alias: str) -> str:
    """Let people read the log, and change nothing."""
    arn = account.bucket_arn(bucket)
    return policy_document(
        allow("ListLog", ["s3:ListBucket"], [arn]),
        allow("ReadLog", ["s3:GetObject"], [f"{arn}/*"]),
        key_use(account, key_alias, ["kms:Decrypt"]),
    )


def _deny_pods_but(sid: str, actions: Sequence[str], objects: str, service_account: str) -> Statement:
    of_pods = {"Null": {POD_NAMESPACE_KEY: "false"}}
    conditions = {**of_pods, "StringNotEquals": {POD_ACCOUNT_KEY: service_account}}
    return deny(sid, list(actions), [objects], principal="*", conditions=conditions)


def _deny_pods(sid: str, actions: Sequence[str], objects: str) -> Statement:
    of_pods = {"Null": {POD_NAMESPACE_KEY: "false"}}
    return deny(sid, list(actions), [objects], principal="*", conditions=of_pods)
