import json

import pytest

from components.account import Account
from components.network.endpoint_policies import (
    SIZE,
    boot_buckets,
    bucket_endpoint_policy,
    service_endpoint_policy,
)
from components.network.endpoints import SERVICES
from tests.iam import Request, decides

ACCOUNT = Account(id="111122223333", region="us-east-1", partition="aws")
OWN, STRANGE = ("111122223333",), ("999999999999",)


def request(action, resource, *, principal=OWN, owner=OWN):
    """A request. One without credentials has no account."""
    context = {"aws:principalaccount": principal, "aws:resourceaccount": owner}
    return Request(
        action=action, resource=resource, context={key: each for key, each in context.items() if each}
    )


def s3(action, bucket, *, public=(), **parties):
    return decides(
        bucket_endpoint_policy(ACCOUNT, public), request(action, f"arn:aws:s3:::{bucket}", **parties)
    )


def test_the_accounts_own_identities_use_its_own_buckets():
    assert s3("s3:PutObject", "paved-vision-prod-models-111122223333/a") == "allow"


def test_nothing_is_carried_into_a_bucket_of_another_account():
    assert s3("s3:PutObject", "elsewhere/a", owner=STRANGE) == "nothing"
    assert s3("s3:GetObject", "elsewhere/a", owner=STRANGE) == "nothing"


@pytest.mark.parametrize("principal", [STRANGE, None])
def test_credentials_of_another_account_open_nothing(principal):
    assert s3("s3:PutObject", "elsewhere/a", principal=principal, owner=STRANGE) == "nothing"
    assert s3("s3:GetObject", "paved-vision-prod-models-111122223333/a", principal=principal) == "nothing"


@pytest.mark.parametrize(
    "bucket",
    [
        "prod-us-east-1-starport-layer-bucket",
        "al2023-repos-us-east-1-de612dc2",
        "prod-registry-k8s-io-us-east-1",
        "quayio-production-s3",
        "docker-images-prod",
    ],
)
def test_layers_and_packages_are_read_by_anybody_and_written_by_nobody(bucket):
    assert s3("s3:GetObject", f"{bucket}/a", principal=None, owner=STRANGE) == "allow"
    assert s3("s3:PutObject", f"{bucket}/a", owner=STRANGE) == "nothing"


def test_a_bucket_that_the_file_names_is_read_and_listed():
    assert s3("s3:ListBucket", "open-data", owner=STRANGE, public=("open-data",)) == "allow"
    assert s3("s3:GetObject", "open-data/a", owner=STRANGE, public=("open-data",)) == "allow"
    assert s3("s3:PutObject", "open-data/a", owner=STRANGE, public=("open-data",)) == "nothing"
    assert s3("s3:GetObject", "open-data-2/a", owner=STRANGE, public=("open-data",)) == "nothing"


def test_london_keeps_its_images_under_a_name_of_its_own():
    """https://github.com/kubernetes/registry.k8s.io, cmd/archeio/internal/app/buckets.go"""
    london = Account(id="111122223333", region="eu-west-2", partition="aws")
    assert "767373bbdcb8270361b96548387bf2a9ad0d48758c35-eu-west-2" in boot_buckets(london)
    assert not any(name.startswith("7673") for name in boot_buckets(ACCOUNT))


@pytest.mark.parametrize("service", [*SERVICES, "mlflow"])
def test_a_service_is_for_the_accounts_own_identities(service):
    policy = service_endpoint_policy(ACCOUNT, service)
    assert decides(policy, request("any:Thing", "arn:aws:any:us-east-1:111122223333:thing")) == "allow"
    assert decides(policy, request("any:Thing", "*", principal=STRANGE)) == "nothing"
    assert decides(policy, request("any:Thing", "*", principal=None)) == "nothing"


def test_what_holds_data_or_secrets_is_the_accounts_own_too():
    secrets, images = (service_endpoint_policy(ACCOUNT, each) for each in ("secretsmanager", "ecr.api"))
    assert decides(secrets, request("secretsmanager:GetSecretValue", "*", owner=STRANGE)) == "nothing"
    assert decides(images, request("ecr:BatchGetImage", "*", owner=STRANGE)) == "allow"  # add-ons are AWS's


def test_a_token_of_another_issuer_opens_roles_of_the_account_alone():
    policy = service_endpoint_policy(ACCOUNT, "sts")
    action = "sts:AssumeRoleWithWebIdentity"
    assert decides(policy, request(action, "arn:aws:iam::111122223333:role/ci", principal=None)) == "allow"
    assert decides(policy, request(action, "arn:aws:iam::999999999999:role/ci", principal=None)) == "nothing"


def test_the_longest_policy_fits():
    names = [f"{number:02}{'x' * 61}" for number in range(20)]
    assert len(bucket_endpoint_policy(ACCOUNT, names)) <= SIZE
    assert json.loads(bucket_endpoint_policy(ACCOUNT, names))["Version"] == "2012-10-17"
