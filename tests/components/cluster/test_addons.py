import json

import pytest

from components.account import Account, ClusterScope
from components.cluster.addons import DRIVERS, SETTINGS, Addons, AddonsArgs, after_nodes, before_nodes
from reference.releases import releases

ACCOUNT = Account(id="111122223333", region="us-east-1", partition="aws")
ADDON = "aws:eks/addon:Addon"
ALL = (
    "aws-ebs-csi-driver",
    "coredns",
    "eks-node-monitoring-agent",
    "eks-pod-identity-agent",
    "kube-proxy",
    "vpc-cni",
)


@pytest.fixture
def planned(plan_program):
    scope = ClusterScope(
        account=ACCOUNT,
        stack="foundation-prod",
        cluster_name="paved-foundation-prod",
        created_name="paved-foundation-prod",
    )
    return plan_program(lambda: Addons("addons", AddonsArgs(scope=scope, addons=ALL)))


def test_plan_matches_golden(planned, golden):
    golden("components/addons.json", planned.as_json()["resources"])


def test_network_policies_are_enforced(planned):
    """The setting is text, not a boolean: the add-on refuses `true` without quotes."""
    settings = planned.one(ADDON, "addons-vpc-cni").inputs["configurationValues"]
    assert json.loads(settings) == {"enableNetworkPolicy": "true"}


def test_the_health_of_gpus_is_watched_on_the_nodes_of_every_team(planned):
    """The agent's own chart leaves `dcgmAgent.tolerations` empty; a team's nodes bear two taints."""
    settings = planned.one(ADDON, "addons-eks-node-monitoring-agent").inputs["configurationValues"]
    assert json.loads(settings) == {"dcgmAgent": {"tolerations": [{"operator": "Exists"}]}}


@pytest.mark.parametrize("addon", DRIVERS.values())
def test_a_driver_with_a_startup_taint_says_that_it_tolerates_every_taint(addon):
    assert SETTINGS[addon] == {"node": {"tolerateAllTaints": True}}


def test_the_settings_of_drivers_reach_their_add_ons(planner):
    plan = planner.plan("foundation-prod")
    found = {each.inputs["addonName"]: each.inputs.get("configurationValues") for each in plan.of(ADDON)}
    drivers = set(DRIVERS.values()) & set(found)
    assert drivers
    assert all(json.loads(found[driver]) == SETTINGS[driver] for driver in drivers)


@pytest.mark.parametrize(
    ("addon", "service_account", "policy"),
    [
        ("vpc-cni", "aws-node", "AmazonEKS_CNI_Policy"),
        ("aws-ebs-csi-driver", "ebs-csi-controller-sa", "AmazonEBSCSIDriverPolicyV2"),
    ],
)
def test_an_add_on_that_calls_aws_does_so_as_itself(planned, addon, service_account, policy):
    [association] = planned.one(ADDON, f"addons-{addon}").inputs["podIdentityAssociations"]
    assert association["serviceAccount"] == service_account
    role = planned.one("aws:iam/role:Role", f"addons-{addon}-role")
    [statement] = json.loads(role.inputs["assumeRolePolicy"])["Statement"]
    tags = statement["Condition"]["StringEquals"]
    assert tags["aws:RequestTag/kubernetes-namespace"] == "kube-system"
    assert tags["aws:RequestTag/kubernetes-service-account"] == service_account
    attachment = planned.one(
        "aws:iam/rolePolicyAttachment:RolePolicyAttachment", f"addons-{addon}-role-addon"
    )
    assert attachment.inputs["policyArn"] == f"arn:aws:iam::aws:policy/{policy}"
    assert attachment.urn in planned.one(ADDON, f"addons-{addon}").depends_on


def test_the_others_have_no_role(planned):
    for addon in ("coredns", "kube-proxy", "eks-pod-identity-agent"):
        assert "podIdentityAssociations" not in planned.one(ADDON, f"addons-{addon}").inputs


def test_what_a_node_needs_to_become_ready_comes_before_it():
    assert before_nodes(ALL) == ("eks-pod-identity-agent", "kube-proxy", "vpc-cni")


def test_what_needs_a_node_to_run_on_comes_after_it():
    assert after_nodes(ALL) == ("aws-ebs-csi-driver", "coredns", "eks-node-monitoring-agent")


@pytest.mark.parametrize("row", releases(), ids=lambda row: row.name)
def test_every_release_has_what_a_node_needs(row):
    assert before_nodes(row.addons) == ("eks-pod-identity-agent", "kube-proxy", "vpc-cni")
    assert sorted(before_nodes(row.addons) + after_nodes(row.addons)) == sorted(row.addons)
