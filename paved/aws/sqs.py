"""SQS: queues and their policies."""

from collections.abc import Mapping
from typing import Any

from paved.aws.creating.api import Api
from paved.aws.creating.existence import require_key, require_policy
from paved.aws.creating.inputs import Inputs
from paved.aws.creating.registry import Created, creates
from paved.aws.creating.rejections import refused
from paved.aws.reading.audited_types import reads
from paved.aws.reading.facts import Found
from paved.aws.reading.lookup import Lookup
from paved.aws.services import NOT_KEPT, SimulatorGap, iam_actions
from reference.vocabulary import SQS_QUEUE, SQS_QUEUE_POLICY

IAM_ACTIONS = iam_actions("sqs", "GetQueueAttributes", "GetQueueUrl", "ListQueueTags")
SIMULATOR_GAPS = (SimulatorGap(type=SQS_QUEUE, property="redriveAllowPolicy", reason=NOT_KEPT),)

_QUEUE_REQUEST = {
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
"""As CreateQueue documents them; to its API model every attribute is just text."""


@creates(SQS_QUEUE)
def create_queue(inputs: Inputs, api: Api) -> Created:
    attributes = {name: _text(inputs.take(key)) for key, name in _QUEUE_REQUEST.items() if key in inputs}
    for name, (least, most) in RANGES.items():
        if name in attributes and not least <= int(attributes[name]) <= most:
            rule = f"must be of {least} to {most}"
            raise refused("sqs.CreateQueue", f"Attributes[{name!r}]", rule, attributes[name])
    require_key(api, "sqs.CreateQueue", "KmsMasterKeyId", attributes.get("KmsMasterKeyId"))
    name = inputs.take("name")
    request = {"QueueName": name, "Attributes": attributes, "tags": api.tags(inputs) or None}
    url = api.call("sqs", "CreateQueue", request)["QueueUrl"]
    return Created(id=url, outputs={"arn": api.arn("sqs", name), "url": url})


@creates(SQS_QUEUE_POLICY)
def create_queue_policy(inputs: Inputs, api: Api) -> Created:
    url, policy = inputs.take("queueUrl"), inputs.take("policy")
    require_policy(api, "sqs.SetQueueAttributes", "Policy", policy)
    api.call("sqs", "SetQueueAttributes", {"QueueUrl": url, "Attributes": {"Policy": policy}})
    return Created(id=url)


def _text(value: Any) -> str:
    return str(value).lower() if isinstance(value, bool) else str(value)


_QUEUE_INPUTS = {
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


@reads(
    SQS_QUEUE,
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
def read_queue(lookup: Lookup) -> Found:
    url = str(lookup.ask("sqs.GetQueueUrl", QueueName=lookup.name("name"))["QueueUrl"])
    attributes = _queue_attributes(lookup, url)
    return Found(
        names=(url, attributes["QueueArn"]),
        properties={key: attributes.get(attribute) for key, attribute in _QUEUE_INPUTS.items()},
        tags=lambda: lookup.ask("sqs.ListQueueTags", QueueUrl=url).get("Tags", {}),
    )


@reads(SQS_QUEUE_POLICY, "public access", ("queueUrl",), documents=("policy",))
def read_queue_policy(lookup: Lookup) -> Found:
    url = lookup.name("queueUrl")
    return Found(names=(url,), properties={"policy": _queue_attributes(lookup, url).get("Policy")})


def _queue_attributes(lookup: Lookup, url: str) -> Mapping[str, Any]:
    answer = lookup.ask("sqs.GetQueueAttributes", QueueUrl=url, AttributeNames=["All"])
    attributes: Mapping[str, Any] = answer["Attributes"]
    return attributes
