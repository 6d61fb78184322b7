"""What is left of a stack is found by its tags and its names, until it is gone or another stack's."""

import pytest
from botocore.exceptions import ClientError

from paved.aws.reading.account import AccountReader
from paved.offboard.leftovers import leftovers
from paved.rehearsal.rehearsal import rehearse
from tests.paved.offboard.conftest import REGION, STACK

MODELS = f"paved-{STACK}-models-777788889999"
TAGS = [{"Key": "team", "Value": "risk"}, {"Key": "service", "Value": STACK}]


@pytest.fixture(scope="module")
def gone(planner):
    """The platform of the team, in an account in which the team's stack was destroyed."""
    planner.plan(STACK)
    with rehearse(planner.folder, ["platform-risk"]) as rehearsal:
        yield rehearsal


def test_nothing_is_left_of_a_stack_that_is_gone(left, gone):
    found = left(gone)
    assert (found.every, found.deleting, found.unread) == ((), (), ())


def test_what_moto_lacks_leaves_it_uncertain(left, gone):
    found = left(gone)
    assert "sagemaker.DescribeMlflowTrackingServer" in found.not_simulated
    assert not found.is_known


def test_a_bucket_that_is_left_is_found_until_it_is_handed_over(left, gone):
    s3 = gone.client("platform-risk", "s3", REGION)
    s3.create_bucket(Bucket="by-hand", CreateBucketConfiguration={"LocationConstraint": REGION})
    s3.put_bucket_tagging(Bucket="by-hand", Tagging={"TagSet": TAGS})
    # The name of the plan, and no tag at all.
    s3.create_bucket(Bucket=MODELS, CreateBucketConfiguration={"LocationConstraint": REGION})
    assert left(gone).every == ("arn:aws:s3:::by-hand", f"arn:aws:s3:::{MODELS}")
    another = [{"Key": "team", "Value": "platform"}, {"Key": "service", "Value": "foundation-risk"}]
    for bucket in ("by-hand", MODELS):
        s3.put_bucket_tagging(Bucket=bucket, Tagging={"TagSet": another})
    assert left(gone).every == ()


def test_a_volume_of_the_clusters_is_left_as_well(left, gone):
    ec2 = gone.client("platform-risk", "ec2", REGION)
    volume = ec2.create_volume(AvailabilityZone=f"{REGION}a", Size=10)
    ec2.create_tags(Resources=[volume["VolumeId"]], Tags=TAGS)
    assert [arn.rpartition("/")[2] for arn in left(gone).runtime] == [volume["VolumeId"]]
    ec2.delete_tags(Resources=[volume["VolumeId"]], Tags=TAGS)


def test_a_key_that_kms_deletes_is_not_left(left, gone):
    kms = gone.client("platform-risk", "kms", REGION)
    tags = [{"TagKey": tag["Key"], "TagValue": tag["Value"]} for tag in TAGS]
    key = kms.create_key(Tags=tags)["KeyMetadata"]
    assert left(gone).every == (key["Arn"],)
    kms.schedule_key_deletion(KeyId=key["KeyId"], PendingWindowInDays=30)
    found = left(gone)
    assert (found.every, found.deleting) == ((), (key["Arn"],))


def test_a_call_that_is_denied_leaves_nothing_certain(audited, gone):
    def client(service, region):
        made = gone.client("platform-risk", service, region)
        return Denying(made) if service == "resourcegroupstaggingapi" else made

    found = leftovers(audited, AccountReader(client))
    assert not found.is_known
    assert found.unread == ("resourcegroupstaggingapi.GetResources: AccessDeniedException",)


class Denying:
    """A client whose every call is denied."""

    def __init__(self, client):
        self._client = client

    def can_paginate(self, _):
        return False

    def __getattr__(self, method):
        def deny(**_):
            raise ClientError({"Error": {"Code": "AccessDeniedException", "Message": "no"}}, method)

        return deny
