"""SNS: topics, their policies and subscriptions."""

import json

from tests.paved.aws.test_sqs import policy

TOPIC = "aws:sns/topic:Topic"


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
