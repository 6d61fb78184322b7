"""SNS: topics, their policies and subscriptions."""

from collections.abc import Mapping
from typing import Any

from paved.aws.creating.api import Api
from paved.aws.creating.existence import require_key, require_policy
from paved.aws.creating.inputs import Inputs
from paved.aws.creating.registry import Created, creates
from paved.aws.creating.request import pairs
from paved.aws.reading.audited_types import PROVIDER, reads
from paved.aws.reading.facts import Content, Found
from paved.aws.reading.lookup import Lookup, first, tag_map
from paved.aws.services import iam_actions
from reference.vocabulary import SNS_SUBSCRIPTION, SNS_TOPIC, SNS_TOPIC_POLICY

IAM_ACTIONS = iam_actions(
    "sns",
    "GetSubscriptionAttributes",
    "GetTopicAttributes",
    "ListSubscriptionsByTopic",
    "ListTagsForResource",
)

_TOPIC_REQUEST = {
    "contentBasedDeduplication": "ContentBasedDeduplication",
    "deliveryPolicy": "DeliveryPolicy",
    "displayName": "DisplayName",
    "fifoTopic": "FifoTopic",
    "kmsMasterKeyId": "KmsMasterKeyId",
    "policy": "Policy",
    "signatureVersion": "SignatureVersion",
    "tracingConfig": "TracingConfig",
}
_SUBSCRIPTION_REQUEST = {
    "deliveryPolicy": "DeliveryPolicy",
    "filterPolicy": "FilterPolicy",
    "filterPolicyScope": "FilterPolicyScope",
    "rawMessageDelivery": "RawMessageDelivery",
    "redrivePolicy": "RedrivePolicy",
    "subscriptionRoleArn": "SubscriptionRoleArn",
}


@creates(SNS_TOPIC)
def create_topic(inputs: Inputs, api: Api) -> Created:
    attributes = _attribute_members(inputs, _TOPIC_REQUEST)
    require_key(api, "sns.CreateTopic", "KmsMasterKeyId", attributes.get("KmsMasterKeyId"))
    if "Policy" in attributes:
        require_policy(api, "sns.CreateTopic", "Policy", attributes["Policy"])
    request = {"Name": inputs.take("name"), "Attributes": attributes, "Tags": pairs(api.tags(inputs))}
    arn = api.call("sns", "CreateTopic", request)["TopicArn"]
    return Created(id=arn, outputs={"arn": arn, "owner": api.scope.account})


@creates(SNS_TOPIC_POLICY)
def create_topic_policy(inputs: Inputs, api: Api) -> Created:
    arn, policy = inputs.take("arn"), inputs.take("policy")
    require_policy(api, "sns.SetTopicAttributes", "Policy", policy)
    request = {"TopicArn": arn, "AttributeName": "Policy", "AttributeValue": policy}
    api.call("sns", "SetTopicAttributes", request)
    return Created(id=arn, outputs={"owner": api.scope.account})


@creates(SNS_SUBSCRIPTION)
def create_subscription(inputs: Inputs, api: Api) -> Created:
    request = {
        "TopicArn": inputs.take("topic"),
        "Protocol": inputs.take("protocol"),
        "Endpoint": inputs.take("endpoint"),
        "Attributes": _attribute_members(inputs, _SUBSCRIPTION_REQUEST) or None,
        "ReturnSubscriptionArn": True,  # else an unconfirmed subscription has none
    }
    inputs.leave_to_provider("confirmationTimeoutInMinutes", "endpointAutoConfirms")
    arn = api.call("sns", "Subscribe", request)["SubscriptionArn"]
    pending = str(request["Protocol"]).startswith(("email", "http"))
    return Created(
        id=arn,
        outputs={"arn": arn, "ownerId": api.scope.account, "pendingConfirmation": pending},
    )


