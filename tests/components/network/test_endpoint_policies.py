import json

import pytest

from components.account import Account
from components.network.endpoint_policies import (
    SIZE,
    Outsiders,
    StateStore,
    boot_buckets,
    bucket_endpoint_policy,
    service_endpoint_policy,
)
from components.network.endpoints import SERVICES
from tests.iam import Request, decides

ACCOUNT = Account(id="111122223333", region="us-east-1", partition="aws")
OWN, STRANGE, CI = ("111122223333",), ("999999999999",), ("444455556666",)
NOBODY = Outsiders()
STATE = StateStore(
    bucket="pulumi-state",
    account="444455556666",
    key_arn="arn:aws:kms:us-east-1:444455556666:key/1a2b",
)
DEPLOYERS = Outsiders(deploy_accounts=CI, state=STATE)


def request(action, resource, *, principal=OWN, owner=OWN):
    """A request. One without credentials has no account."""
    context = {"aws:principalaccount": principal, "aws:resourceaccount": owner}
    return Request(
        action=action, resource=resource, context={key: each for key, each in context.items() if each}
    )


def s3(action, bucket, *, public=(), **parties):
    return decides(
        bucket_endpoint_policy(ACCOUNT, Outsiders(public_buckets=public)),
        request(action, f"arn:aws:s3:::{bucket}", **parties),
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
    policy = service_endpoint_policy(ACCOUNT, service, NOBODY)
    assert decides(policy, request("any:Thing", "arn:aws:any:us-east-1:111122223333:thing")) == "allow"
    assert decides(policy, request("any:Thing", "*", principal=STRANGE)) == "nothing"
    assert decides(policy, request("any:Thing", "*", principal=None)) == "nothing"


def test_what_holds_data_or_secrets_is_the_accounts_own_too():
    secrets, images = (
        service_endpoint_policy(ACCOUNT, each, NOBODY) for each in ("secretsmanager", "ecr.api")
    )
    assert decides(secrets, request("secretsmanager:GetSecretValue", "*", owner=STRANGE)) == "nothing"
    assert decides(images, request("ecr:BatchGetImage", "*", owner=STRANGE)) == "allow"  # add-ons are AWS's


def test_a_token_of_another_issuer_opens_roles_of_the_account_alone():
    policy = service_endpoint_policy(ACCOUNT, "sts", NOBODY)
    action = "sts:AssumeRoleWithWebIdentity"
    assert decides(policy, request(action, "arn:aws:iam::111122223333:role/ci", principal=None)) == "allow"
    assert decides(policy, request(action, "arn:aws:iam::999999999999:role/ci", principal=None)) == "nothing"


def test_the_longest_policy_fits():
    names = [f"{number:02}{'x' * 61}" for number in range(20)]
    accounts = [f"{number:012}" for number in range(10)]
    everybody = Outsiders(public_buckets=names, deploy_accounts=accounts, state=STATE)
    assert len(bucket_endpoint_policy(ACCOUNT, everybody)) <= SIZE
    assert json.loads(bucket_endpoint_policy(ACCOUNT, everybody))["Version"] == "2012-10-17"


@pytest.mark.parametrize(
    ("action", "role", "principal", "decided"),
    [
        ("sts:AssumeRole", "arn:aws:iam::111122223333:role/paved-deploy", CI, "allow"),
        # CI actions tag the session that they take on.
        ("sts:TagSession", "arn:aws:iam::111122223333:role/paved-deploy", CI, "allow"),
        ("sts:SetSourceIdentity", "arn:aws:iam::111122223333:role/paved-deploy", CI, "allow"),
        ("sts:TagSession", "arn:aws:iam::111122223333:role/paved-deploy", STRANGE, "nothing"),
        ("sts:AssumeRole", "arn:aws:iam::999999999999:role/theirs", CI, "nothing"),
        ("sts:AssumeRole", "arn:aws:iam::111122223333:role/paved-deploy", STRANGE, "nothing"),
        ("sts:AssumeRole", "arn:aws:iam::111122223333:role/paved-deploy", None, "nothing"),
        ("sts:GetFederationToken", "arn:aws:iam::111122223333:role/paved-deploy", CI, "nothing"),
        ("sts:GetSessionToken", "*", CI, "nothing"),
    ],
)
def test_an_account_that_deploys_takes_on_roles_of_this_one_and_no_more(action, role, principal, decided):
    policy = service_endpoint_policy(ACCOUNT, "sts", DEPLOYERS)
    assert decides(policy, request(action, role, principal=principal)) == decided


def test_an_account_that_deploys_calls_no_other_service():
    for service in {*SERVICES, "mlflow"} - {"sts"}:
        policy = service_endpoint_policy(ACCOUNT, service, Outsiders(deploy_accounts=CI))
        assert policy == service_endpoint_policy(ACCOUNT, service, NOBODY)
    assert bucket_endpoint_policy(ACCOUNT, Outsiders(deploy_accounts=CI)) == bucket_endpoint_policy(
        ACCOUNT, NOBODY
    )


@pytest.mark.parametrize(
    ("action", "resource", "principal", "owner", "decided"),
    [
        ("s3:GetObject", "pulumi-state/.pulumi/stacks/a.json", OWN, CI, "allow"),
        ("s3:PutObject", "pulumi-state/.pulumi/stacks/a.json", OWN, CI, "allow"),
        ("s3:DeleteObject", "pulumi-state/.pulumi/locks/a.json", CI, CI, "allow"),
        ("s3:ListBucket", "pulumi-state", OWN, CI, "allow"),
        ("s3:PutBucketPolicy", "pulumi-state", OWN, CI, "nothing"),
        ("s3:PutObject", "pulumi-state-2/a", OWN, CI, "nothing"),
        ("s3:PutObject", "pulumi-state/a", STRANGE, CI, "nothing"),
        # Somebody took the name after its owner had given it up.
        ("s3:PutObject", "pulumi-state/a", OWN, STRANGE, "nothing"),
    ],
)
def test_pulumis_state_is_used_by_those_who_deploy(action, resource, principal, owner, decided):
    asked = request(action, f"arn:aws:s3:::{resource}", principal=principal, owner=owner)
    assert decides(bucket_endpoint_policy(ACCOUNT, DEPLOYERS), asked) == decided
    assert decides(bucket_endpoint_policy(ACCOUNT, NOBODY), asked) == "nothing"


@pytest.mark.parametrize(
    ("action", "key", "decided"),
    [
        ("kms:Decrypt", "key/1a2b", "allow"),
        ("kms:Encrypt", "key/1a2b", "allow"),
        ("kms:ScheduleKeyDeletion", "key/1a2b", "nothing"),
        ("kms:Encrypt", "key/another", "nothing"),
    ],
)
def test_the_key_of_the_state_is_used_and_not_administered(action, key, decided):
    asked = request(action, f"arn:aws:kms:us-east-1:444455556666:{key}", owner=CI)
    assert decides(service_endpoint_policy(ACCOUNT, "kms", DEPLOYERS), asked) == decided
    assert decides(service_endpoint_policy(ACCOUNT, "secretsmanager", DEPLOYERS), asked) == "nothing"
