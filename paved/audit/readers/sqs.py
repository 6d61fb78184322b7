"""SQS: queues and their policies."""

from collections.abc import Mapping
from typing import Any

from paved.aws.reading.audited_types import reads
from paved.aws.reading.facts import Found
from paved.aws.reading.lookup import Lookup

ATTRIBUTES = {
    "delaySeconds": "DelaySeconds",
    "fifoQueue": "FifoQueue",
    "kmsDataKeyReusePeriodSeconds": "KmsDataKeyReusePeriodSeconds",
    "kmsMasterKeyId": "KmsMasterKeyId",
    "maxMessageSize": "MaximumMessageSize",
    "messageRetentionSeconds": "MessageRetentionPeriod",
    "policy": "Policy",
    "receiveWaitTimeSeconds": "ReceiveMessageWaitTimeSeconds",
    "redriveAllowPolicy": "RedriveAllowPolicy",
    "redrivePolicy": "RedrivePolicy",
    "sqsManagedSseEnabled": "SqsManagedSseEnabled",
    "visibilityTimeoutSeconds": "VisibilityTimeout",
}
"""The provider's name of each attribute and the service's."""


@reads(
    "aws:sqs/queue:Queue",
    "settings",
    ("name",),
    concerns={
        "kmsMasterKeyId": "encryption",
        "sqsManagedSseEnabled": "encryption",
        "redrivePolicy": "recovery",
    },
    documents=("policy", "redrivePolicy", "redriveAllowPolicy"),
    tagged=True,
)
def queue(sought: Lookup) -> Found:
    url = str(sought.ask("sqs.GetQueueUrl", QueueName=sought.name("name"))["QueueUrl"])
    has = _attributes(sought, url)
    return Found(
        names=(url, has["QueueArn"]),
        properties={key: has.get(attribute) for key, attribute in ATTRIBUTES.items()},
        tags=lambda: sought.ask("sqs.ListQueueTags", QueueUrl=url).get("Tags", {}),
    )


@reads("aws:sqs/queuePolicy:QueuePolicy", "public access", ("queueUrl",), documents=("policy",))
def queue_policy(sought: Lookup) -> Found:
    url = sought.name("queueUrl")
    return Found(names=(url,), properties={"policy": _attributes(sought, url).get("Policy")})


def _attributes(sought: Lookup, url: str) -> Mapping[str, Any]:
    answer = sought.ask("sqs.GetQueueAttributes", QueueUrl=url, AttributeNames=["All"])
    has: Mapping[str, Any] = answer["Attributes"]
    return has