def _attribute_members(inputs: Inputs, names: dict[str, str]) -> dict[str, str]:
    values = {name: inputs.take(key) for key, name in names.items() if key in inputs}
    return {name: _text(value) for name, value in values.items()}


def _text(value: Any) -> str:
    return str(value).lower() if isinstance(value, bool) else str(value)


UNCONFIRMED = "PendingConfirmation"
"""The ARN of a subscription that its owner has not confirmed: it has no attributes yet."""


@reads(SNS_TOPIC, "encryption", ("name",), documents=("policy",), tagged=True)
def read_topic(lookup: Lookup) -> Found:
    arn = lookup.arn("sns", lookup.name("name"))
    attributes = _topic_attributes(lookup, arn)
    return Found(
        names=(arn, arn),  # the provider's id of a topic is its ARN
        properties={
            "displayName": attributes.get("DisplayName"),
            "kmsMasterKeyId": attributes.get("KmsMasterKeyId"),
            "policy": attributes.get("Policy"),
        },
        tags=lambda: tag_map(lookup.ask("sns.ListTagsForResource", ResourceArn=arn)["Tags"]),
        contents={"subscription": lambda: [_content(arn, each) for each in _subscriptions(lookup, arn)]},
    )


@reads(SNS_TOPIC_POLICY, "public access", ("arn",), documents=("policy",))
def read_topic_policy(lookup: Lookup) -> Found:
    arn = lookup.name("arn", at=1)
    return Found(names=(arn,), properties={"policy": _topic_attributes(lookup, arn).get("Policy")})


@reads(
    SNS_SUBSCRIPTION,
    "settings",
    ("topic", "protocol", "endpoint"),
    left_out={"endpointAutoConfirms": PROVIDER, "confirmationTimeoutInMinutes": PROVIDER},
    # A filter keeps messages from a subscriber, who notices nothing.
    assumed={"filterPolicy": ""},
)
def read_subscription(lookup: Lookup) -> Found:
    topic = lookup.name("topic", at=1)
    planned = (lookup.name("protocol"), lookup.name("endpoint", at=1))
    listed = _subscriptions(lookup, topic)
    subscription = first([each for each in listed if (each["Protocol"], each["Endpoint"]) == planned])
    arn = subscription["SubscriptionArn"]
    return Found(
        names=(_subscription_name(topic, subscription), arn),
        properties={
            "filterPolicy": lambda: _subscription_attribute(lookup, arn, "FilterPolicy"),
            "rawMessageDelivery": lambda: _subscription_attribute(lookup, arn, "RawMessageDelivery"),
        },
    )


def _subscription_attribute(lookup: Lookup, arn: str, name: str) -> Any:
    if arn == UNCONFIRMED:
        return None
    return lookup.ask("sns.GetSubscriptionAttributes", SubscriptionArn=arn)["Attributes"].get(name)


def _topic_attributes(lookup: Lookup, arn: str) -> Mapping[str, Any]:
    attributes: Mapping[str, Any] = lookup.ask("sns.GetTopicAttributes", TopicArn=arn)["Attributes"]
    return attributes


def _subscriptions(lookup: Lookup, arn: str) -> list[Mapping[str, Any]]:
    return lookup.pages("sns.ListSubscriptionsByTopic", "Subscriptions", TopicArn=arn)


def _subscription_name(topic: str, subscription: Mapping[str, Any]) -> str:
    return f"{topic} {subscription['Protocol']} {subscription['Endpoint']}"


def _content(topic: str, subscription: Mapping[str, Any]) -> Content:
    name = _subscription_name(topic, subscription)
    label = f"{subscription['Protocol']} {_host(subscription['Endpoint'])}"
    return Content(kind="subscription", name=name, label=label, concern="public access")


def _host(endpoint: str) -> str:
    """An endpoint without the part of a URL that follows its host, which is often a key."""
    scheme, separator, rest = endpoint.partition("://")
    return f"{scheme}://{rest.partition('/')[0].rpartition('@')[2]}/…" if separator else endpoint
