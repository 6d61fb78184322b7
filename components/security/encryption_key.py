"""A customer managed KMS key under an alias that is known before the key exists."""

from dataclasses import dataclass

import pulumi_aws as aws
from pulumi import ComponentResource, Output, ResourceOptions

from components.account import Account


@dataclass(frozen=True, kw_only=True)
class EncryptionKeyArgs:
    """A key. `policy` is a document of `components.security.key_policies`."""

    account: Account
    alias: str  # physical, without the `alias/` prefix
    description: str
    policy: str
    deletion_window_days: int  # 7 to 30
    protect: bool


class EncryptionKey(ComponentResource):
    """A symmetric key that rotates every year, and its alias.

    `alias_arn` is a plain string: a resource that uses it depends on this component, so that the key exists by then.
    """

    def __init__(self, name: str, args: EncryptionKeyArgs, opts: ResourceOptions | None = None):
        super().__init__("paved:security:EncryptionKey", name, {}, opts)
        key = aws.kms.Key(
            name,
            description=args.description,
            policy=args.policy,
            enable_key_rotation=True,
            deletion_window_in_days=args.deletion_window_days,
            opts=ResourceOptions(parent=self, protect=args.protect),
        )
        aws.kms.Alias(
            f"{name}-alias",
            name=f"alias/{args.alias}",
            target_key_id=key.key_id,
            opts=ResourceOptions(parent=self),
        )
        self.alias: str = args.alias
        self.key_arn: Output[str] = key.arn
        self.alias_arn: str = args.account.key_alias_arn(args.alias)
        self.register_outputs({"key_arn": self.key_arn, "alias_arn": self.alias_arn})


def deletion_window_days(environment: str) -> int:
    """The days that a deleted key can still be restored: 30 in prod, 14 elsewhere."""
    return 30 if environment == "prod" else 14
