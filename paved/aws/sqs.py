"""SQS: queues and their policies."""

from typing import Any

from paved.aws.creating.api import Api
from paved.aws.creating.existence import refused, require_key, require_policy
from paved.aws.creating.inputs import Inputs
from paved.aws.creating.registry import Created, creates

_ATTRIBUTES = {
    "contentBasedDeduplication": "ContentBasedDeduplication",
    "deduplicationScope": "DeduplicationScope",
    "delaySeconds": "DelaySeconds",
    "fifoQueue": "FifoQueue",
    "fifoThroughputLimit": "FifoThroughputLimit",
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
RANGES = {
    "DelaySeconds": (0, 900),
    "KmsDataKeyReusePeriodSeconds": (60, 86_400),
    "MaximumMessageSize": (1_024, 1_048_576),
    "MessageRetentionPeriod": (60, 1_209_600),
    "ReceiveMessageWaitTimeSeconds": (0, 20),
    "VisibilityTimeout": (0, 43_200),
}
"""What CreateQueue documents; to its API model every attribute is just text."""


@creates("aws:sqs/queue:Queue")
def queue(inputs: Inputs, api: Api) -> Created:
    attributes = {name: _text(inputs.take(key)) for key, name in _ATTRIBUTES.items() if key in inputs}
    for name, (least, most) in RANGES.items():
        if name in attributes and not least <= int(attributes[name]) <= most:
            rule = f"must be of {least} to {most}"
            raise refused("sqs.CreateQueue", f"Attributes[{name!r}]", rule, attributes[name])
    require_key(api, "sqs.CreateQueue", "KmsMasterKeyId", attributes.get("KmsMasterKeyId"))
    name = inputs.take("name")
    request = {"QueueName": name, "Attributes": attributes, "tags": api.tags(inputs) or None}
    url = api.call("sqs", "CreateQueue", request)["QueueUrl"]
    return Created(id=url, outputs={"arn": api.arn("sqs", name), "url": url})


@creates("aws:sqs/queuePolicy:QueuePolicy")
def queue_policy(inputs: Inputs, api: Api) -> Created:
    url, policy = inputs.take("queueUrl"), inputs.take("policy")
    require_policy(api, "sqs.SetQueueAttributes", "Policy", policy)
    api.call("sqs", "SetQueueAttributes", {"QueueUrl": url, "Attributes": {"Policy": policy}})
    return Created(id=url)


def _text(value: Any) -> str:
    return str(value).lower() if isinstance(value, bool) else str(value)
