"""SNS: topics, their policies, and who reads them."""

from collections.abc import Mapping
from typing import Any

from paved.aws.reading.audited_types import PROVIDER, reads
from paved.aws.reading.facts import Content, Found
from paved.aws.reading.lookup import Lookup, first, tag_map

UNCONFIRMED = "PendingConfirmation"


@reads("aws:sns/topic:Topic", "encryption", ("name",), documents=("policy",), tagged=True)
def topic(sought: Lookup) -> Found:
    arn = sought.arn("sns", sought.name("name"))
    has = _attributes(sought, arn)
    return Found(
        names=(arn, arn),
        properties={
            "displayName": has.get("DisplayName"),
            "kmsMasterKeyId": has.get("KmsMasterKeyId"),
            "policy": has.get("Policy"),
        },
        tags=lambda: tag_map(sought.ask("sns.ListTagsForResource", ResourceArn=arn)["Tags"]),
        contents=lambda: tuple(_content(arn, each) for each in _subscriptions(sought, arn)),
    )


@reads("aws:sns/topicPolicy:TopicPolicy", "public access", ("arn",), documents=("policy",))
def topic_policy(sought: Lookup) -> Found:
    arn = sought.name("arn", at=1)
    return Found(names=(arn,), properties={"policy": _attributes(sought, arn).get("Policy")})


@reads(
    "aws:sns/topicSubscription:TopicSubscription",
    "settings",
    ("topic", "protocol", "endpoint"),
    left_out={"endpointAutoConfirms": PROVIDER, "confirmationTimeoutInMinutes": PROVIDER},
)
def topic_subscription(sought: Lookup) -> Found:
    topic, protocol, endpoint = (
        sought.name("topic", at=1),
        sought.name("protocol"),
        sought.name("endpoint", at=1),
    )
    made = first(
        [
            each
            for each in _subscriptions(sought, topic)
            if (each["Protocol"], each["Endpoint"]) == (protocol, endpoint)
        ]
    )
    arn = made["SubscriptionArn"]
    return Found(
        names=(_named(topic, made), arn),
        properties={"rawMessageDelivery": lambda: _raw(sought, arn)},
    )


def _raw(sought: Lookup, arn: str) -> Any:
    if arn == UNCONFIRMED:
        return None
    has = sought.ask("sns.GetSubscriptionAttributes", SubscriptionArn=arn)["Attributes"]
    return has.get("RawMessageDelivery")


def _attributes(sought: Lookup, arn: str) -> Mapping[str, Any]:
    has: Mapping[str, Any] = sought.ask("sns.GetTopicAttributes", TopicArn=arn)["Attributes"]
    return has


def _subscriptions(sought: Lookup, arn: str) -> list[Mapping[str, Any]]:
    return sought.pages("sns.ListSubscriptionsByTopic", "Subscriptions", TopicArn=arn)


def _named(topic: str, subscription: Mapping[str, Any]) -> str:
    return f"{topic} {subscription['Protocol']} {subscription['Endpoint']}"


def _content(topic: str, made: Mapping[str, Any]) -> Content:
    label = f"{made['Protocol']} {_shown(made['Endpoint'])}"
    return Content(kind="subscription", name=_named(topic, made), label=label, concern="public access")


def _shown(endpoint: str) -> str:
    """An endpoint without what follows the host of a URL, which is often a key."""
    scheme, separator, rest = endpoint.partition("://")
    return f"{scheme}://{rest.partition('/')[0].rpartition('@')[2]}/…" if separator else endpoint
