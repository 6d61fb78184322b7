"""Queues and topics."""

import json

import pytest

QUEUE = "aws:sqs/queue:Queue"
TOPIC = "aws:sns/topic:Topic"


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


def test_a_topic_has_its_key_its_policy_and_its_readers(account):
    account.key("alerts")
    alias = "arn:aws:kms:us-east-1:111122223333:alias/alerts"
    arn, outputs = account.create(TOPIC, {"name": "alerts", "kmsMasterKeyId": alias, "displayName": "Alerts"})
    document = policy(arn, Action=["sns:Publish"])
    account.create("aws:sns/topicPolicy:TopicPolicy", {"arn": arn, "policy": document})
    reader = {"topic": arn, "protocol": "email", "endpoint": "ml@example.com"}
    subscription, reader_outputs = account.create("aws:sns/topicSubscription:TopicSubscription", reader)
    sns = account.client("sns")
    attributes = sns.get_topic_attributes(TopicArn=arn)["Attributes"]
    assert (attributes["KmsMasterKeyId"], attributes["DisplayName"]) == (alias, "Alerts")
    assert json.loads(attributes["Policy"]) == json.loads(document)
    assert arn == outputs["arn"] == "arn:aws:sns:us-east-1:111122223333:alerts"
    (found,) = sns.list_subscriptions_by_topic(TopicArn=arn)["Subscriptions"]
    assert (found["Protocol"], found["Endpoint"], found["SubscriptionArn"]) == (
        "email",
        "ml@example.com",
        subscription,
    )
    assert reader_outputs["pendingConfirmation"] is True
    tags = sns.list_tags_for_resource(ResourceArn=arn)["Tags"]
    assert {tag["Key"]: tag["Value"] for tag in tags} == {"team": "vision", "service": "test"}


def test_a_topic_cannot_be_encrypted_with_a_key_that_is_not_there(account):
    (said,) = account.rejections(TOPIC, {"name": "alerts", "kmsMasterKeyId": "alias/nothing"})
    assert (
        said
        == "sns.CreateTopic `KmsMasterKeyId`: must name a KMS key that exists by now, got 'alias/nothing'"
    )


def test_a_subscription_of_a_topic_that_is_not_there_is_refused(account):
    reader = {
        "topic": "arn:aws:sns:us-east-1:111122223333:x",
        "protocol": "email",
        "endpoint": "a@example.com",
    }
    assert account.rejections("aws:sns/topicSubscription:TopicSubscription", reader)
