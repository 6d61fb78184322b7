import json
import re

import pytest

from components.account import Account
from components.cluster.node_provisioning import controller_role_name
from components.registry.registry import bucket_name
from components.security.team_boundary import TeamBoundary, TeamBoundaryArgs, team_boundary
from reference.names import physical_name
from tests.iam import Request, decides

ACCOUNT = Account(id="111122223333", region="us-east-1", partition="aws")
LONGEST = "a" * 32 + "-staging"  # 40 characters, the longest name of a stack


def boundary(foundation="foundation-prod", account=ACCOUNT):
    return team_boundary(
        TeamBoundaryArgs(
            account=account, foundation=foundation, provisioner_role=controller_role_name(foundation)
        )
    )


def context(stack="vision-prod", **changes):
    return {
        "aws:principaltag/service": (stack,),
        "aws:principalarn": (f"arn:aws:iam::111122223333:role/paved-{stack}-trainer",),
        "aws:requestedregion": ("us-east-1",),
        "aws:resourceaccount": ("111122223333",),
        **{key.replace("_", ":", 1): value for key, value in changes.items()},
    }


def decided(action, resource, stack="vision-prod", **changes):
    return decides(boundary(), Request(action=action, resource=resource, context=context(stack, **changes)))


def test_the_policy_is_named_after_its_foundation(plan_program):
    args = TeamBoundaryArgs(account=ACCOUNT, foundation="foundation-prod", provisioner_role="karpenter")
    boundaries = []
    policy = plan_program(lambda: boundaries.append(TeamBoundary("b", args))).one("aws:iam/policy:Policy")
    assert policy.inputs["policy"] == team_boundary(args)
    assert policy.inputs["name"] == "paved-foundation-prod-team-boundary"
    assert boundaries[0].arn == "arn:aws:iam::111122223333:policy/paved-foundation-prod-team-boundary"


def test_it_fits_a_managed_policy_wherever_and_however_long_the_names_are():
    far = Account(id="111122223333", region="ap-southeast-1", partition="aws-us-gov")
    document = boundary("foundation-" + "x" * 29, far)
    assert len(re.sub(r"\s", "", document)) <= 6144


def test_denials_come_first_and_every_statement_has_a_name():
    effects = [each["Effect"] for each in json.loads(boundary())["Statement"]]
    assert effects == sorted(effects, reverse=True)


@pytest.mark.parametrize("stack", ["vision-prod", LONGEST])
@pytest.mark.parametrize("role", ["models", "datasets"])
def test_a_team_uses_its_own_buckets_however_long_its_name(stack, role):
    bucket = f"arn:aws:s3:::{bucket_name(ACCOUNT, stack, role, 12)}"
    assert decided("s3:ListBucket", bucket, stack) == "allow"
    assert decided("s3:PutObject", f"{bucket}/runs/1", stack) == "allow"


@pytest.mark.parametrize("foundation", ["foundation-prod", "foundation-" + "x" * 29])
def test_a_team_uses_shared_datasets(foundation):
    bucket = physical_name(foundation, "datasets", "confidential", ACCOUNT.id, limit=63)
    request = Request(action="s3:GetObject", resource=f"arn:aws:s3:::{bucket}/a/b", context=context())
    assert decides(boundary(foundation), request) == "allow"


@pytest.mark.parametrize(
    ("action", "resource"),
    [
        ("s3:GetObject", "arn:aws:s3:::paved-ranking-prod-models-111122223333/a"),
        ("s3:GetObject", "arn:aws:s3:::paved-vision-prod"),
        ("sqs:ReceiveMessage", "arn:aws:sqs:us-east-1:111122223333:paved-ranking-prod-retrain-nightly"),
        ("sqs:ReceiveMessage", "arn:aws:sqs:us-east-1:111122223333:paved-foundation-prod-interruptions"),
        (
            "sagemaker-mlflow:GetRun",
            "arn:aws:sagemaker:us-east-1:111122223333:mlflow-tracking-server/paved-x",
        ),
        ("ec2:RunInstances", "*"),
        ("secretsmanager:GetSecretValue", "arn:aws:secretsmanager:us-east-1:111122223333:secret:a"),
    ],
)
def test_what_nobody_named_is_not_allowed(action, resource):
    assert decided(action, resource) == "nothing"


