"""The topic that the alerts of a stack go to, and its subscribers."""

from dataclasses import dataclass

import pulumi_aws as aws
from pulumi import ComponentResource, Input, ResourceOptions

from components.account import Account
from components.identity.document import Statement, allow, deny_without_tls, policy_document
from components.identity.trust import acting_for, acting_for_budgets
from components.security.encryption_key import EncryptionKey
from reference.names import physical_name
from reference.vocabulary import BUDGETS_SERVICE, CLOUDWATCH_SERVICE, EVENTS_SERVICE

TOPIC_NAME_LIMIT = 256


@dataclass(frozen=True, kw_only=True)
class NotificationsArgs:
    """A topic and its subscribers. A publisher needs `sns:Publish` and the use of the key through SNS.

    `budgets` lets AWS Budgets publish; the key's policy has to let it use the key as well.
    `events` lets EventBridge publish, and `alarms` alarms of CloudWatch, such as those about events that were lost.
    `runbooks` is the address at which the runbooks open that messages name; empty leaves paths of the repository.
    """

    account: Account
    stack: str
    key: EncryptionKey
    notify: tuple[str, ...]
    budgets: bool = False
    events: bool = False
    alarms: bool = False
    runbooks: Input[str] = ""


class Notifications(ComponentResource):
    """An encrypted SNS topic with e-mail subscriptions, each of which its reader has to confirm."""

    def __init__(self, name: str, args: NotificationsArgs, opts: ResourceOptions | None = None):
        super().__init__("paved:monitoring:Notifications", name, {}, opts)
        child = ResourceOptions(parent=self)
        self.topic_arn = topic_arn(args.account, args.stack)
        self.runbooks = args.runbooks
        topic = aws.sns.Topic(
            name,
            name=topic_name(args.stack),
            kms_master_key_id=args.key.alias_arn,
            opts=ResourceOptions(parent=self, depends_on=[args.key]),
        )
        policy = topic_policy(
            self.topic_arn,
            budgets_of=args.account if args.budgets else None,
            alarms_of=args.account if args.alarms else None,
            events=args.events,
        )
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


def topic_policy(
    topic_arn: str,
    *,
    budgets_of: Account | None = None,
    alarms_of: Account | None = None,
    events: bool = False,
) -> str:
    """Refuse plain HTTP, and let AWS services publish, which have no IAM policies as principals of the account have.

    EventBridge's statement has no condition: with one, whatever it is, its messages are dropped in silence
    (EventBridge guide, resource-based policies: Amazon SNS permissions).
    """
    publish = ["sns:Publish"]
    statements: list[Statement] = []
    if budgets_of:
        principal = {"Service": BUDGETS_SERVICE}
        own = acting_for_budgets(budgets_of)
        statements.append(
            allow("PublishedByBudgets", publish, [topic_arn], principal=principal, conditions=own)
        )
    if events:
        statements.append(
            allow("PublishedByRules", publish, [topic_arn], principal={"Service": EVENTS_SERVICE})
        )
    if alarms_of:
        alarms = acting_for(alarms_of, alarms_of.arn("cloudwatch", "alarm:*"))
        principal = {"Service": CLOUDWATCH_SERVICE}
        statements.append(
            allow("PublishedByAlarms", publish, [topic_arn], principal=principal, conditions=alarms)
        )
    return policy_document(*statements, deny_without_tls(publish, [topic_arn]))
