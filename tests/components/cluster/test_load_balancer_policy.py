import json

import pytest

from components.account import Account
from components.cluster.load_balancer_policy import CLUSTER_TAG, load_balancer_policies
from tests.iam import Request, decides

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


ELB = "arn:aws:elasticloadbalancing:us-east-1:111122223333"
LISTENER, RULE = f"{ELB}:listener/app/api/1/2", f"{ELB}:listener-rule/app/api/1/2/3"
BALANCER = f"{ELB}:loadbalancer/app/api/1"


def asked(policies, action, resource, **context):
    request = Request(action=f"elasticloadbalancing:{action}", resource=resource, context=context)
    return decides(policies["load-balancers"], request)


@pytest.mark.parametrize(
    ("action", "resource"),
    [
        ("CreateListener", BALANCER),
        ("CreateRule", LISTENER),
        ("ModifyListener", LISTENER),
        ("DeleteListener", LISTENER),
        ("AddListenerCertificates", LISTENER),
        ("ModifyRule", RULE),
        ("SetRulePriorities", RULE),
        ("RemoveTags", RULE),
    ],
)
def test_listeners_and_rules_of_another_cluster_are_out_of_reach(policies, action, resource):
    for owner, decision in ((CLUSTER, "allow"), ("paved-foundation-dev", "nothing")):
        tag = {f"aws:resourcetag/{CLUSTER_TAG}": (owner,)}
        assert asked(policies, action, resource, **tag) == decision
    assert asked(policies, action, resource) == "nothing"


@pytest.mark.parametrize(("action", "resource"), [("CreateListener", LISTENER), ("CreateRule", RULE)])
def test_a_new_listener_is_tagged_as_it_is_made(policies, action, resource):
    made = {"elasticloadbalancing:createaction": (action,), f"aws:requesttag/{CLUSTER_TAG}": (CLUSTER,)}
    assert asked(policies, "AddTags", resource, **made) == "allow"
    # Alone it would take over a listener of others, which the controller may then change.
    assert asked(policies, "AddTags", resource, **{f"aws:requesttag/{CLUSTER_TAG}": (CLUSTER,)}) == "nothing"


@pytest.mark.parametrize(
    ("scheme", "decision"), [("internal", "allow"), ("internet-facing", "nothing"), (None, "nothing")]
)
def test_a_load_balancer_is_made_inside_by_whatever_asks(policies, scheme, decision):
    context = {f"aws:requesttag/{CLUSTER_TAG}": (CLUSTER,)}
    if scheme:
        context["elasticloadbalancing:scheme"] = (scheme,)
    assert asked(policies, "CreateLoadBalancer", BALANCER, **context) == decision
    # The API of classic load balancers has the action of the same name, and no scheme to judge by.
    assert asked(policies, "CreateLoadBalancer", f"{ELB}:loadbalancer/api", **context) == "nothing"


def test_the_clusters_own_group_can_be_opened_but_not_deleted(statements):
    opening = statements["OpenClusterGroup"]
    assert opening["Condition"]["StringEquals"] == {
        f"aws:ResourceTag/kubernetes.io/cluster/{CLUSTER}": "owned"
    }
    assert "ec2:DeleteSecurityGroup" not in opening["Action"]
