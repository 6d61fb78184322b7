"""An in-memory AWS account for each test."""

from collections.abc import Iterator

import pytest

from paved.aws.creating.memory import MemoryAws
from tests.paved.rehearsed_account import RehearsedAccount, document_admitting


@pytest.fixture
def account() -> Iterator[RehearsedAccount]:
    with MemoryAws() as memory:
        yield RehearsedAccount(memory)


@pytest.fixture
def bucket_admitting(account):
    """A versioned bucket that a service may write to."""

    def make(service, name="records"):
        account.create("aws:s3/bucket:Bucket", {"bucket": name}, name=name)
        versioning = {"bucket": name, "versioningConfiguration": {"status": "Enabled"}}
        account.create("aws:s3/bucketVersioning:BucketVersioning", versioning, name=f"{name}-versioning")
        account.create(
            "aws:s3/bucketPolicy:BucketPolicy",
            {"bucket": name, "policy": document_admitting(service)},
            name=f"{name}-policy",
        )
        return name

    return make
