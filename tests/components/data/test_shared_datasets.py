import json

import pytest

from components.account import Account
from components.data.dataset_policies import SharedDataset
from components.data.shared_datasets import SharedDatasets, SharedDatasetsArgs, class_bucket

ACCOUNT = Account(id="111122223333", region="us-east-1", partition="aws")
ARGS = SharedDatasetsArgs(
    account=ACCOUNT,
    stack="foundation-prod",
    datasets=[
        SharedDataset(name="images", data_class="internal", owner="vision-prod", readers=("ads-prod",)),
        SharedDataset(name="clicks", data_class="internal", owner="ads-prod", readers=()),
        SharedDataset(name="prices", data_class="confidential", owner="ads-prod", readers=()),
    ],
    noncurrent_days=30,
    lustre=True,
    endpoints_only=True,
    deletion_window_days=30,
    protect=True,
)
CONFIDENTIAL = "paved-foundation-prod-datasets-confidential-111122223333"


@pytest.fixture
def plan(plan_program):
    def run(**changes):
        args = SharedDatasetsArgs(**{**vars(ARGS), **changes})
        return plan_program(lambda: SharedDatasets("datasets", args))

    return run


def key_statements(planned):
    """The ids of the statements of every key's policy."""
    found = set()
    for key in planned.of("aws:kms/key:Key"):
        found |= {each["Sid"] for each in json.loads(key.inputs["policy"])["Statement"]}
    return found


def test_plan_matches_golden(plan, golden):
    golden("components/shared_datasets.json", plan().as_json()["resources"])


def test_a_data_class_has_one_bucket_and_one_key_and_says_so_in_a_tag(plan):
    buckets = plan().of("aws:s3/bucket:Bucket")
    assert {each.inputs["bucket"]: each.inputs["tags"]["data-class"] for each in buckets} == {
        "paved-foundation-prod-datasets-internal-111122223333": "internal",
        CONFIDENTIAL: "confidential",
    }
    assert all(each.protect for each in buckets)
    assert len(plan().of("aws:kms/key:Key")) == 2


def test_the_order_of_the_file_changes_nothing(plan):
    assert plan(datasets=ARGS.datasets[::-1]).as_json() == plan().as_json()


def test_a_bucket_refuses_pods_of_stacks_without_a_dataset_of_its_class(plan):
    policy = next(
        each.inputs["policy"]
        for each in plan().of("aws:s3/bucketPolicy:BucketPolicy")
        if each.inputs["bucket"] == CONFIDENTIAL
    )
    [closed] = [
        each for each in json.loads(policy)["Statement"] if each["Sid"] == "DenyPodsOfOtherNamespaces"
    ]
    assert closed["Condition"]["StringNotEquals"] == {"aws:PrincipalTag/kubernetes-namespace": "ads-prod"}


def test_file_systems_use_the_keys_only_where_there_are_any(plan):
    assert "UsedByLustreThroughS3" in key_statements(plan())
    assert "UsedByLustreThroughS3" not in key_statements(plan(lustre=False))


def test_the_name_of_a_bucket_stays_within_the_limit_and_apart():
    names = {class_bucket(ACCOUNT, "a" * 40, each) for each in ("public", "internal", "confidential")}
    assert len(names) == 3
    assert max(map(len, names)) <= 63
