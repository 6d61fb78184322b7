"""Data of an account: buckets, keys, secrets that others may read, and snapshots and images for everybody."""

from collections.abc import Callable, Iterator, Mapping

from paved.aws.beside.principals import lets_others_in
from paved.aws.reading.account import NotFound
from paved.aws.reading.facts import Content
from paved.aws.reading.listings import AccountListing, lists
from paved.aws.reading.lookup import tag_map
from paved.aws.services import iam_actions
from reference.tags import SERVICE_TAG

IAM_ACTIONS = {
    **iam_actions("s3", ListBuckets="s3:ListAllMyBuckets"),
    **iam_actions("secretsmanager", "GetResourcePolicy", "ListSecrets"),
    **iam_actions("ec2", "DescribeImages", "DescribeSnapshots"),
}
GONE = ("PendingDeletion", "PendingReplicaDeletion")


@lists("bucket", everywhere=True)
def buckets(listing: AccountListing) -> Iterator[Content]:
    for bucket in listing.ask("s3.ListBuckets").get("Buckets", ()):
        name = bucket["Name"]
        arn = listing.arn("s3", name, regional=False, account=False)
        yield Content(
            kind="bucket", name=arn, label=arn, concern="settings", service=_bucket_maker(listing, name)
        )


@lists("KMS key")
def keys(listing: AccountListing) -> Iterator[Content]:
    for each in listing.pages("kms.ListKeys", "Keys"):
        id = each["KeyId"]
        try:
            key = listing.ask("kms.DescribeKey", KeyId=id)["KeyMetadata"]
        except NotFound:  # deleted since it was listed
            continue
        if key.get("KeyManager") != "AWS" and key["KeyState"] not in GONE:
            yield Content(
                kind="KMS key",
                name=key["Arn"],
                label=key["Arn"],
                concern="settings",
                service=_key_maker(listing, id),
            )


@lists("secret that others may read")
def secrets(listing: AccountListing) -> Iterator[Content]:
    for secret in listing.pages("secretsmanager.ListSecrets", "SecretList"):
        arn = secret["ARN"]
        try:
            policy = listing.ask("secretsmanager.GetResourcePolicy", SecretId=arn).get("ResourcePolicy")
        except NotFound:  # deleted since it was listed
            continue
        if policy and lets_others_in(policy, listing.target.account):
            yield _public("secret that others may read", arn)


@lists("snapshot for everybody")
def snapshots(listing: AccountListing) -> Iterator[Content]:
    call = "ec2.DescribeSnapshots"
    for each in listing.pages(call, "Snapshots", OwnerIds=["self"], RestorableByUserIds=["all"]):
        yield _public("snapshot for everybody", listing.arn("ec2", f"snapshot/{each['SnapshotId']}"))


@lists("image of machines for everybody")
def images(listing: AccountListing) -> Iterator[Content]:
    for each in listing.pages("ec2.DescribeImages", "Images", Owners=["self"], ExecutableUsers=["all"]):
        yield _public("image of machines for everybody", listing.arn("ec2", f"image/{each['ImageId']}"))


def _public(kind: str, arn: str) -> Content:
    return Content(kind=kind, name=arn, label=arn, concern="public access")


def _bucket_maker(listing: AccountListing, bucket: str) -> Callable[[], str | None]:
    """The reading of the tag that says which stack made a bucket."""

    def read() -> str | None:
        owner = listing.target.account
        try:
            answer = listing.ask("s3.GetBucketTagging", Bucket=bucket, ExpectedBucketOwner=owner)
        except NotFound:
            return None
        return tag_map(answer["TagSet"]).get(SERVICE_TAG)

    return read


def _key_maker(listing: AccountListing, key: str) -> Callable[[], str | None]:
    def read() -> str | None:
        tags: Mapping[str, str] = tag_map(
            listing.pages("kms.ListResourceTags", "Tags", KeyId=key), "TagKey", "TagValue"
        )
        return tags.get(SERVICE_TAG)

    return read
