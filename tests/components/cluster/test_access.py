import pytest

from components.account import Account
from components.cluster.access import Access, AccessArgs, access_levels, access_policy_arn

ACCOUNT = Account(id="111122223333", region="us-east-1", partition="aws")
ASSOCIATION = "aws:eks/accessPolicyAssociation:AccessPolicyAssociation"


@pytest.fixture
def planned(plan_program):
    args = AccessArgs(
        account=ACCOUNT,
        cluster_name="paved-foundation-prod",
        security_group_id="sg-0a1b",
        vpc_cidr="10.16.0.0/16",
        levels=access_levels("paved-deploy", {"security-audit": "view"}),
    )
    return plan_program(lambda: Access("access", args))


def test_plan_matches_golden(planned, golden):
    golden("components/access.json", planned.as_json()["resources"])


def test_each_role_has_an_entry_and_one_policy(planned):
    entries = {
        e.inputs["principalArn"]: e.inputs["type"] for e in planned.of("aws:eks/accessEntry:AccessEntry")
    }
    assert entries == {
        "arn:aws:iam::111122223333:role/paved-deploy": "STANDARD",
        "arn:aws:iam::111122223333:role/security-audit": "STANDARD",
    }
    granted = {a.name: a.inputs["policyArn"].rpartition("/")[2] for a in planned.of(ASSOCIATION)}
    assert granted == {
        "access-paved-deploy": "AmazonEKSClusterAdminPolicy",
        "access-security-audit": "AmazonEKSAdminViewPolicy",
    }


def test_a_runner_in_the_vpc_reaches_the_api_and_nothing_outside_does(planned):
    rule = planned.one("aws:vpc/securityGroupIngressRule:SecurityGroupIngressRule").inputs
    assert (rule["securityGroupId"], rule["cidrIpv4"]) == ("sg-0a1b", "10.16.0.0/16")
    assert (rule["ipProtocol"], rule["fromPort"], rule["toPort"]) == ("tcp", 443, 443)


def test_a_policy_comes_after_its_entry(planned):
    entry = planned.one("aws:eks/accessEntry:AccessEntry", "access-paved-deploy")
    assert entry.urn in planned.one(ASSOCIATION, "access-paved-deploy").depends_on


def test_the_deploy_role_is_admin_and_cannot_be_named_again():
    assert access_levels("deploy", {}) == {"deploy": "admin"}
    with pytest.raises(ValueError, match="deploy role deploy"):
        access_levels("deploy", {"deploy": "view"})


@pytest.mark.parametrize(
    ("level", "policy"),
    [
        ("admin", "AmazonEKSClusterAdminPolicy"),
        ("view", "AmazonEKSAdminViewPolicy"),
        ("workloads", "AmazonEKSViewPolicy"),
    ],
)
def test_access_policies_belong_to_aws(level, policy):
    assert access_policy_arn(ACCOUNT, level) == f"arn:aws:eks::aws:cluster-access-policy/{policy}"
