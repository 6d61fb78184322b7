"""SNS: topics, their policies and subscriptions."""

from paved.aws.creating.api import Api
from paved.aws.creating.existence import require_key, require_policy
from paved.aws.creating.fitting import pairs
from paved.aws.creating.inputs import Inputs
from paved.aws.creating.registry import Created, creates

_TOPIC = {
    "contentBasedDeduplication": "ContentBasedDeduplication",
    "deliveryPolicy": "DeliveryPolicy",
    "displayName": "DisplayName",
    "fifoTopic": "FifoTopic",
    "kmsMasterKeyId": "KmsMasterKeyId",
    "policy": "Policy",
    "signatureVersion": "SignatureVersion",
    "tracingConfig": "TracingConfig",
}
_SUBSCRIPTION = {
    "deliveryPolicy": "DeliveryPolicy",
    "filterPolicy": "FilterPolicy",
    "filterPolicyScope": "FilterPolicyScope",
    "rawMessageDelivery": "RawMessageDelivery",
    "redrivePolicy": "RedrivePolicy",
    "subscriptionRoleArn": "SubscriptionRoleArn",
}


@creates("aws:sns/topic:Topic")
def topic(inputs: Inputs, api: Api) -> Created:
    attributes = _attributes(inputs, _TOPIC)
    require_key(api, "sns.CreateTopic", "KmsMasterKeyId", attributes.get("KmsMasterKeyId"))
    if "Policy" in attributes:
        require_policy(api, "sns.CreateTopic", "Policy", attributes["Policy"])
    request = {"Name": inputs.take("name"), "Attributes": attributes, "Tags": pairs(api.tags(inputs))}
    arn = api.call("sns", "CreateTopic", request)["TopicArn"]
    return Created(id=arn, outputs={"arn": arn, "owner": api.place.account})


@creates("aws:sns/topicPolicy:TopicPolicy")
def topic_policy(inputs: Inputs, api: Api) -> Created:
    arn, policy = inputs.take("arn"), inputs.take("policy")
    require_policy(api, "sns.SetTopicAttributes", "Policy", policy)
    request = {"TopicArn": arn, "AttributeName": "Policy", "AttributeValue": policy}
    api.call("sns", "SetTopicAttributes", request)
    return Created(id=arn, outputs={"owner": api.place.account})


@creates("aws:sns/topicSubscription:TopicSubscription")
def topic_subscription(inputs: Inputs, api: Api) -> Created:
    request = {
        "TopicArn": inputs.take("topic"),
        "Protocol": inputs.take("protocol"),
        "Endpoint": inputs.take("endpoint"),
        "Attributes": _attributes(inputs, _SUBSCRIPTION) or None,
        "ReturnSubscriptionArn": True,
    }
    inputs.leave_to_provider("confirmationTimeoutInMinutes", "endpointAutoConfirms")
    arn = api.call("sns", "Subscribe", request)["SubscriptionArn"]
    pending = str(request["Protocol"]).startswith(("email", "http"))
    return Created(
        id=arn,
        outputs={"arn": arn, "ownerId": api.place.account, "pendingConfirmation": pending},
    )


def _attributes(inputs: Inputs, names: dict[str, str]) -> dict[str, str]:
    values = {name: inputs.take(key) for key, name in names.items() if key in inputs}
    return {n: str(v).lower() if isinstance(v, bool) else str(v) for n, v in values.items()}
