import json

import pytest

from components.account import Account
from components.cluster.cluster import Cluster, ClusterArgs, log_group
from components.security.encryption_key import EncryptionKey, EncryptionKeyArgs
from components.security.key_policies import key_policy

ACCOUNT = Account(id="111122223333", region="us-east-1", partition="aws")


def key(purpose):
    return EncryptionKey(
        purpose,
        EncryptionKeyArgs(
            account=ACCOUNT,
            alias=f"paved-foundation-prod-{purpose}",
            description=purpose,
            policy=key_policy(ACCOUNT),
            deletion_window_days=30,
            protect=True,
        ),
    )


def cluster(**changes):
    args = {
        "account": ACCOUNT,
        "cluster_name": "paved-foundation-prod",
        "role_name": "paved-foundation-prod-cluster",
        "kubernetes_version": "1.35",
        "support": "standard",
        "subnet_ids": ["subnet-1", "subnet-2", "subnet-3"],
        "service_cidr": "172.20.0.0/16",
        "secrets_key": key("secrets"),
        "logs_key": key("logs"),
        "log_days": 400,
        "protect": True,
    }
    return Cluster("prod", ClusterArgs(**{**args, **changes}))


@pytest.fixture
def planned(plan_program):
    return plan_program(cluster)


@pytest.fixture
def inputs(planned):
    return planned.one("aws:eks/cluster:Cluster").inputs


def test_plan_matches_golden(planned, golden):
    golden("components/cluster.json", planned.as_json()["resources"])


def test_the_api_is_reached_from_the_vpc_alone(inputs):
    assert inputs["vpcConfig"]["endpointPrivateAccess"] is True
    assert inputs["vpcConfig"]["endpointPublicAccess"] is False


def test_whoever_creates_the_cluster_is_not_its_admin_for_ever(inputs):
    assert inputs["accessConfig"] == {
        "authenticationMode": "API",
        "bootstrapClusterCreatorAdminPermissions": False,
    }


def test_secrets_are_encrypted_with_a_key_of_their_own(planned, inputs):
    assert inputs["encryptionConfig"]["resources"] == ["secrets"]
    depends = planned.one("aws:eks/cluster:Cluster").property_dependencies["encryptionConfig"]
    assert depends == (planned.one("aws:kms/key:Key", "secrets").urn,)


def test_every_kind_of_log_is_kept(inputs):
    assert inputs["enabledClusterLogTypes"] == [
        "api",
        "audit",
        "authenticator",
        "controllerManager",
        "scheduler",
    ]


def test_the_log_group_is_there_before_eks_would_make_its_own(planned):
    group = planned.one("aws:cloudwatch/logGroup:LogGroup")
    assert group.inputs["name"] == "/aws/eks/paved-foundation-prod/cluster"
    assert group.inputs["retentionInDays"] == 400
    assert group.property_dependencies["kmsKeyId"] == (planned.one("aws:kms/key:Key", "logs").urn,)
    assert group.urn in planned.one("aws:eks/cluster:Cluster").depends_on


def test_the_control_plane_outlives_none_of_its_permissions(planned):
    """Without them EKS cannot remove the interfaces and groups it made."""
    attachment = planned.one("aws:iam/rolePolicyAttachment:RolePolicyAttachment")
    assert attachment.urn in planned.one("aws:eks/cluster:Cluster").depends_on


def test_the_role_serves_this_cluster_of_this_account_alone(planned):
    [statement] = json.loads(planned.one("aws:iam/role:Role").inputs["assumeRolePolicy"])["Statement"]
    assert statement["Condition"] == {
        "ArnLike": {"aws:SourceArn": ACCOUNT.cluster_arn("paved-foundation-prod")},
        "StringEquals": {"aws:SourceAccount": "111122223333"},
    }


def test_no_add_on_comes_that_nobody_manages(inputs):
    assert inputs["bootstrapSelfManagedAddons"] is False


@pytest.mark.parametrize(("support", "sent"), [("standard", "STANDARD"), ("extended", "EXTENDED")])
def test_support_is_what_the_file_says(plan_program, support, sent):
    planned = plan_program(lambda: cluster(support=support))
    assert planned.one("aws:eks/cluster:Cluster").inputs["upgradePolicy"] == {"supportType": sent}


@pytest.mark.parametrize("protect", [True, False])
def test_cluster_and_logs_are_protected_as_asked(plan_program, protect):
    planned = plan_program(lambda: cluster(protect=protect))
    found = planned.one("aws:eks/cluster:Cluster")
    assert found.protect is protect
    assert found.inputs["deletionProtection"] is protect
    assert planned.one("aws:cloudwatch/logGroup:LogGroup").protect is protect


def test_names_that_follow_from_the_clusters():
    assert ACCOUNT.cluster_arn("a") == "arn:aws:eks:us-east-1:111122223333:cluster/a"
    assert log_group("a") == "/aws/eks/a/cluster"
