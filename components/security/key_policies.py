"""Statements about the use of KMS keys: those of key policies, and the one of roles that go by an alias.

In a key policy the resource `*` is the key itself.
"""

from collections.abc import Sequence

from components.account import Account
from components.identity.document import Conditions, Statement, allow, deny, policy_document
from components.identity.trust import acting_for_budgets
from reference.vocabulary import BUDGETS_SERVICE, CLOUDWATCH_SERVICE, EVENTS_SERVICE, POD_NAMESPACE_KEY

USE = ("kms:Decrypt", "kms:DescribeKey", "kms:Encrypt", "kms:GenerateDataKey*", "kms:ReEncrypt*")


def key_policy(account: Account, *statements: Statement) -> str:
    """A key policy: the account's IAM administers the key, and `statements` admit its users."""
    return policy_document(administration(account), *statements)


def administration(account: Account) -> Statement:
    """Leave the key to the account's IAM policies. Without it a key can become unmanageable for ever."""
    return allow("AdministeredByAccount", ["kms:*"], ["*"], principal={"AWS": account.root_arn})


def closed_to_other_pods(namespaces: Sequence[str]) -> Statement:
    """Refuse pods of other namespaces, whatever their roles allow. Principals other than pods are not meant.

    EKS Pod Identity puts the namespace on every session, and a service that decrypts for a pod keeps it.
    """
    return deny(
        "DenyPodsOfOtherNamespaces",
        [*USE, "kms:CreateGrant"],
        ["*"],
        principal="*",
        conditions={
            "Null": {POD_NAMESPACE_KEY: "false"},
            "StringNotEquals": {POD_NAMESPACE_KEY: sorted(namespaces)},
        },
    )


def used_through(account: Account, service: str) -> Statement:
    """Let principals of this account use the key, but only through `service`, such as `ec2`.

    It admits the service-linked roles that launch instances, whether or not they exist yet: a key policy that names
    a role that does not exist is refused.
    """
    conditions: Conditions = {
        "StringEquals": {"kms:CallerAccount": account.id, "kms:ViaService": account.endpoint(service)}
    }
    return allow(
        f"UsedThrough{service.capitalize()}",
        [*USE, "kms:CreateGrant"],
        ["*"],
        principal={"AWS": "*"},
        conditions=conditions,
    )


def used_by_logs(account: Account, *log_groups: str) -> Statement:
    """Let CloudWatch Logs use the key for these log groups of this account. A name may hold `*`."""
    groups = [account.arn("logs", f"log-group:{name}") for name in sorted(log_groups)]
    return allow(
        "UsedByLogs",
        USE,
        ["*"],
        principal={"Service": account.endpoint("logs")},
        conditions={"ArnLike": {"kms:EncryptionContext:aws:logs:arn": groups}},
    )


def used_by_budgets(account: Account) -> Statement:
    """Let AWS Budgets use the key to publish to a topic, for budgets of this account."""
    return allow(
        "UsedByBudgets",
        ["kms:Decrypt", "kms:GenerateDataKey*"],
        ["*"],
        principal={"Service": BUDGETS_SERVICE},
        conditions=acting_for_budgets(account),
    )


def used_by_events(*topic_arns: str) -> Statement:
    """Let EventBridge use the key for messages of these topics.

    SNS hands KMS neither the account nor the rule of an event that it encrypts.
    """
    return _used_for_topics("UsedByEventsForTopic", EVENTS_SERVICE, topic_arns)


def used_by_alarms(*topic_arns: str) -> Statement:
    """Let alarms of CloudWatch use the key for messages of these topics."""
    return _used_for_topics("UsedByAlarmsForTopic", CLOUDWATCH_SERVICE, topic_arns)


def _used_for_topics(sid: str, service: str, topic_arns: Sequence[str]) -> Statement:
    return allow(
        sid,
        ["kms:Decrypt", "kms:GenerateDataKey*"],
        ["*"],
        principal={"Service": service},
        conditions={"StringEquals": {"kms:EncryptionContext:aws:sns:topicArn": list(topic_arns)}},
    )


def used_by_lustre(account: Account, buckets: Sequence[str]) -> Statement:
    """Let the file systems of this account use the key for objects of these buckets, through S3 alone.

    FSx makes a service-linked role for each file system that is linked to S3. A key policy cannot name a role
    that does not exist yet, so the statement admits the pattern of their names.
    """
    arns = [account.bucket_arn(bucket) for bucket in sorted(buckets)]
    objects = [f"{arn}/*" for arn in arns]
    roles = "aws-service-role/s3.data-source.lustre.fsx.amazonaws.com/AWSServiceRoleForFSxS3Access_fs-*"
    return allow(
        "UsedByLustreThroughS3",
        USE,
        ["*"],
        principal={"AWS": "*"},
        conditions={
            "ArnLike": {"aws:PrincipalArn": account.role_arn(roles)},
            "StringEquals": {
                "kms:CallerAccount": account.id,
                "kms:ViaService": account.endpoint("s3"),
            },
            # The context is the bucket where it has a bucket key, else the object.
            "StringLike": {"kms:EncryptionContext:aws:s3:arn": arns + objects},
        },
    )


def key_use(
    account: Account, alias: str, actions: Sequence[str], *, sid: str = "UseTeamKeyThroughS3"
) -> Statement:
    """Let a role use the key of this alias, through S3 alone. The alias is known before the key's id is."""
    return allow(
        sid,
        actions,
        [account.arn("kms", "key/*")],
        conditions={
            "ForAnyValue:StringEquals": {"kms:ResourceAliases": f"alias/{alias}"},
            "StringEquals": {"kms:ViaService": account.endpoint("s3")},
        },
    )
