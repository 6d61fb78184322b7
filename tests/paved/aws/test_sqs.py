"""SQS: queues and their policies."""

import json

import pytest

QUEUE = "aws:sqs/queue:Queue"


def policy(resource, **statement):
    body = {
        "Sid": "A",
        "Effect": "Deny",
        "Principal": "*",
        "Action": ["sqs:*"],
        "Resource": [resource],
        **statement,
    }
    return json.dumps({"Version": "2012-10-17", "Statement": [body]})


def test_a_queue_has_its_attributes(account):
    inputs = {
        "name": "warnings",
        "messageRetentionSeconds": 300,
        "visibilityTimeoutSeconds": 60,
        "sqsManagedSseEnabled": True,
        "receiveWaitTimeSeconds": 20,
    }
    id, outputs = account.create(QUEUE, inputs)
    attributes = account.client("sqs").get_queue_attributes(QueueUrl=id, AttributeNames=["All"])["Attributes"]
    assert attributes["MessageRetentionPeriod"] == "300"
    assert attributes["VisibilityTimeout"] == "60"
    assert attributes["ReceiveMessageWaitTimeSeconds"] == "20"
    assert attributes["SqsManagedSseEnabled"] == "true"
    assert outputs["arn"] == attributes["QueueArn"]
    assert outputs["url"] == id


def test_a_queue_takes_its_policy(account):
    url, outputs = account.create(QUEUE, {"name": "warnings"})
    document = policy(outputs["arn"])
    id, _ = account.create("aws:sqs/queuePolicy:QueuePolicy", {"queueUrl": url, "policy": document})
    attributes = account.client("sqs").get_queue_attributes(QueueUrl=url, AttributeNames=["Policy"])[
        "Attributes"
    ]
    assert json.loads(attributes["Policy"]) == json.loads(document)
    assert id == url


@pytest.mark.parametrize(
    ("key", "value", "name", "bounds"),
    [
        ("visibilityTimeoutSeconds", 43_201, "VisibilityTimeout", "0 to 43200"),
        ("messageRetentionSeconds", 59, "MessageRetentionPeriod", "60 to 1209600"),
        ("delaySeconds", 901, "DelaySeconds", "0 to 900"),
        ("receiveWaitTimeSeconds", 21, "ReceiveMessageWaitTimeSeconds", "0 to 20"),
        ("maxMessageSize", 1023, "MaximumMessageSize", "1024 to 1048576"),
        ("kmsDataKeyReusePeriodSeconds", 59, "KmsDataKeyReusePeriodSeconds", "60 to 86400"),
    ],
)
def test_the_documented_ranges_of_a_queue_are_held(account, key, value, name, bounds):
    assert account.rejections(QUEUE, {"name": "q", key: value}) == [
        f"sqs.CreateQueue `Attributes['{name}']`: must be of {bounds}, got '{value}'"
    ]


def test_a_queue_policy_is_read(account):
    url, outputs = account.create(QUEUE, {"name": "warnings"})
    document = policy(outputs["arn"], Condition={"StringEqual": {"a": "b"}})
    (said,) = account.rejections("aws:sqs/queuePolicy:QueuePolicy", {"queueUrl": url, "policy": document})
    assert (
        said
        == "sqs.SetQueueAttributes `Policy`: `Statement[0]` has an unknown condition operator `StringEqual`"
    )
