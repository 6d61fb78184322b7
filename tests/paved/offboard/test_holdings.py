"""The manifest of a stack is what its account holds, and what nobody could read is said."""

import hashlib
from functools import partial

import pytest
from botocore.exceptions import ClientError

from paved.audit.rehearsed import account_of
from paved.aws.reading.account import AccountReader
from paved.offboard.holdings import holdings
from paved.rehearsal.rehearsal import rehearse
from tests.paved.offboard.conftest import REGION, STACK

MODELS = f"paved-{STACK}-models-777788889999"


@pytest.fixture(scope="module")
def deployed(planner):
    """The team's stacks, rehearsed once; each test plants something of its own."""
    planner.plan(STACK)
    with rehearse(planner.folder, [STACK]) as rehearsal:
        # moto holds bucket policies against whoever is no pod of the team's, too.
        rehearsal.client(STACK, "s3", REGION).delete_bucket_policy(Bucket=MODELS)
        yield rehearsal


def held(left, rehearsal):
    return holdings(left(rehearsal), account_of(rehearsal, STACK), REGION)


def test_a_deployed_stack_is_found_whole(left, deployed):
    found = left(deployed)
    assert found.unread == ()
    assert {arn.rpartition(":")[2] for arn in found.of("s3")} == {
        f"paved-{STACK}-{kind}-777788889999" for kind in ("models", "datasets")
    }
    assert [arn.rpartition("/")[2] for arn in found.of("ecr")] == ["scoring"]
    assert len(found.of("kms")) == 1
    assert len(found.of("iam")) == 4
    assert found.of("budgets")  # which the Tagging API does not list


def test_the_manifest_is_what_is_there(left, deployed):
    s3 = deployed.client(STACK, "s3", REGION)
    for body in (b"one", b"other"):
        s3.put_object(Bucket=MODELS, Key='scoring/a,"b".bin', Body=body)
    found = {bucket.name: bucket for bucket in held(left, deployed).buckets}[MODELS]
    assert (found.objects, found.bytes, found.old_versions, found.old_bytes) == (1, 5, 1, 3)
    assert (found.versioning, found.lock) == ("Enabled", None)
    head, *lines = found.listing.splitlines()
    assert head == "key,version,current,bytes,etag,modified"
    assert [line.split(",")[-4:-1] for line in lines] == [
        ["yes", "5", hashlib.md5(b"other").hexdigest()],
        ["no", "3", hashlib.md5(b"one").hexdigest()],
    ]
    assert all(line.startswith('"scoring/a,""b"".bin",') for line in lines)


def test_an_object_more_is_another_manifest(left, deployed):
    before = {bucket.name: bucket.sha256 for bucket in held(left, deployed).buckets}
    deployed.client(STACK, "s3", REGION).put_object(Bucket=MODELS, Key="planted", Body=b"x")
    after = {bucket.name: bucket.sha256 for bucket in held(left, deployed).buckets}
    assert {name for name in before if before[name] != after[name]} == {MODELS}


def test_a_long_bucket_is_counted_and_not_listed(left, deployed, monkeypatch):
    monkeypatch.setattr("paved.offboard.holdings.MOST_LISTED", 1)
    s3 = deployed.client(STACK, "s3", REGION)
    for number in range(3):
        s3.put_object(Bucket=MODELS, Key=f"many/{number}", Body=b"x")
    found = {bucket.name: bucket for bucket in held(left, deployed).buckets}[MODELS]
    assert found.objects >= 3
    assert found.listing == ""


def test_model_packages_are_found_by_their_group(left, deployed):
    sagemaker = deployed.client(STACK, "sagemaker", REGION)
    for group in (f"{STACK}-scoring", f"other-{STACK}-scoring"):
        sagemaker.create_model_package_group(ModelPackageGroupName=group)
    sagemaker.create_model_package(ModelPackageGroupName=f"{STACK}-scoring", ModelPackageDescription="x")
    [package] = held(left, deployed).models
    assert (package["group"], package["version"]) == (f"{STACK}-scoring", 1)


def test_what_moto_cannot_tell_is_said(left, deployed):
    found = held(left, deployed)
    assert (found.backups, found.not_simulated) == (None, ("backup.ListRecoveryPointsByResource",))


def test_a_page_that_fails_in_the_middle_of_a_listing_is_told(left, deployed):
    account = AccountReader(partial(failing, deployed))
    found = holdings(left(deployed), account, REGION)
    assert found.buckets == ()
    assert found.unread == ("s3.ListObjectVersions: AccessDenied",)


def failing(rehearsal, service, region):
    client = rehearsal.client(STACK, service, region)
    return FailingPages(client) if service == "s3" else client


class FailingPages:
    """A client whose listings fail after their first page."""

    def __init__(self, client):
        self._client = client

    def __getattr__(self, method):
        return getattr(self._client, method)

    def get_paginator(self, method):
        return self if method == "list_object_versions" else self._client.get_paginator(method)

    def paginate(self, **_):
        yield {"Versions": []}
        raise ClientError({"Error": {"Code": "AccessDenied", "Message": "no"}}, "ListObjectVersions")
