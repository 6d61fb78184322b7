"""CloudWatch: alarms on metrics."""

from paved.aws.creating.api import Api
from paved.aws.creating.inputs import Inputs
from paved.aws.creating.registry import Created, creates
from paved.aws.creating.request import pairs
from paved.aws.reading.audited_types import reads
from paved.aws.reading.facts import Found
from paved.aws.reading.lookup import Lookup, camel_case, tag_map
from paved.aws.services import iam_actions
from reference.vocabulary import METRIC_ALARM

IAM_ACTIONS = iam_actions("cloudwatch", "DescribeAlarms", "ListTagsForResource")

_REQUEST = {"dimensions": None, "name": "AlarmName"}


@creates(METRIC_ALARM)
def create_alarm(inputs: Inputs, api: Api) -> Created:
    dimensions = pairs(inputs.take_map("dimensions") or {}, key="Name")
    request = api.request("cloudwatch", "PutMetricAlarm", inputs, _REQUEST)
    api.call(
        "cloudwatch",
        "PutMetricAlarm",
        {**request, "Dimensions": dimensions, "Tags": pairs(api.tags(inputs))},
    )
    name = request["AlarmName"]
    scope = api.scope
    arn = f"arn:{scope.partition}:cloudwatch:{scope.region}:{scope.account}:alarm:{name}"
    return Created(id=name, outputs={"arn": arn})


@reads(METRIC_ALARM, "logging", ("name",), assumed={"actionsEnabled": True}, tagged=True)
def read_alarm(lookup: Lookup) -> Found:
    name = lookup.name("name")
    alarm = lookup.one("cloudwatch.DescribeAlarms", "MetricAlarms", AlarmNames=[name])
    arn = alarm["AlarmArn"]
    told = camel_case(alarm)
    dimensions = {each["Name"]: each["Value"] for each in alarm.get("Dimensions", ())}
    return Found(
        names=(name, arn),
        properties={**told, "dimensions": dimensions},
        tags=lambda: tag_map(lookup.ask("cloudwatch.ListTagsForResource", ResourceARN=arn)["Tags"]),
    )