@pytest.mark.parametrize(
    ("action", "resource"),
    [
        ("iam:CreateRole", "arn:aws:iam::111122223333:role/paved-vision-prod-new"),
        ("iam:AttachRolePolicy", "arn:aws:iam::111122223333:role/paved-foundation-prod-karpenter"),
        ("iam:DeleteRolePermissionsBoundary", "*"),
        ("organizations:LeaveOrganization", "*"),
        ("sts:AssumeRole", "arn:aws:iam::111122223333:role/paved-ranking-prod-trainer"),
        ("s3:DeleteObjectVersion", "arn:aws:s3:::paved-vision-prod-models-111122223333/a"),
        ("s3:PutBucketPolicy", "arn:aws:s3:::paved-vision-prod-models-111122223333"),
        ("s3:PutLifecycleConfiguration", "arn:aws:s3:::paved-vision-prod-models-111122223333"),
        ("kms:CreateGrant", "arn:aws:kms:us-east-1:111122223333:key/1"),
    ],
)
def test_changes_of_rights_and_protection_are_denied_whatever_is_allowed(action, resource):
    assert decided(action, resource) == "deny"


def test_data_stays_in_the_account_and_in_the_region():
    own = "arn:aws:s3:::paved-vision-prod-models-111122223333/a"
    assert decided("s3:PutObject", own) == "allow"
    assert decided("s3:PutObject", own, aws_resourceaccount=("999999999999",)) == "deny"
    assert decided("s3:PutObject", own, aws_requestedregion=("eu-west-1",)) == "deny"


def test_keys_open_through_s3_alone_and_never_those_of_another_team():
    key = "arn:aws:kms:us-east-1:111122223333:key/1"
    through = {"kms_viaservice": ("s3.us-east-1.amazonaws.com",)}
    own = {**through, "kms_resourcealiases": ("alias/paved-vision-prod",)}
    datasets = {**through, "kms_resourcealiases": ("alias/paved-foundation-prod-datasets-internal",)}
    other = {**through, "kms_resourcealiases": ("alias/paved-ranking-prod",)}
    assert decided("kms:Decrypt", key, **own) == "allow"
    assert decided("kms:Decrypt", key, **datasets) == "allow"
    assert decided("kms:Decrypt", key, **other) == "nothing"
    assert decided("kms:Decrypt", key, kms_resourcealiases=own["kms_resourcealiases"]) == "nothing"
    tagged = {"aws_resourcetag/service": ("ranking-prod",)}
    assert decided("kms:Decrypt", key, **own, **tagged) == "deny"


def test_a_queue_that_bears_another_teams_tag_is_denied_by_the_tag():
    own = "arn:aws:sqs:us-east-1:111122223333:paved-vision-prod-retrain-nightly"
    assert decided("sqs:ReceiveMessage", own, **{"aws_resourcetag/service": ("vision-prod",)}) == "allow"
    assert decided("sqs:ReceiveMessage", own, **{"aws_resourcetag/service": ("ranking-prod",)}) == "deny"


def test_the_freeze_attaches_its_own_policy_to_the_provisioner_alone():
    provisioner = "arn:aws:iam::111122223333:role/paved-foundation-prod-karpenter"
    policy = "arn:aws:iam::111122223333:policy/paved-{}-freeze"
    freeze = {"aws_principalarn": ("arn:aws:iam::111122223333:role/paved-vision-prod-freeze",)}
    attach = "iam:AttachRolePolicy"
    assert decided(attach, provisioner, **freeze, iam_policyarn=(policy.format("vision-prod"),)) == "allow"
    assert decided(attach, provisioner, **freeze, iam_policyarn=(policy.format("ranking-prod"),)) == "nothing"
    assert decided("iam:CreateRole", provisioner, **freeze) == "nothing"


def test_a_role_without_the_tag_may_do_nothing_with_data():
    untagged = context()
    del untagged["aws:principaltag/service"]
    request = Request(action="s3:GetObject", resource="arn:aws:s3:::paved-vision-prod-a/b", context=untagged)
    assert decides(boundary(), request) == "nothing"
