"""Parts of a bucket beyond its planned configuration: readers, copies, listeners and other ways in."""

from collections.abc import Iterator, Mapping
from typing import Any

from paved.aws.reading.facts import Concern, Content, Contents
from paved.aws.reading.lookup import Lookup
from paved.aws.services import iam_actions

IAM_ACTIONS = {
    **iam_actions(
        "s3",
        "GetBucketAcl",
        "GetBucketWebsite",
        GetBucketCors="s3:GetBucketCORS",
        GetBucketReplication="s3:GetReplicationConfiguration",
        ListBucketAnalyticsConfigurations="s3:GetAnalyticsConfiguration",
        ListBucketInventoryConfigurations="s3:GetInventoryConfiguration",
    ),
    **iam_actions(
        "s3control",
        ListAccessPoints="s3:ListAccessPoints",
        ListMultiRegionAccessPoints="s3:ListMultiRegionAccessPoints",
    ),
}

LISTENERS = {
    "QueueConfigurations": "QueueArn",
    "TopicConfigurations": "TopicArn",
    "LambdaFunctionConfigurations": "LambdaFunctionArn",
}
MULTI_REGION = "us-west-2"
"""The one region that answers for access points of several regions."""


def part_name(bucket: str, part: str) -> str:
    """The name of a part of a bucket, by which the audit knows whether the plan has it."""
    return f"{bucket} {part}"


def bucket_contents(lookup: Lookup, bucket: str) -> Contents:
    """The parts of a bucket, each kind read by itself."""
    return {
        "policy": lambda: _if_there(lookup, bucket, "policy", "GetBucketPolicy", "Policy"),
        "access control list": lambda: _grants(lookup, bucket),
        "replication": lambda: _replication(lookup, bucket),
        "notification": lambda: _notifications(lookup, bucket),
        "website": lambda: _website(lookup, bucket),
        "CORS rule": lambda: _cors(lookup, bucket),
        "access log": lambda: _access_log(lookup, bucket),
        "lifecycle": lambda: _if_there(
            lookup, bucket, "lifecycle", "GetBucketLifecycleConfiguration", "Rules"
        ),
        "inventory": lambda: _inventories(lookup, bucket),
        "analysis": lambda: _analyses(lookup, bucket),
        "access point": lambda: _access_points(lookup, bucket),
        "multi-region access point": lambda: _multi_region_points(lookup, bucket),
    }


def ask(lookup: Lookup, bucket: str, operation: str) -> Mapping[str, Any]:
    """Make a call about a bucket, which S3 refuses for one of that name in somebody else's account."""
    return lookup.ask(f"s3.{operation}", Bucket=bucket, ExpectedBucketOwner=lookup.target.account)


def _if_there(lookup: Lookup, bucket: str, part: str, operation: str, member: str) -> Iterator[Content]:
    """A part of which a bucket has one at most, and which is a resource of its own in a plan."""
    if found := ask(lookup, bucket, operation).get(member):
        yield _content(
            bucket, part, str(found), concern="recovery" if part == "lifecycle" else "public access"
        )


def _grants(lookup: Lookup, bucket: str) -> Iterator[Content]:
    answer = ask(lookup, bucket, "GetBucketAcl")
    owner = answer.get("Owner", {}).get("ID")
    for grant in answer.get("Grants", ()):
        grantee = grant.get("Grantee", {})
        name = grantee.get("URI") or grantee.get("EmailAddress") or grantee.get("ID")
        if name != owner:
            yield _content(bucket, "access control list", f"{grant.get('Permission')} for {name}")


def _replication(lookup: Lookup, bucket: str) -> Iterator[Content]:
    rules = ask(lookup, bucket, "GetBucketReplication").get("ReplicationConfiguration", {}).get("Rules", ())
    for rule in rules:
        yield _content(bucket, "replication", f"{rule['Status']} to {rule['Destination']['Bucket']}")


def _notifications(lookup: Lookup, bucket: str) -> Iterator[Content]:
    answer = ask(lookup, bucket, "GetBucketNotificationConfiguration")
    for member, target in LISTENERS.items():
        for each in answer.get(member, ()):
            yield _content(bucket, "notification", f"{', '.join(each.get('Events', ()))} to {each[target]}")
    if "EventBridgeConfiguration" in answer:
        yield _content(
            bucket, "notification", "all events to EventBridge", name=part_name(bucket, "eventbridge")
        )


def _website(lookup: Lookup, bucket: str) -> Iterator[Content]:
    answer = ask(lookup, bucket, "GetBucketWebsite")
    if answer.keys() & {"IndexDocument", "RedirectAllRequestsTo"}:
        yield _content(bucket, "website", "a website of its objects")


def _cors(lookup: Lookup, bucket: str) -> Iterator[Content]:
    for rule in ask(lookup, bucket, "GetBucketCors").get("CORSRules", ()):
        methods, origins = ", ".join(rule["AllowedMethods"]), ", ".join(rule["AllowedOrigins"])
        yield _content(bucket, "CORS rule", f"{methods} from {origins}")


def _access_log(lookup: Lookup, bucket: str) -> Iterator[Content]:
    if target := ask(lookup, bucket, "GetBucketLogging").get("LoggingEnabled"):
        yield _content(bucket, "access log", f"to {target['TargetBucket']}", concern="logging")


def _inventories(lookup: Lookup, bucket: str) -> Iterator[Content]:
    for each in ask(lookup, bucket, "ListBucketInventoryConfigurations").get(
        "InventoryConfigurationList", ()
    ):
        target = each["Destination"]["S3BucketDestination"]["Bucket"]
        yield _content(bucket, "inventory", f"{each['Id']} to {target}")


def _analyses(lookup: Lookup, bucket: str) -> Iterator[Content]:
    for each in ask(lookup, bucket, "ListBucketAnalyticsConfigurations").get(
        "AnalyticsConfigurationList", ()
    ):
        export = each.get("StorageClassAnalysis", {}).get("DataExport", {}).get("Destination", {})
        target = export.get("S3BucketDestination", {}).get("Bucket", "nowhere")
        yield _content(bucket, "analysis", f"{each['Id']} to {target}")


def _access_points(lookup: Lookup, bucket: str) -> Iterator[Content]:
    account = lookup.target.account
    call = "s3control.ListAccessPoints"
    for point in lookup.pages(call, "AccessPointList", AccountId=account, Bucket=bucket):
        yield _content(
            bucket, "access point", f"{point['Name']} from {point.get('NetworkOrigin', 'anywhere')}"
        )


def _multi_region_points(lookup: Lookup, bucket: str) -> Iterator[Content]:
    call, account = "s3control.ListMultiRegionAccessPoints", lookup.target.account
    for point in lookup.account.pages(call, MULTI_REGION, "AccessPoints", AccountId=account):
        if bucket in [each.get("Bucket") for each in point.get("Regions", ())]:
            yield _content(bucket, "multi-region access point", str(point["Name"]))


def _content(
    bucket: str, part: str, label: str, *, concern: Concern = "public access", name: str | None = None
) -> Content:
    return Content(kind=part, name=name or part_name(bucket, part), label=label, concern=concern)
