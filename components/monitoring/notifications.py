"""The topic that a team's alerts go to, and who reads it."""

from collections.abc import Sequence
from dataclasses import dataclass

import pulumi_aws as aws
from pulumi import ComponentResource, ResourceOptions

from components.account import Account
from components.identity.document import Conditions, allow, deny_without_tls, policy_document
from components.identity.trust import acting_for_budgets
from components.security.encryption_key import EncryptionKey
from reference.names import physical_name
from reference.vocabulary import BUDGETS_SERVICE

TOPIC_NAME_LIMIT = 256


@dataclass(frozen=True, kw_only=True)
class NotificationsArgs:
    """A topic and its readers. Who publishes needs `sns:Publish` and the use of the key through SNS.

    `budgets` lets AWS Budgets publish; the key's policy has to let it use the key as well.
    `rules` are the ARNs of the EventBridge rules that publish.
    """

    account: Account
    stack: str
    key: EncryptionKey
    notify: tuple[str, ...]
    budgets: bool = False
    rules: Sequence[str] = ()


class Notifications(ComponentResource):
    """An encrypted SNS topic with e-mail subscriptions, each of which its reader has to confirm."""

    def __init__(self, name: str, args: NotificationsArgs, opts: ResourceOptions | None = None):
        super().__init__("paved:monitoring:Notifications", name, {}, opts)
        child = ResourceOptions(parent=self)
        self.topic_arn = topic_arn(args.account, args.stack)
        topic = aws.sns.Topic(
            name,
            name=topic_name(args.stack),
            kms_master_key_id=args.key.alias_arn,
            opts=ResourceOptions(parent=self, depends_on=[args.key]),
        )
        budgets_of = args.account if args.budgets else None
        policy = topic_policy(self.topic_arn, budgets_of=budgets_of, rules=args.rules)
        aws.sns.TopicPolicy(f"{name}-policy", arn=topic.arn, policy=policy, opts=child)
        for email in args.notify:
            aws.sns.TopicSubscription(
                f"{name}-{email}", topic=topic.arn, protocol="email", endpoint=email, opts=child
            )
        self.register_outputs({"topic_arn": self.topic_arn})


def topic_name(stack: str) -> str:
    """The physical name of a stack's topic."""
    return physical_name(stack, "alerts", limit=TOPIC_NAME_LIMIT)


def topic_arn(account: Account, stack: str) -> str:
    """The ARN of a stack's topic, known before it exists."""
    return account.arn("sns", topic_name(stack))


def topic_policy(topic_arn: str, *, budgets_of: Account | None = None, rules: Sequence[str] = ()) -> str:
    """Refuse plain HTTP. Who publishes is up to the account's IAM policies, but for AWS services, which have none."""
    published: list[tuple[str, str, Conditions]] = []
    if budgets_of:
        published.append(("PublishedByBudgets", BUDGETS_SERVICE, acting_for_budgets(budgets_of)))
    if rules:
        of_rules: Conditions = {"ArnEquals": {"aws:SourceArn": sorted(rules)}}
        published.append(("PublishedByRules", "events.amazonaws.com", of_rules))
    return policy_document(
        *(
            allow(sid, ["sns:Publish"], [topic_arn], principal={"Service": service}, conditions=conditions)
            for sid, service, conditions in published
        ),
        deny_without_tls(["sns:Publish"], [topic_arn]),
    )
