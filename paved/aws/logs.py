"""CloudWatch Logs: log groups, and metrics counted from their records."""

from collections.abc import Iterator
from typing import Any

from paved.aws.creating.api import Api
from paved.aws.creating.existence import require_key, require_policy
from paved.aws.creating.inputs import Inputs
from paved.aws.creating.registry import Created, creates
from paved.aws.creating.rejections import refused
from paved.aws.creating.request import request_members
from paved.aws.reading.audited_types import PROVIDER, reads
from paved.aws.reading.facts import Content, Found
from paved.aws.reading.lookup import Lookup, first
from paved.aws.services import iam_actions
from reference.vocabulary import LOG_GROUP, LOG_RESOURCE_POLICY, METRIC_FILTER

IAM_ACTIONS = iam_actions(
    "logs",
    "DescribeLogGroups",
    "DescribeMetricFilters",
    "DescribeResourcePolicies",
    "DescribeSubscriptionFilters",
    "ListTagsForResource",
)

_TRANSFORMATION = {
    "metricTransformation.name": "metricName",
    "metricTransformation.namespace": "metricNamespace",
    "metricTransformation.value": "metricValue",
}

RETENTION_DAYS = frozenset(
    {1, 3, 5, 7, 14, 30, 60, 90, 120, 150, 180, 365, 400, 545, 731}
    | {1096, 1827, 2192, 2557, 2922, 3288, 3653}
)
"""As PutRetentionPolicy documents them; its API model says any whole number."""


@creates(LOG_GROUP)
def create_log_group(inputs: Inputs, api: Api) -> Created:
    request = api.request("logs", "CreateLogGroup", inputs, {"name": "logGroupName"})
    service = f"logs.{api.scope.region}.amazonaws.com"
    require_key(api, "logs.CreateLogGroup", "kmsKeyId", request.get("kmsKeyId"), principal=service)
    inputs.leave_to_provider("skipDestroy")
    tags = api.tags(inputs)
    api.call("logs", "CreateLogGroup", {**request, "tags": tags or None})
    name = request["logGroupName"]
    if days := inputs.take("retentionInDays"):
        if days not in RETENTION_DAYS:
            allowed = ", ".join(map(str, sorted(RETENTION_DAYS)))
            raise refused("logs.PutRetentionPolicy", "retentionInDays", f"must be one of {allowed}", days)
        api.call("logs", "PutRetentionPolicy", {"logGroupName": name, "retentionInDays": days})
    return Created(id=name, outputs={"arn": api.arn("logs", f"log-group:{name}")})


@creates(METRIC_FILTER)
def create_metric_filter(inputs: Inputs, api: Api) -> Created:
    shape: Any = api.shape("logs", "PutMetricFilter").members["metricTransformations"]
    block = inputs.block("metricTransformation")
    transformation = {} if block is None else request_members(block, shape.member, _TRANSFORMATION)
    request = {
        "logGroupName": inputs.take("logGroupName"),
        "filterName": inputs.take("name"),
        "filterPattern": inputs.take("pattern"),
        "metricTransformations": [transformation],
    }
    api.call("logs", "PutMetricFilter", request)
    return Created(id=str(request["filterName"]), outputs={})


@creates(LOG_RESOURCE_POLICY)
def create_resource_policy(inputs: Inputs, api: Api) -> Created:
    request = api.request("logs", "PutResourcePolicy", inputs)
    require_policy(api, "logs.PutResourcePolicy", "policyDocument", request.get("policyDocument"))
    api.call("logs", "PutResourcePolicy", request)
    return Created(id=str(request["policyName"]))


@reads(LOG_RESOURCE_POLICY, "identity", ("policyName",))
def read_resource_policy(lookup: Lookup) -> Found:
    name = lookup.name("policyName")
    listed = lookup.pages("logs.DescribeResourcePolicies", "resourcePolicies")
    found = first([each for each in listed if each["policyName"] == name])
    return Found(names=(name,), properties={"policyDocument": found["policyDocument"]})


@reads(METRIC_FILTER, "logging", ("name", "logGroupName"))
def read_metric_filter(lookup: Lookup) -> Found:
    name, group = lookup.name("name"), lookup.name("logGroupName")
    listed = lookup.pages(
        "logs.DescribeMetricFilters", "metricFilters", logGroupName=group, filterNamePrefix=name
    )
    found = first([each for each in listed if each["filterName"] == name])
    (transformation,) = found["metricTransformations"]
    return Found(
        names=(name,),
        properties={
            "pattern": found["filterPattern"],
            "metricTransformation": {
                "name": transformation["metricName"],
                "namespace": transformation["metricNamespace"],
                "value": transformation["metricValue"],
            },
        },
    )


@reads(
    LOG_GROUP,
    "logging",
    ("name",),
    concerns={"kmsKeyId": "encryption"},
    left_out={"skipDestroy": PROVIDER},
    tagged=True,
)
def read_log_group(lookup: Lookup) -> Found:
    name = lookup.name("name")
    listed = lookup.pages("logs.DescribeLogGroups", "logGroups", logGroupNamePrefix=name)
    group = first([each for each in listed if each["logGroupName"] == name])
    # Logs answers with `:*` behind the ARN, which some services want and others refuse.
    arn = str(group["arn"]).removesuffix(":*")
    return Found(
        names=(name, arn, f"{arn}:*"),
        properties={
            "kmsKeyId": group.get("kmsKeyId"),
            "logGroupClass": group.get("logGroupClass"),
            "retentionInDays": group.get("retentionInDays"),
        },
        tags=lambda: lookup.ask("logs.ListTagsForResource", resourceArn=arn)["tags"],
        contents={"subscription filter": lambda: _subscriptions(lookup, name)},
    )


def _subscriptions(lookup: Lookup, group: str) -> Iterator[Content]:
    for each in lookup.pages("logs.DescribeSubscriptionFilters", "subscriptionFilters", logGroupName=group):
        label = f"{each['filterName']} to {each['destinationArn']}"
        name = f"{group} subscription {each['filterName']}"
        yield Content(kind="subscription filter", name=name, label=label, concern="logging")
