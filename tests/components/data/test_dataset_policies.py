import json

import pytest

from components.account import Account
from components.data.dataset_policies import DatasetGrant, SharedDataset, dataset_statements, grants_policy

ACCOUNT = Account(id="111122223333", region="us-east-1", partition="aws")
ARN = "arn:aws:s3:::datasets"
IMAGES = SharedDataset(
    name="images", data_class="internal", owner="vision-prod", readers=("search-prod", "ads-prod")
)
NAMESPACE = "aws:PrincipalTag/kubernetes-namespace"
READ = DatasetGrant(bucket="datasets", prefix="images/", key_alias="paved-internal", writable=False)
WRITE = DatasetGrant(bucket="datasets", prefix="clicks/", key_alias="paved-internal", writable=True)


def allowed(policy):
    return [statement for statement in json.loads(policy)["Statement"] if statement["Effect"] == "Allow"]


def by_sid(policy):
    return {statement["Sid"]: statement for statement in json.loads(policy)["Statement"]}


def test_pods_of_other_stacks_are_refused_under_the_datasets_prefix_alone():
    strangers, _ = dataset_statements(ARN, [IMAGES])
    assert strangers["Effect"] == "Deny"
    assert strangers["Action"] == ["s3:*"]
    assert strangers["Resource"] == [f"{ARN}/images/*"]
    assert strangers["Condition"]["StringNotEquals"] == {
        NAMESPACE: ["ads-prod", "search-prod", "vision-prod"]
    }
    # Without the tag it is no pod: people and FSx are judged by IAM.
    assert strangers["Condition"]["Null"] == {NAMESPACE: "false"}


def test_readers_are_refused_to_write():
    _, writers = dataset_statements(ARN, [IMAGES])
    assert writers["Effect"] == "Deny"
    assert writers["Action"] == ["s3:Delete*", "s3:Put*"]
    assert writers["Condition"]["StringNotEquals"] == {NAMESPACE: ["vision-prod"]}


def test_no_two_statements_of_a_bucket_have_one_name():
    other = SharedDataset(name="clicks", data_class="internal", owner="ads-prod", readers=())
    sids = [statement["Sid"] for statement in dataset_statements(ARN, [IMAGES, other])]
    assert len(sids) == len(set(sids)) == 4


def test_a_reader_lists_and_reads_its_prefix_and_decrypts():
    policy = by_sid(grants_policy(ACCOUNT, [READ]))
    assert set(policy) == {"ListDatasets1", "ReadDatasets1", "UseDatasetKey1"}
    assert policy["ListDatasets1"]["Condition"] == {"StringLike": {"s3:prefix": ["images/", "images/*"]}}
    assert policy["ReadDatasets1"]["Resource"] == ["arn:aws:s3:::datasets/images/*"]
    assert policy["UseDatasetKey1"]["Action"] == ["kms:Decrypt"]


def test_a_key_is_used_by_its_alias_and_through_s3_alone():
    key = by_sid(grants_policy(ACCOUNT, [READ]))["UseDatasetKey1"]
    assert key["Condition"] == {
        "ForAnyValue:StringEquals": {"kms:ResourceAliases": "alias/paved-internal"},
        "StringEquals": {"kms:ViaService": "s3.us-east-1.amazonaws.com"},
    }


@pytest.mark.parametrize("grants", [[READ], [WRITE], [READ, WRITE]])
def test_nothing_is_ever_deleted_and_no_bucket_is_open_as_a_whole(grants):
    for statement in allowed(grants_policy(ACCOUNT, grants)):
        assert not [action for action in statement["Action"] if "Delete" in action or action.endswith("*")]
        assert "arn:aws:s3:::datasets/*" not in statement["Resource"]


def test_a_writer_of_one_dataset_writes_nothing_of_another():
    policy = by_sid(grants_policy(ACCOUNT, [READ, WRITE]))
    writing = [each for each in policy.values() if "s3:PutObject" in each["Action"]]
    assert [each["Resource"] for each in writing] == [["arn:aws:s3:::datasets/clicks/*"]]
    assert policy["UseDatasetKey1"]["Action"] == ["kms:Decrypt", "kms:GenerateDataKey"]
    assert "UseDatasetKey2" not in policy
