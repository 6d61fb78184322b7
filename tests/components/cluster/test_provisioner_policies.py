import json

import pytest

from components.account import Account
from components.cluster.provisioner_policies import launch_sources, provisioner_policies

ACCOUNT = Account(id="111122223333", region="us-east-1", partition="aws")
CLUSTER = "paved-foundation-prod"
INLINE_POLICY_LIMIT = 10_240


@pytest.fixture
def policies():
    return provisioner_policies(
        ACCOUNT, CLUSTER, node_roles=["paved-node", "paved.node-*"], queue_name="paved-queue"
    )


@pytest.fixture
def statements(policies):
    found = {}
    for text in policies.values():
        found |= {each["Sid"]: each for each in json.loads(text)["Statement"]}
    return found


def test_policies_match_golden(policies, golden):
    golden("components/provisioner_policies.json", {key: json.loads(text) for key, text in policies.items()})


def test_together_they_fit_into_one_role(policies):
    assert sum(len("".join(text.split())) for text in policies.values()) <= INLINE_POLICY_LIMIT


def test_no_statement_allows_every_action_of_a_service(statements):
    for statement in statements.values():
        assert not [action for action in statement["Action"] if "*" in action]


def test_every_change_to_nodes_is_held_to_this_clusters_tags(statements):
    owned = f"Tag/kubernetes.io/cluster/{CLUSTER}"
    for sid in ("LaunchFromOwnTemplates", "LaunchTagged", "TagAtLaunch", "TagOwnNodes", "EndOwnNodes"):
        conditions = statements[sid]["Condition"]["StringEquals"]
        assert [value for key, value in conditions.items() if key.endswith(owned)] == ["owned"], sid
        assert any("karpenter.sh/nodepool" in key for key in statements[sid]["Condition"]["StringLike"]), sid


def test_a_node_is_tagged_with_its_cluster_from_the_start(statements):
    assert (
        statements["LaunchTagged"]["Condition"]["StringEquals"]["aws:RequestTag/eks:eks-cluster-name"]
        == CLUSTER
    )


def test_the_tags_of_a_running_node_cannot_be_taken_over(statements):
    keys = statements["TagOwnNodes"]["Condition"]["ForAllValues:StringEquals"]["aws:TagKeys"]
    assert sorted(keys) == ["Name", "eks:eks-cluster-name", "karpenter.sh/nodeclaim"]


def test_only_the_roles_of_nodes_can_be_passed_and_only_to_ec2(statements):
    passing = [s for s in statements.values() if "iam:PassRole" in s["Action"]]
    assert [(s["Resource"], s["Condition"]["StringEquals"]) for s in passing] == [
        (
            [f"arn:aws:iam::111122223333:role/{name}" for name in ("paved-node", "paved.node-*")],
            {"iam:PassedToService": "ec2.amazonaws.com"},
        )
    ]


def test_the_first_spot_node_makes_the_role_that_spot_needs_and_no_other(statements):
    making = [s for s in statements.values() if "iam:CreateServiceLinkedRole" in s["Action"]]
    assert [(s["Resource"], s["Condition"]) for s in making] == [
        (
            [
                "arn:aws:iam::111122223333:role/aws-service-role/spot.amazonaws.com/AWSServiceRoleForEC2Spot",
            ],
            {"StringEquals": {"iam:AWSServiceName": "spot.amazonaws.com"}},
        )
    ]


def test_instance_profiles_are_this_clusters_own(statements):
    for sid in ("CreateProfiles", "TagProfiles", "ChangeProfiles", "ReadProfiles"):
        assert statements[sid]["Resource"] == [
            f"arn:aws:iam::111122223333:instance-profile/karpenter/us-east-1/{CLUSTER}/*",
            f"arn:aws:iam::111122223333:instance-profile/{CLUSTER}_*",
        ]


def test_a_profile_is_tagged_by_who_holds_it_already(statements):
    tagging = statements["TagProfiles"]["Condition"]
    assert {key.partition("Tag/")[0] for key in tagging["StringEquals"]} == {"aws:Request", "aws:Resource"}
    assert {key.partition("Tag/")[0] for key in tagging["StringLike"]} == {"aws:Request", "aws:Resource"}


def test_networks_of_other_accounts_are_out_of_reach():
    for kind in ("security-group", "subnet"):
        assert f"arn:aws:ec2:us-east-1:111122223333:{kind}/*" in launch_sources(ACCOUNT)


def test_everything_on_any_resource_is_a_read(statements):
    reads = ("Describe", "Get", "List")
    anywhere = [each for each in statements.values() if each["Resource"] == ["*"]]
    assert anywhere
    for statement in anywhere:
        assert all(action.partition(":")[2].startswith(reads) for action in statement["Action"])


def test_the_queue_is_read_and_never_written(statements):
    reading = statements["ReadInterruptions"]
    assert reading["Resource"] == ["arn:aws:sqs:us-east-1:111122223333:paved-queue"]
    assert "sqs:SendMessage" not in reading["Action"]
