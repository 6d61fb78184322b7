"""CloudTrail: trails, the events that they record, and where to."""

from collections.abc import Mapping
from typing import Any

from paved.aws.creating.api import Api
from paved.aws.creating.existence import require_bucket_admitting, require_key, require_role
from paved.aws.creating.inputs import Inputs
from paved.aws.creating.registry import Created, creates
from paved.aws.creating.rejections import refused
from paved.aws.creating.request import pairs, request_members
from paved.aws.reading.audited_types import reads
from paved.aws.reading.facts import Found
from paved.aws.reading.lookup import Lookup, first, tag_map
from paved.aws.services import iam_actions
from reference.vocabulary import CLOUDTRAIL_SERVICE, TRAIL

IAM_ACTIONS = iam_actions(
    "cloudtrail", "GetEventSelectors", "GetInsightSelectors", "GetTrail", "GetTrailStatus", "ListTags"
)
CREATE = "cloudtrail.CreateTrail"
PUT_SELECTORS = "cloudtrail.PutEventSelectors"
FIELDS_OF_DATA = ("eventCategory", "resources.type")


@creates(TRAIL)
def create_trail(inputs: Inputs, api: Api) -> Created:
    renamed = {"cloudWatchLogsGroupArn": "CloudWatchLogsLogGroupArn"}
    request = api.request("cloudtrail", "CreateTrail", inputs, renamed)
    # CloudTrail writes when a trail is created, so the bucket's policy must admit it by then.
    require_bucket_admitting(api, CREATE, "S3BucketName", request.get("S3BucketName"), CLOUDTRAIL_SERVICE)
    require_key(api, CREATE, "KmsKeyId", request.get("KmsKeyId"), principal=CLOUDTRAIL_SERVICE)
    _check_logs(api, request)
    tags = pairs(api.tags(inputs))
    arn = api.call("cloudtrail", "CreateTrail", {**request, "TagsList": tags or None})["TrailARN"]
    name = request["Name"]
    _put_event_selectors(inputs, api, name)
    _put_insight_selectors(inputs, api, name)
    if inputs.take("enableLogging", True):
        api.call("cloudtrail", "StartLogging", {"Name": name})
    return Created(id=arn, outputs={"arn": arn, "homeRegion": api.scope.region})


def _put_event_selectors(inputs: Inputs, api: Api, name: str) -> None:
    plain, advanced = inputs.blocks("eventSelectors"), inputs.blocks("advancedEventSelectors")
    if plain and advanced:
        rule = "must be left out where AdvancedEventSelectors are given"
        raise refused(PUT_SELECTORS, "EventSelectors", rule)
    shape: Any = api.shape("cloudtrail", "PutEventSelectors").members
    plain_shape, advanced_shape = shape["EventSelectors"].member, shape["AdvancedEventSelectors"].member
    request = {
        "EventSelectors": [request_members(block, plain_shape) for block in plain] or None,
        "AdvancedEventSelectors": [_advanced_selector(block, advanced_shape) for block in advanced] or None,
    }
    if plain or advanced:
        api.call("cloudtrail", "PutEventSelectors", {"TrailName": name, **request})


def _put_insight_selectors(inputs: Inputs, api: Api, name: str) -> None:
    blocks = inputs.blocks("insightSelectors")
    if blocks:
        shape: Any = api.shape("cloudtrail", "PutInsightSelectors").members["InsightSelectors"]
        selectors = [request_members(block, shape.member) for block in blocks]
        api.call("cloudtrail", "PutInsightSelectors", {"TrailName": name, "InsightSelectors": selectors})


def _advanced_selector(block: Inputs, shape: Any) -> dict[str, Any]:
    renamed = {
        "advancedEventSelectors.fieldSelectors.startsWiths": "StartsWith",
        "advancedEventSelectors.fieldSelectors.endsWiths": "EndsWith",
        "advancedEventSelectors.fieldSelectors.notStartsWiths": "NotStartsWith",
        "advancedEventSelectors.fieldSelectors.notEndsWiths": "NotEndsWith",
    }
    selector = request_members(block, shape, renamed)
    by_field = {each["Field"]: each for each in selector["FieldSelectors"]}
    if by_field.get("eventCategory", {}).get("Equals") == ["Data"]:
        for field in FIELDS_OF_DATA:
            if not by_field.get(field, {}).get("Equals"):
                rule = f"must say which `{field}` data events are recorded of"
                raise refused(PUT_SELECTORS, "AdvancedEventSelectors", rule)
    return selector


