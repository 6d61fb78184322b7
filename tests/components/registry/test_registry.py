import json
from itertools import product

import pytest

from components.account import Account, ClusterRef
from components.registry.registry import (
    Registry,
    RegistryArgs,
    bucket_name,
    promoter_policy,
    server_policy,
    trainer_policy,
)
from tests.iam import Request, decides

ACCOUNT = Account(id="111122223333", region="us-east-1", partition="aws")
BOUNDARY = "arn:aws:iam::111122223333:policy/paved-foundation-prod-team-boundary"
ARGS = RegistryArgs(
    boundary_arn=BOUNDARY,
    endpoints_only=True,
    account=ACCOUNT,
    stack="vision-prod",
    namespace="vision-prod",
    cluster=ClusterRef(
        name="paved-foundation-prod",
        arn="arn:aws:eks:us-east-1:111122223333:cluster/paved-foundation-prod",
    ),
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
MODELS, DATASETS = "arn:aws:s3:::models", "arn:aws:s3:::datasets"
TRAINER = trainer_policy(ACCOUNT, models="models", datasets="datasets", key_alias="paved-vision-prod")
SERVER = server_policy(ACCOUNT, models="models", key_alias="paved-vision-prod")
PROMOTER = promoter_policy(ACCOUNT, models="models", key_alias="paved-vision-prod")
WRITTEN = "defect-detector/2026-11-03/model.onnx"


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
    def is_archived(lifecycle):
        return "archive" in [rule["id"] for rule in lifecycle.inputs["rules"]]

    lifecycles = planned.of("aws:s3/bucketLifecycleConfiguration:BucketLifecycleConfiguration")
    assert {each.inputs["bucket"] for each in lifecycles if is_archived(each)} == {
        "paved-vision-prod-datasets-111122223333"
    }


def test_each_service_account_has_its_own_role(planned):
    found = {
        (a.inputs["serviceAccount"], a.inputs["namespace"], a.inputs["clusterName"])
        for a in planned.of("aws:eks/podIdentityAssociation:PodIdentityAssociation")
    }
    assert found == {
        ("trainer", "vision-prod", "paved-foundation-prod"),
        ("server", "vision-prod", "paved-foundation-prod"),
        ("promoter", "vision-prod", "paved-foundation-prod"),
    }
    assert {role.inputs["name"] for role in planned.of("aws:iam/role:Role")} == {
        "paved-vision-prod-trainer",
        "paved-vision-prod-server",
        "paved-vision-prod-promoter",
    }


def test_a_role_trusts_one_service_account_of_the_teams_namespace_alone(planned):
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
            "promoter": "arn:aws:iam::111122223333:role/paved-vision-prod-promoter",
        },
        {
            "detector": "111122223333.dkr.ecr.us-east-1.amazonaws.com/vision-prod/detector",
            "trainer": "111122223333.dkr.ecr.us-east-1.amazonaws.com/vision-prod/trainer",
        },
        "paved-vision-prod-models-111122223333",
    ]


def granted(policy):
    """Every (action, resource) that a policy allows."""
    found = set()
    for statement in json.loads(policy)["Statement"]:
        found.update(product(statement["Action"], statement["Resource"]))
    return found


def test_serving_reads_models_and_nothing_else():
    assert granted(SERVER) == {
        ("s3:GetBucketLocation", MODELS),
        ("s3:ListBucket", MODELS),
        ("s3:GetObject", f"{MODELS}/*"),
        ("s3:GetObjectVersion", f"{MODELS}/*"),
        ("kms:Decrypt", "arn:aws:kms:us-east-1:111122223333:key/*"),
    }


def test_training_reads_both_buckets():
    assert {(action, resource) for action, resource in granted(TRAINER) if ":Get" in action} == {
        ("s3:GetBucketLocation", DATASETS),
        ("s3:GetBucketLocation", MODELS),
        ("s3:GetObject", f"{DATASETS}/*"),
        ("s3:GetObject", f"{MODELS}/*"),
        ("s3:GetObjectVersion", f"{DATASETS}/*"),
        ("s3:GetObjectVersion", f"{MODELS}/*"),
    }


def may_put(policy, key, **context):
    given = {name.lower(): (value,) for name, value in context.items()}
    return (
        decides(policy, Request(action="s3:PutObject", resource=f"{MODELS}/{key}", context=given)) == "allow"
    )


ABSENT = {"s3:if-none-match": "*", "s3:ObjectCreationOperation": "true"}
PLAIN = {"s3:ObjectCreationOperation": "true"}
PART = {"s3:ObjectCreationOperation": "false"}


@pytest.mark.parametrize("folder", ["scratch", "candidates", "checkpoints", "mlflow"])
def test_training_writes_and_replaces_its_work(folder):
    assert may_put(TRAINER, f"{folder}/a", **PLAIN)


@pytest.mark.parametrize(
    "key", [WRITTEN, "model.onnx", "scratch", "candidates-2/model", "lineage/nightly/1.json"]
)
@pytest.mark.parametrize("context", [PLAIN, PART])
def test_training_replaces_neither_what_serves_nor_a_record(key, context):
    assert not may_put(TRAINER, key, **context)


def test_training_creates_a_record_and_nothing_that_serves():
    assert may_put(TRAINER, "lineage/nightly/1.json", **ABSENT)
    assert not may_put(TRAINER, WRITTEN, **ABSENT)


def test_a_promotion_creates_what_serves_and_replaces_nothing():
    assert may_put(PROMOTER, WRITTEN, **ABSENT)
    assert may_put(PROMOTER, WRITTEN, **PART)
    assert not may_put(PROMOTER, WRITTEN, **PLAIN)


def test_serving_writes_nothing():
    assert not any(may_put(SERVER, WRITTEN, **context) for context in (ABSENT, PART, PLAIN))


@pytest.mark.parametrize("policy", [TRAINER, SERVER, PROMOTER])
def test_only_the_teams_key_can_be_used_and_only_through_s3(policy):
    [key_use] = [each for each in json.loads(policy)["Statement"] if "kms:Decrypt" in each["Action"]]
    assert key_use["Condition"] == {
        "ForAnyValue:StringEquals": {"kms:ResourceAliases": "alias/paved-vision-prod"},
        "StringEquals": {"kms:ViaService": "s3.us-east-1.amazonaws.com"},
    }


@pytest.mark.parametrize("policy", [TRAINER, SERVER, PROMOTER])
def test_no_action_is_a_wildcard_and_nothing_is_deleted(policy):
    actions = {action for action, _ in granted(policy)}
    assert not {action for action in actions if "*" in action or "Delete" in action}
    assert "*" not in {resource for _, resource in granted(policy)}
