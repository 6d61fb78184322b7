import json

import pytest

from components.account import Account
from components.registry.permissions import server_policy, trainer_policy

ACCOUNT = Account(id="111122223333", region="us-east-1", partition="aws")
MODELS, DATASETS = "arn:aws:s3:::models", "arn:aws:s3:::datasets"
TRAINER = trainer_policy(ACCOUNT, models="models", datasets="datasets", key_alias="paved-vision-prod")
SERVER = server_policy(ACCOUNT, models="models", key_alias="paved-vision-prod")


def granted(policy):
    """Every (action, resource) that a policy allows."""
    return {
        (action, resource)
        for statement in json.loads(policy)["Statement"]
        for action in statement["Action"]
        for resource in statement["Resource"]
    }


def test_serving_reads_models_and_nothing_else():
    assert granted(SERVER) == {
        ("s3:GetBucketLocation", MODELS),
        ("s3:ListBucket", MODELS),
        ("s3:GetObject", f"{MODELS}/*"),
        ("s3:GetObjectVersion", f"{MODELS}/*"),
        ("kms:Decrypt", "arn:aws:kms:us-east-1:111122223333:key/*"),
    }


def test_training_reads_both_buckets_and_writes_models_alone():
    assert granted(TRAINER) - granted(SERVER) == {
        ("s3:GetBucketLocation", DATASETS),
        ("s3:ListBucket", DATASETS),
        ("s3:GetObject", f"{DATASETS}/*"),
        ("s3:GetObjectVersion", f"{DATASETS}/*"),
        ("s3:PutObject", f"{MODELS}/*"),
        ("s3:AbortMultipartUpload", f"{MODELS}/*"),
        ("s3:ListMultipartUploadParts", f"{MODELS}/*"),
        ("kms:GenerateDataKey", "arn:aws:kms:us-east-1:111122223333:key/*"),
    }


@pytest.mark.parametrize("policy", [TRAINER, SERVER])
def test_only_the_teams_key_can_be_used_and_only_through_s3(policy):
    [key_use] = [s for s in json.loads(policy)["Statement"] if any(a.startswith("kms:") for a in s["Action"])]
    assert key_use["Condition"] == {
        "ForAnyValue:StringEquals": {"kms:ResourceAliases": "alias/paved-vision-prod"},
        "StringEquals": {"kms:ViaService": "s3.us-east-1.amazonaws.com"},
    }


@pytest.mark.parametrize("policy", [TRAINER, SERVER])
def test_no_action_is_a_wildcard_and_nothing_is_deleted(policy):
    actions = {action for action, _ in granted(policy)}
    assert not {action for action in actions if "*" in action or "Delete" in action}
    assert "*" not in {resource for _, resource in granted(policy)}
