import json

import pytest

from components.account import Account
from components.registry.registry import Registry, RegistryArgs, bucket_name

ACCOUNT = Account(id="111122223333", region="us-east-1", partition="aws")
BOUNDARY = "arn:aws:iam::111122223333:policy/paved-foundation-prod-team-boundary"
ARGS = RegistryArgs(
    boundary_arn=BOUNDARY,
    endpoints_only=True,
    account=ACCOUNT,
    stack="vision-prod",
    namespace="vision-prod",
    cluster_name="paved-foundation-prod",
    cluster_arn="arn:aws:eks:us-east-1:111122223333:cluster/paved-foundation-prod",
    key_arn="arn:aws:kms:us-east-1:111122223333:key/0f6e",
    key_alias="paved-vision-prod",
    repositories=("detector", "trainer"),
    noncurrent_days=90,
    archive_days=60,
    scratch_days=7,
    keep_images=50,
    generation=1,
    protect=True,
)


@pytest.fixture
def planned(plan_program):
    return plan_program(lambda: Registry("vision-prod", ARGS))


def test_plan_matches_golden(planned, golden):
    golden("components/registry.json", planned.as_json()["resources"])


def test_buckets_are_named_by_stack_role_and_account():
    assert bucket_name(ACCOUNT, "vision-prod", "models", 1) == "paved-vision-prod-models-111122223333"


def test_a_generation_gives_a_bucket_another_name():
    assert bucket_name(ACCOUNT, "vision-prod", "models", 2) == "paved-vision-prod-models-g2-111122223333"


def test_the_name_of_a_bucket_stays_within_the_limit_and_apart():
    names = {bucket_name(ACCOUNT, "a" * 40, role, 1) for role in ("models", "datasets")}
    assert len(names) == 2
    assert max(map(len, names)) <= 63


def test_only_datasets_are_archived(planned):
    archived = {
        resource.inputs["bucket"]
        for resource in planned.of("aws:s3/bucketLifecycleConfiguration:BucketLifecycleConfiguration")
        if any(rule["id"] == "archive" for rule in resource.inputs["rules"])
    }
    assert archived == {"paved-vision-prod-datasets-111122223333"}


def test_each_service_account_has_its_own_role(planned):
    found = {
        (a.inputs["serviceAccount"], a.inputs["namespace"], a.inputs["clusterName"])
        for a in planned.of("aws:eks/podIdentityAssociation:PodIdentityAssociation")
    }
    assert found == {
        ("trainer", "vision-prod", "paved-foundation-prod"),
        ("server", "vision-prod", "paved-foundation-prod"),
    }
    assert {role.inputs["name"] for role in planned.of("aws:iam/role:Role")} == {
        "paved-vision-prod-trainer",
        "paved-vision-prod-server",
    }


def test_a_role_is_trusted_for_its_service_account_of_the_teams_namespace_alone(planned):
    [server] = [r for r in planned.of("aws:iam/role:Role") if r.inputs["name"].endswith("-server")]
    [statement] = json.loads(server.inputs["assumeRolePolicy"])["Statement"]
    tags = statement["Condition"]["StringEquals"]
    assert tags["aws:RequestTag/kubernetes-namespace"] == "vision-prod"
    assert tags["aws:RequestTag/kubernetes-service-account"] == "server"


def test_a_repository_is_below_its_stack_so_that_teams_do_not_meet(planned):
    assert {r.inputs["name"] for r in planned.of("aws:ecr/repository:Repository")} == {
        "vision-prod/detector",
        "vision-prod/trainer",
    }


def test_what_a_stack_exports_is_known_before_anything_exists(plan_program):
    seen = []

    def program():
        registry = Registry("vision-prod", ARGS)
        seen.extend([registry.role_arns, registry.repository_urls, registry.models])

    plan_program(program)
    assert seen == [
        {
            "trainer": "arn:aws:iam::111122223333:role/paved-vision-prod-trainer",
            "server": "arn:aws:iam::111122223333:role/paved-vision-prod-server",
        },
        {
            "detector": "111122223333.dkr.ecr.us-east-1.amazonaws.com/vision-prod/detector",
            "trainer": "111122223333.dkr.ecr.us-east-1.amazonaws.com/vision-prod/trainer",
        },
        "paved-vision-prod-models-111122223333",
    ]
