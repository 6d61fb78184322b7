"""CloudTrail: trails, whether they record, and which events."""

from collections.abc import Mapping
from typing import Any

from paved.aws.reading.audited_types import reads
from paved.aws.reading.facts import Found
from paved.aws.reading.lookup import Lookup, first, tag_map

PLURALS = ("EndsWith", "NotEndsWith", "NotStartsWith", "StartsWith")
"""Operators that the provider spells with an `s` behind."""


@reads(
    "aws:cloudtrail/trail:Trail",
    "logging",
    ("name",),
    concerns={"kmsKeyId": "encryption"},
    assumed={"enableLogging": True, "isOrganizationTrail": False},
    tagged=True,
)
def trail(sought: Lookup) -> Found:
    name = sought.name("name")
    made = sought.ask("cloudtrail.GetTrail", Name=name)["Trail"]
    arn = made["TrailARN"]
    return Found(
        names=(arn, arn, name),
        properties={
            "advancedEventSelectors": lambda: _advanced(sought, name),
            "cloudWatchLogsGroupArn": made.get("CloudWatchLogsLogGroupArn"),
            "cloudWatchLogsRoleArn": made.get("CloudWatchLogsRoleArn"),
            "enableLogFileValidation": made.get("LogFileValidationEnabled"),
            "enableLogging": lambda: sought.ask("cloudtrail.GetTrailStatus", Name=arn)["IsLogging"],
            "eventSelectors": lambda: _selectors(sought, name).get("EventSelectors"),
            "includeGlobalServiceEvents": made.get("IncludeGlobalServiceEvents"),
            "insightSelectors": lambda: _insights(sought, name),
            "isMultiRegionTrail": made.get("IsMultiRegionTrail"),
            "isOrganizationTrail": made.get("IsOrganizationTrail"),
            "kmsKeyId": made.get("KmsKeyId"),
            "s3BucketName": made.get("S3BucketName"),
            "s3KeyPrefix": made.get("S3KeyPrefix"),
            "snsTopicName": made.get("SnsTopicName"),
        },
        tags=lambda: _tags(sought, arn),
    )


def _selectors(sought: Lookup, name: str) -> Mapping[str, Any]:
    return sought.ask("cloudtrail.GetEventSelectors", TrailName=name)


def _advanced(sought: Lookup, name: str) -> list[dict[str, Any]]:
    return [
        {"name": each.get("Name"), "fieldSelectors": [_field(field) for field in each["FieldSelectors"]]}
        for each in _selectors(sought, name).get("AdvancedEventSelectors") or ()
    ]


def _field(selector: Mapping[str, Any]) -> dict[str, Any]:
    return {f"{key}s" if key in PLURALS else key: value for key, value in selector.items() if value}


def _insights(sought: Lookup, name: str) -> Any:
    return sought.ask("cloudtrail.GetInsightSelectors", TrailName=name).get("InsightSelectors")


def _tags(sought: Lookup, arn: str) -> dict[str, str]:
    listed = sought.pages("cloudtrail.ListTags", "ResourceTagList", ResourceIdList=[arn])
    return tag_map(first(listed).get("TagsList"))
