"""Backups of an account's buckets: a locked vault, a daily plan, and a selection for each data class."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

import pulumi_aws as aws
from pulumi import ComponentResource, ResourceOptions

from components.account import Account
from components.identity.document import Statement, allow, policy_document
from components.identity.service_role import RoleArgs, ServiceRole
from components.identity.trust import service_trust
from components.security.encryption_key import EncryptionKey, EncryptionKeyArgs
from components.security.key_policies import key_policy
from reference.names import physical_name
from reference.tags import DATA_CLASS_TAG

SERVICE = "backup.amazonaws.com"
MANAGED = {"s3": "AWSBackupServiceRolePolicyForS3Backup"}
"""Reads every bucket of the account, with its keys: AWS's own policy for backups of S3."""
DAILY = "cron(0 2 * * ? *)"
START_MINUTES, FINISH_MINUTES = 60, 24 * 60
"""The time within which a backup starts, and within which it is done: before the next."""
GRACE_DAYS = 3
"""The days that a vault locked in compliance mode can still be unlocked: AWS asks for three at least."""
VAULT_NAME_LIMIT = 50


@dataclass(frozen=True, kw_only=True)
class BackupsArgs:
    """The data classes whose buckets are backed up, and the days that a backup is kept."""

    account: Account
    stack: str  # physical names derive from it
    data_classes: Sequence[str]
    keep_days: int
    lock: Literal["governance", "compliance"]
    deletion_window_days: int
    protect: bool


class Backups(ComponentResource):
    """A backup a day of each bucket, kept in a vault from which none can be deleted before its time."""

    def __init__(self, name: str, args: BackupsArgs, opts: ResourceOptions | None = None):
        super().__init__("paved:recovery:Backups", name, {}, opts)
        self.vault_name: str = physical_name(args.stack, limit=VAULT_NAME_LIMIT)
        vault = self._make_vault(name, args)
        plan = aws.backup.Plan(
            name,
            name=physical_name(args.stack, "daily", limit=VAULT_NAME_LIMIT),
            rules=[
                aws.backup.PlanRuleArgs(
                    rule_name="daily",
                    target_vault_name=vault.name,
                    schedule=DAILY,
                    start_window=START_MINUTES,
                    completion_window=FINISH_MINUTES,
                    lifecycle=aws.backup.PlanRuleLifecycleArgs(delete_after=args.keep_days),
                )
            ],
            opts=ResourceOptions(parent=self),
        )
        self._select(name, args, plan)
        self.register_outputs({"vault": self.vault_name})

    def _make_vault(self, name: str, args: BackupsArgs) -> aws.backup.Vault:
        key = EncryptionKey(
            f"{name}-key",
            EncryptionKeyArgs(
                account=args.account,
                alias=key_alias(args.stack),
                description=f"Backups of {args.stack}",
                policy=key_policy(args.account),
                deletion_window_days=args.deletion_window_days,
                protect=args.protect,
            ),
            ResourceOptions(parent=self),
        )
        vault = aws.backup.Vault(
            name,
            name=self.vault_name,
            kms_key_arn=key.key_arn,
            opts=ResourceOptions(parent=self, protect=args.protect),
        )
        aws.backup.VaultLockConfiguration(
            f"{name}-lock",
            backup_vault_name=vault.name,
            min_retention_days=args.keep_days,
            changeable_for_days=GRACE_DAYS if args.lock == "compliance" else None,
            opts=ResourceOptions(parent=self),
        )
        return vault

    def _select(self, name: str, args: BackupsArgs, plan: aws.backup.Plan) -> None:
        role = ServiceRole(
            f"{name}-role",
            RoleArgs(
                name=physical_name(args.stack, "backups", limit=64),
                description=f"Backups of {args.stack}",
                inline={"vault": policy_document(*vault_key_use(args.account, key_alias(args.stack)))},
                managed={key: args.account.managed_policy_arn(policy) for key, policy in MANAGED.items()},
            ),
            service_trust(SERVICE, conditions={"StringEquals": {"aws:SourceAccount": args.account.id}}),
            ResourceOptions(parent=self),
        )
        for data_class in sorted(args.data_classes):
            of_class = aws.backup.SelectionConditionStringEqualArgs(
                key=f"aws:ResourceTag/{DATA_CLASS_TAG}", value=data_class
            )
            aws.backup.Selection(
                f"{name}-{data_class}",
                name=data_class,
                plan_id=plan.id,
                iam_role_arn=role.role_arn,
                resources=[args.account.bucket_arn("*")],
                # A condition narrows the resources, while `selection_tags` would add whatever else bears the tag.
                conditions=[aws.backup.SelectionConditionArgs(string_equals=[of_class])],
                opts=ResourceOptions(parent=self, depends_on=[role]),
            )


def key_alias(stack: str) -> str:
    """The alias of the vault's key, without `alias/`."""
    return physical_name(stack, "backups", limit=250)


def vault_key_use(account: Account, alias: str) -> list[Statement]:
    """Let the role write backups under the vault's key, by its alias."""
    keys = [account.arn("kms", "key/*")]
    vault_key = {"kms:ResourceAliases": f"alias/{alias}"}
    return [
        allow(
            "WriteUnderVaultKey",
            ["kms:Decrypt", "kms:DescribeKey", "kms:GenerateDataKey"],
            keys,
            conditions={"ForAnyValue:StringEquals": vault_key},
        ),
        allow(
            "LendVaultKeyToAws",
            ["kms:CreateGrant"],
            keys,
            conditions={
                "ForAnyValue:StringEquals": vault_key,
                "Bool": {"kms:GrantIsForAWSResource": "true"},
            },
        ),
    ]