def _check_logs(api: Api, request: dict[str, Any]) -> None:
    group, role = request.get("CloudWatchLogsLogGroupArn"), request.get("CloudWatchLogsRoleArn")
    if (group is None) != (role is None):
        raise refused(CREATE, "CloudWatchLogsRoleArn", "must be given with CloudWatchLogsLogGroupArn", role)
    if isinstance(group, str) and not group.endswith(":*"):
        raise refused(CREATE, "CloudWatchLogsLogGroupArn", "must end in `:*`", group)
    require_role(api, CREATE, "CloudWatchLogsRoleArn", role, trusting=CLOUDTRAIL_SERVICE)


PLURAL_INPUTS = ("EndsWith", "NotEndsWith", "NotStartsWith", "StartsWith")
"""Operators that the provider spells with an `s` at the end."""


@reads(
    TRAIL,
    "logging",
    ("name",),
    concerns={"kmsKeyId": "encryption"},
    assumed={"enableLogging": True, "isOrganizationTrail": False},
    tagged=True,
)
def read_trail(lookup: Lookup) -> Found:
    name = lookup.name("name")
    trail = lookup.ask("cloudtrail.GetTrail", Name=name)["Trail"]
    arn = trail["TrailARN"]
    return Found(
        names=(arn, arn, name),  # the provider's id of a trail is its ARN
        properties={
            "advancedEventSelectors": lambda: _advanced_inputs(lookup, name),
            "cloudWatchLogsGroupArn": trail.get("CloudWatchLogsLogGroupArn"),
            "cloudWatchLogsRoleArn": trail.get("CloudWatchLogsRoleArn"),
            "enableLogFileValidation": trail.get("LogFileValidationEnabled"),
            "enableLogging": lambda: lookup.ask("cloudtrail.GetTrailStatus", Name=arn)["IsLogging"],
            "eventSelectors": lambda: _selectors(lookup, name).get("EventSelectors"),
            "includeGlobalServiceEvents": trail.get("IncludeGlobalServiceEvents"),
            "insightSelectors": lambda: _insights(lookup, name),
            "isMultiRegionTrail": trail.get("IsMultiRegionTrail"),
            "isOrganizationTrail": trail.get("IsOrganizationTrail"),
            "kmsKeyId": trail.get("KmsKeyId"),
            "s3BucketName": trail.get("S3BucketName"),
            "s3KeyPrefix": trail.get("S3KeyPrefix"),
            "snsTopicName": trail.get("SnsTopicName"),
        },
        tags=lambda: _tags(lookup, arn),
    )


def _selectors(lookup: Lookup, name: str) -> Mapping[str, Any]:
    return lookup.ask("cloudtrail.GetEventSelectors", TrailName=name)


def _advanced_inputs(lookup: Lookup, name: str) -> list[dict[str, Any]]:
    inputs = []
    for selector in _selectors(lookup, name).get("AdvancedEventSelectors") or ():
        fields = [_field_inputs(field) for field in selector["FieldSelectors"]]
        inputs.append({"name": selector.get("Name"), "fieldSelectors": fields})
    return inputs


def _field_inputs(selector: Mapping[str, Any]) -> dict[str, Any]:
    return {f"{key}s" if key in PLURAL_INPUTS else key: value for key, value in selector.items() if value}


def _insights(lookup: Lookup, name: str) -> Any:
    return lookup.ask("cloudtrail.GetInsightSelectors", TrailName=name).get("InsightSelectors")


def _tags(lookup: Lookup, arn: str) -> dict[str, str]:
    listed = lookup.pages("cloudtrail.ListTags", "ResourceTagList", ResourceIdList=[arn])
    return tag_map(first(listed).get("TagsList"))
