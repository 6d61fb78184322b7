"""CloudTrail: trails, which events they record, and where to."""

from typing import Any

from paved.aws.creating.api import Api
from paved.aws.creating.existence import refused, require_key, require_role
from paved.aws.creating.fitting import fitted, pairs
from paved.aws.creating.inputs import Inputs
from paved.aws.creating.registry import Created, creates
from paved.rehearsal.outcome import Rejected
from reference.vocabulary import CLOUDTRAIL_SERVICE

CREATE = "cloudtrail.CreateTrail"
SELECTORS = ("eventSelectors", "advancedEventSelectors")
OPERATORS = ("startsWith", "endsWith", "notStartsWith", "notEndsWith")
FIELDS_OF_DATA = ("eventCategory", "resources.type")


@creates("aws:cloudtrail/trail:Trail")
def trail(inputs: Inputs, api: Api) -> Created:
    renamed = {"cloudWatchLogsGroupArn": "CloudWatchLogsLogGroupArn"}
    request = api.fit("cloudtrail", "CreateTrail", inputs, renamed)
    _require_bucket(api, request.get("S3BucketName"))
    require_key(api, CREATE, "KmsKeyId", request.get("KmsKeyId"), principal=CLOUDTRAIL_SERVICE)
    _check_logs(api, request)
    tags = pairs(api.tags(inputs))
    made = api.call("cloudtrail", "CreateTrail", {**request, "TagsList": tags or None})
    name = request["Name"]
    _select(inputs, api, name)
    if insights := inputs.blocks("insightSelectors"):
        shape: Any = api.shape("cloudtrail", "PutInsightSelectors").members["InsightSelectors"]
        kinds = [fitted(each, shape.member) for each in insights]
        api.call("cloudtrail", "PutInsightSelectors", {"TrailName": name, "InsightSelectors": kinds})
    if inputs.take("enableLogging", True):
        api.call("cloudtrail", "StartLogging", {"Name": name})
    return Created(id=made["TrailARN"], outputs={"arn": made["TrailARN"], "homeRegion": api.place.region})


def _select(inputs: Inputs, api: Api, name: str) -> None:
    plain, advanced = (inputs.blocks(key) for key in SELECTORS)
    if plain and advanced:
        rule = "must be left out where AdvancedEventSelectors are given"
        raise refused("cloudtrail.PutEventSelectors", "EventSelectors", rule)
    shape: Any = api.shape("cloudtrail", "PutEventSelectors").members
    request = {
        "EventSelectors": [fitted(each, shape["EventSelectors"].member) for each in plain] or None,
        "AdvancedEventSelectors": [
            _advanced(each, shape["AdvancedEventSelectors"].member) for each in advanced
        ]
        or None,
    }
    if plain or advanced:
        api.call("cloudtrail", "PutEventSelectors", {"TrailName": name, **request})


def _advanced(block: Inputs, shape: Any) -> dict[str, Any]:
    renamed = {f"advancedEventSelectors.fieldSelectors.{each}s": _spelt(each) for each in OPERATORS}
    made = fitted(block, shape, renamed)
    by_field = {each["Field"]: each for each in made["FieldSelectors"]}
    if by_field.get("eventCategory", {}).get("Equals") == ["Data"]:
        for field in FIELDS_OF_DATA:
            if not by_field.get(field, {}).get("Equals"):
                rule = f"must say which `{field}` data events are recorded of"
                raise refused("cloudtrail.PutEventSelectors", "AdvancedEventSelectors", rule)
    return made


def _spelt(operator: str) -> str:
    return operator[0].upper() + operator[1:]


def _require_bucket(api: Api, bucket: Any) -> None:
    """CloudTrail writes when a trail is made, so the bucket's policy must admit it by then."""
    try:
        policy = api.inside("s3", "GetBucketPolicy", {"Bucket": str(bucket)})["Policy"]
    except Rejected:
        policy = ""
    if CLOUDTRAIL_SERVICE not in policy:
        raise refused(
            CREATE, "S3BucketName", f"must name a bucket whose policy admits {CLOUDTRAIL_SERVICE}", bucket
        )


def _check_logs(api: Api, request: dict[str, Any]) -> None:
    group, role = request.get("CloudWatchLogsLogGroupArn"), request.get("CloudWatchLogsRoleArn")
    if (group is None) != (role is None):
        raise refused(CREATE, "CloudWatchLogsRoleArn", "must be given with CloudWatchLogsLogGroupArn", role)
    if isinstance(group, str) and not group.endswith(":*"):
        raise refused(CREATE, "CloudWatchLogsLogGroupArn", "must end in `:*`", group)
    require_role(api, CREATE, "CloudWatchLogsRoleArn", role, trusting=CLOUDTRAIL_SERVICE)
