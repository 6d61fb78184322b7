"""CloudWatch Logs: log groups."""

from paved.aws.creating.api import Api
from paved.aws.creating.existence import refused, require_key
from paved.aws.creating.inputs import Inputs
from paved.aws.creating.registry import Created, creates

RETENTION_DAYS = frozenset(
    {1, 3, 5, 7, 14, 30, 60, 90, 120, 150, 180, 365, 400, 545, 731}
    | {1096, 1827, 2192, 2557, 2922, 3288, 3653}
)
"""What PutRetentionPolicy documents; its API model says any whole number."""


@creates("aws:cloudwatch/logGroup:LogGroup")
def log_group(inputs: Inputs, api: Api) -> Created:
    request = api.fit("logs", "CreateLogGroup", inputs, {"name": "logGroupName"})
    service = f"logs.{api.place.region}.amazonaws.com"
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
