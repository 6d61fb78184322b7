"""CloudWatch Logs: log groups."""

from paved.aws.reading.audited_types import PROVIDER, reads
from paved.aws.reading.facts import Found
from paved.aws.reading.lookup import Lookup, first


@reads(
    "aws:cloudwatch/logGroup:LogGroup",
    "logging",
    ("name",),
    concerns={"kmsKeyId": "encryption"},
    left_out={"skipDestroy": PROVIDER},
    tagged=True,
)
def log_group(sought: Lookup) -> Found:
    name = sought.name("name")
    listed = sought.pages("logs.DescribeLogGroups", "logGroups", logGroupNamePrefix=name)
    made = first([each for each in listed if each["logGroupName"] == name])
    arn = str(made["arn"]).removesuffix(":*")
    return Found(
        names=(name, arn, f"{arn}:*"),
        properties={
            "kmsKeyId": made.get("kmsKeyId"),
            "logGroupClass": made.get("logGroupClass"),
            "retentionInDays": made.get("retentionInDays"),
        },
        tags=lambda: sought.ask("logs.ListTagsForResource", resourceArn=arn)["tags"],
    )
