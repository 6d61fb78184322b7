import json
from dataclasses import replace

import pytest

from components.account import Account, ClusterScope
from components.cluster.node_provisioning import (
    NodeProvisioning,
    NodeProvisioningArgs,
    node_role_name,
    queue_name,
)

ARGS = NodeProvisioningArgs(
    scope=ClusterScope(
        account=Account(id="111122223333", region="us-east-1", partition="aws"),
        stack="foundation-prod",
        cluster_name="paved-foundation-prod",
        created_name="paved-foundation-prod",
    ),
    environment="prod",
    security_group_id="sg-0a1b",
    teams=("ranking", "vision"),
    shared_images=("shared/",),
)


@pytest.fixture
def planned(plan_program):
    return plan_program(lambda: NodeProvisioning("karpenter", ARGS))


def test_plan_matches_golden(planned, golden):
    golden("components/node_provisioning.json", planned.as_json()["resources"])


def test_nodes_that_karpenter_starts_may_join(planned):
    for name in ("karpenter-nodes", "karpenter-nodes-ranking", "karpenter-nodes-vision"):
        entry = planned.one("aws:eks/accessEntry:AccessEntry", name)
        assert entry.inputs["type"] == "EC2_LINUX"
        role = planned.one("aws:iam/role:Role", name)
        assert entry.property_dependencies["principalArn"] == (role.urn,)


def test_a_team_has_nodes_that_pull_its_images_alone(planned):
    for team in ("ranking", "vision"):
        policy = planned.one("aws:iam/rolePolicy:RolePolicy", f"karpenter-nodes-{team}-images").inputs
        [pulling] = [s for s in json.loads(policy["policy"])["Statement"] if s["Sid"] == "PullImages"]
        registry = "arn:aws:ecr:us-east-1:111122223333:repository"
        assert set(pulling["Resource"]) == {f"{registry}/{team}-prod/*", f"{registry}/shared/*"}


def test_without_registered_teams_one_role_is_passed(plan_program):
    planned = plan_program(lambda: NodeProvisioning("karpenter", replace(ARGS, teams=())))
    assert len(planned.of("aws:eks/accessEntry:AccessEntry")) == 1
    policy = planned.one("aws:iam/rolePolicy:RolePolicy", "karpenter-controller-role-instance-profiles")
    [passing] = [s for s in json.loads(policy.inputs["policy"])["Statement"] if "iam:PassRole" in s["Action"]]
    assert passing["Resource"] == ["arn:aws:iam::111122223333:role/paved-foundation-prod-karpenter-node"]


def test_nodes_are_trusted_by_ec2_alone(planned):
    role = planned.one("aws:iam/role:Role", "karpenter-nodes")
    [statement] = json.loads(role.inputs["assumeRolePolicy"])["Statement"]
    assert statement["Principal"] == {"Service": "ec2.amazonaws.com"}


def test_the_controller_is_one_service_account(planned):
    inputs = planned.one("aws:eks/podIdentityAssociation:PodIdentityAssociation").inputs
    assert (inputs["namespace"], inputs["serviceAccount"]) == ("kube-system", "karpenter")


def test_the_controller_may_pass_just_the_roles_that_nodes_have(planned):
    policy = planned.one("aws:iam/rolePolicy:RolePolicy", "karpenter-controller-role-instance-profiles")
    [passing] = [s for s in json.loads(policy.inputs["policy"])["Statement"] if "iam:PassRole" in s["Action"]]
    role = planned.one("aws:iam/role:Role", "karpenter-nodes")
    of_teams = "arn:aws:iam::111122223333:role/paved-foundation-prod.node-*"
    assert passing["Resource"] == [f"arn:aws:iam::111122223333:role/{role.inputs['name']}", of_teams]


def test_the_controller_reads_the_queue_that_exists(planned):
    policy = planned.one("aws:iam/rolePolicy:RolePolicy", "karpenter-controller-role-interruptions")
    [reading] = json.loads(policy.inputs["policy"])["Statement"]
    queue = planned.one("aws:sqs/queue:Queue").inputs["name"]
    assert reading["Resource"] == [f"arn:aws:sqs:us-east-1:111122223333:{queue}"]


def test_the_security_group_of_nodes_is_marked(planned):
    inputs = planned.one("aws:ec2/tag:Tag").inputs
    assert inputs == {
        "resourceId": "sg-0a1b",
        "key": "karpenter.sh/discovery",
        "value": "paved-foundation-prod",
    }


def test_names_stay_within_their_services_limits():
    longest = "f" * 40
    assert len(node_role_name(longest)) <= 64
    assert len(queue_name(longest)) <= 80
