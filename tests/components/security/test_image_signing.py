import json
from itertools import chain

import pytest

from components.account import Account, ClusterScope
from components.security.image_signing import (
    ImageSigning,
    ImageSigningArgs,
    signing_key_policy,
    verifier_policy,
)

ACCOUNT = Account(id="777788889999", region="eu-central-1", partition="aws")
ARGS = ImageSigningArgs(
    scope=ClusterScope(
        account=ACCOUNT,
        stack="foundation-risk",
        cluster_name="paved-foundation-risk",
        created_name="paved-foundation-risk",
    ),
    signers=("risk-ci",),
    deletion_window_days=30,
    protect=True,
)
CI = "arn:aws:iam::777788889999:role/risk-ci"


@pytest.fixture
def planned(plan_program):
    return plan_program(lambda: ImageSigning("foundation-risk-signing", ARGS))


def statements(document):
    return {each["Sid"]: each for each in json.loads(document)["Statement"]}


def test_the_key_signs_and_does_nothing_else(planned):
    inputs = planned.one("aws:kms/key:Key").inputs
    assert (inputs["keyUsage"], inputs["customerMasterKeySpec"]) == ("SIGN_VERIFY", "ECC_NIST_P256")
    assert "enableKeyRotation" not in inputs, "KMS rotates no asymmetric key"


def test_the_key_is_protected(planned):
    assert planned.one("aws:kms/key:Key").protect


def test_the_key_is_known_by_its_alias_before_it_exists(plan_program):
    found = []
    plan_program(lambda: found.append(ImageSigning("foundation-risk-signing", ARGS).key_uri))
    assert found == ["awskms:///arn:aws:kms:eu-central-1:777788889999:alias/paved-foundation-risk-signing"]


def test_the_signers_may_sign():
    allowed = statements(signing_key_policy(ACCOUNT, ["risk-ci"]))["SignedByCi"]
    assert allowed["Action"] == ["kms:DescribeKey", "kms:GetPublicKey", "kms:Sign"]
    assert allowed["Condition"]["ArnEquals"] == {"aws:PrincipalArn": [CI]}
    assert allowed["Condition"]["StringEquals"] == {"kms:CallerAccount": "777788889999"}


def test_nobody_else_signs_administrators_neither():
    denied = statements(signing_key_policy(ACCOUNT, ["risk-ci"]))["DenySigningByOthers"]
    assert (denied["Effect"], denied["Principal"], denied["Action"]) == ("Deny", "*", ["kms:Sign"])
    assert denied["Condition"] == {"ArnNotEquals": {"aws:PrincipalArn": [CI]}}


def test_who_verifies_cannot_sign():
    found = [each["Action"] for each in statements(verifier_policy(ACCOUNT, "key")).values()]
    assert sorted(chain.from_iterable(found)) == [
        "ecr:BatchCheckLayerAvailability",
        "ecr:BatchGetImage",
        "ecr:GetAuthorizationToken",
        "ecr:GetDownloadUrlForLayer",
        "kms:DescribeKey",
        "kms:GetPublicKey",
    ]


def test_who_verifies_reads_one_key():
    read = statements(verifier_policy(ACCOUNT, "paved-foundation-risk-signing"))["ReadSigningKey"]
    assert read["Condition"] == {
        "ForAnyValue:StringEquals": {"kms:ResourceAliases": "alias/paved-foundation-risk-signing"}
    }


def test_the_identity_is_that_of_the_charts_service_account(planned):
    association = planned.one("aws:eks/podIdentityAssociation:PodIdentityAssociation").inputs
    assert (association["namespace"], association["serviceAccount"]) == (
        "cosign-system",
        "policy-controller-webhook",
    )
