import json

import pytest
from botocore.session import get_session

from components.account import Account
from components.registry.repository import (
    RegistryScanning,
    RegistryScanningArgs,
    Repository,
    RepositoryArgs,
    image_lifecycle,
    repository_url,
)

ACCOUNT = Account(id="111122223333", region="us-east-1", partition="aws")
SCANNING = "aws:ecr/registryScanningConfiguration:RegistryScanningConfiguration"
KEY = "arn:aws:kms:us-east-1:111122223333:key/0f6e"


@pytest.fixture
def planned(plan_program):
    args = RepositoryArgs(
        account=ACCOUNT, repository="vision-prod/detector", key_arn=KEY, keep_images=50, protect=True
    )
    return plan_program(lambda: Repository("detector", args))


def test_a_tag_never_moves_and_every_push_is_scanned(planned):
    repository = planned.one("aws:ecr/repository:Repository")
    assert repository.inputs["name"] == "vision-prod/detector"
    assert repository.inputs["imageTagMutability"] == "IMMUTABLE"
    assert repository.inputs["imageScanningConfiguration"] == {"scanOnPush": True}
    assert repository.protect


def test_images_are_encrypted_with_the_teams_key(planned):
    repository = planned.one("aws:ecr/repository:Repository")
    assert repository.inputs["encryptionConfigurations"] == [{"encryptionType": "KMS", "kmsKey": KEY}]


def test_nothing_but_the_oldest_candidates_is_ever_deleted(planned):
    policy = planned.one("aws:ecr/lifecyclePolicy:LifecyclePolicy").inputs["policy"]
    releases, candidates = json.loads(policy)["rules"]
    assert candidates["selection"] == {
        "tagStatus": "tagged",
        "tagPrefixList": ["candidate-"],
        "countType": "imageCountMoreThan",
        "countNumber": 50,
    }
    # ECR: what a rule selects by its tag, no rule of a higher number expires.
    assert releases["selection"]["tagPrefixList"] == ["release-"]
    assert releases["rulePriority"] < candidates["rulePriority"]
    assert releases["selection"]["countNumber"] == 100_000


@pytest.mark.parametrize("keep_images", [5, 1000])
def test_the_lifecycle_fits_the_length_that_ecr_asks_for(keep_images):
    shape = get_session().get_service_model("ecr").shape_for("LifecyclePolicyText")
    assert shape.metadata["min"] <= len(image_lifecycle(keep_images)) <= shape.metadata["max"]


@pytest.mark.parametrize(
    ("partition", "region", "suffix"),
    [("aws", "eu-central-1", "amazonaws.com"), ("aws-cn", "cn-north-1", "amazonaws.com.cn")],
)
def test_the_url_follows_from_the_account(partition, region, suffix):
    account = Account(id="111122223333", region=region, partition=partition)
    assert repository_url(account, "a/b") == f"111122223333.dkr.ecr.{region}.{suffix}/a/b"


@pytest.mark.parametrize(
    ("enhanced", "scan_type", "frequency"),
    [(False, "BASIC", "SCAN_ON_PUSH"), (True, "ENHANCED", "CONTINUOUS_SCAN")],
)
def test_every_repository_is_scanned(plan_program, enhanced, scan_type, frequency):
    plan = plan_program(lambda: RegistryScanning("scanning", RegistryScanningArgs(enhanced=enhanced)))
    inputs = plan.one(SCANNING).inputs
    assert inputs["scanType"] == scan_type
    assert inputs["rules"] == [
        {"scanFrequency": frequency, "repositoryFilters": [{"filter": "*", "filterType": "WILDCARD"}]}
    ]
