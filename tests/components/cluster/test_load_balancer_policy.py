import json

import pytest

from components.account import Account
from components.cluster.load_balancer_policy import CLUSTER_TAG, load_balancer_policies

ACCOUNT = Account(id="111122223333", region="us-east-1", partition="aws")
CLUSTER = "paved-foundation-prod"
INLINE_POLICY_LIMIT = 10_240
READS = ("Describe", "Get", "List")


@pytest.fixture
def policies():
    return load_balancer_policies(ACCOUNT, CLUSTER)


@pytest.fixture
def statements(policies):
    found = {}
    for text in policies.values():
        found |= {each["Sid"]: each for each in json.loads(text)["Statement"]}
    return found


def test_policies_match_golden(policies, golden):
    golden(
        "components/load_balancer_policies.json", {key: json.loads(text) for key, text in policies.items()}
    )


def test_together_they_fit_into_one_role(policies):
    assert sum(len("".join(text.split())) for text in policies.values()) <= INLINE_POLICY_LIMIT


def test_no_statement_allows_every_action_of_a_service(statements):
    for statement in statements.values():
        assert not [action for action in statement["Action"] if "*" in action]


def test_everything_on_any_resource_is_a_read_of_this_region(statements):
    for statement in statements.values():
        if statement["Resource"] == ["*"]:
            assert all(action.partition(":")[2].startswith(READS) for action in statement["Action"])
            assert statement["Condition"] == {"StringEquals": {"aws:RequestedRegion": "us-east-1"}}


@pytest.mark.parametrize("sid", ["ChangeOwn", "TagOwn", "ChangeOwnGroups", "TagOwnGroups"])
def test_what_another_cluster_made_is_out_of_reach(statements, sid):
    assert statements[sid]["Condition"]["StringEquals"][f"aws:ResourceTag/{CLUSTER_TAG}"] == CLUSTER


@pytest.mark.parametrize("sid", ["MakeInternal", "MakeTargets", "TagNew", "MakeGroups", "TagNewGroups"])
def test_what_it_makes_bears_its_clusters_tag(statements, sid):
    assert statements[sid]["Condition"]["StringEquals"][f"aws:RequestTag/{CLUSTER_TAG}"] == CLUSTER


def test_it_makes_no_load_balancer_that_faces_the_internet(statements):
    makers = [each for each in statements.values() if "CreateLoadBalancer" in str(each["Action"])]
    schemes = [each["Condition"]["StringEquals"].get("elasticloadbalancing:Scheme") for each in makers]
    assert schemes == ["internal"]


@pytest.mark.parametrize("sid", ["TagOwn", "TagOwnGroups"])
def test_the_tag_that_decides_cannot_be_moved(statements, sid):
    assert statements[sid]["Condition"]["Null"] == {f"aws:RequestTag/{CLUSTER_TAG}": "true"}


def test_the_statement_for_listeners_tags_no_load_balancer(statements):
    assert all(":listener" in resource for resource in statements["ChangeListeners"]["Resource"])


def test_the_clusters_own_group_can_be_opened_but_not_deleted(statements):
    opening = statements["OpenClusterGroup"]
    assert opening["Condition"]["StringEquals"] == {
        f"aws:ResourceTag/kubernetes.io/cluster/{CLUSTER}": "owned"
    }
    assert "ec2:DeleteSecurityGroup" not in opening["Action"]
