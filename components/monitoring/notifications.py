"""The topic that a team's alerts go to, and who reads it."""

from dataclasses import dataclass

import pulumi_aws as aws
from pulumi import ComponentResource, ResourceOptions

from components.account import Account
from components.identity.budgets_service import BUDGETS, of_own_budgets
from components.identity.document import allow, deny, policy_document
from components.names import physical_name
from components.security.encryption_key import EncryptionKey

TOPIC_NAME_LIMIT = 256


@dataclass(frozen=True, kw_only=True)
class NotificationsArgs:
    """A topic and its readers. Who publishes needs `sns:Publish` and the use of the key through SNS.

    `budgets` lets AWS Budgets publish; the key's policy has to let it use the key as well.
    """

    account: Account
    stack: str
    key: EncryptionKey
    notify: tuple[str, ...]
    budgets: bool = False


class Notifications(ComponentResource):
    """An encrypted SNS topic with e-mail subscriptions, each of which its reader has to confirm."""

    def __init__(self, name: str, args: NotificationsArgs, opts: ResourceOptions | None = None):
        super().__init__("paved:monitoring:Notifications", name, {}, opts)
        child = ResourceOptions(parent=self)
        topic_name = physical_name(args.stack, "alerts", limit=TOPIC_NAME_LIMIT)
        self.topic_arn = args.account.arn("sns", topic_name)
        topic = aws.sns.Topic(
            name,
            name=topic_name,
            kms_master_key_id=args.key.alias_arn,
            opts=ResourceOptions(parent=self, depends_on=[args.key]),
        )
        policy = topic_policy(self.topic_arn, budgets_of=args.account if args.budgets else None)
        aws.sns.TopicPolicy(f"{name}-policy", arn=topic.arn, policy=policy, opts=child)
        for email in args.notify:
            aws.sns.TopicSubscription(
                f"{name}-{email}", topic=topic.arn, protocol="email", endpoint=email, opts=child
            )
        self.register_outputs({"topic_arn": self.topic_arn})


def topic_policy(topic_arn: str, *, budgets_of: Account | None = None) -> str:
    """Refuse plain HTTP. Who publishes is up to the account's IAM policies, but for AWS Budgets, which has none."""
    published = (
        [
            allow(
                "PublishedByBudgets",
                ["sns:Publish"],
                [topic_arn],
                principal={"Service": BUDGETS},
                conditions=of_own_budgets(budgets_of),
            )
        ]
        if budgets_of
        else []
    )
    return policy_document(
        *published,
        deny(
            "DenyPlainHttp",
            ["sns:Publish"],
            [topic_arn],
            principal="*",
            conditions={"Bool": {"aws:SecureTransport": "false"}},
        ),
    )
