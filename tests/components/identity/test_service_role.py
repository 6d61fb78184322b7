import pytest
from pulumi import ComponentResource, ResourceOptions

from components.identity.document import allow, policy_document
from components.identity.service_role import RoleArgs, ServiceRole
from components.identity.trust import service_trust

TRUST = service_trust("ec2.amazonaws.com")
ARGS = RoleArgs(
    name="paved-foundation-prod-system-node",
    description="System nodes",
    inline={"read": policy_document(allow("Read", ["s3:GetObject"], ["arn:aws:s3:::a/*"]))},
    managed={"worker": "arn:aws:iam::aws:policy/AmazonEKSWorkerNodePolicy"},
)


@pytest.fixture
def planned(plan_program):
    return plan_program(lambda: ServiceRole("node", ARGS, TRUST))


def test_plan_matches_golden(planned, golden):
    golden("components/service_role.json", planned.as_json()["resources"])


def test_policies_are_named_by_their_id(planned):
    assert planned.one("aws:iam/rolePolicy:RolePolicy").name == "node-read"
    assert planned.one("aws:iam/rolePolicyAttachment:RolePolicyAttachment").name == "node-worker"


def test_a_role_without_policies_may_do_nothing(plan_program):
    bare = RoleArgs(name="r", description="d")
    planned = plan_program(lambda: ServiceRole("node", bare, TRUST))
    assert not planned.of("aws:iam/rolePolicy:RolePolicy")
    assert not planned.of("aws:iam/rolePolicyAttachment:RolePolicyAttachment")


def test_children_stay_under_the_component_whoever_owns_it(plan_program):
    def program():
        owner = ComponentResource("paved:test:Owner", "owner")
        ServiceRole("node", ARGS, TRUST, ResourceOptions(parent=owner))

    role = plan_program(program).one("aws:iam/role:Role")
    assert "paved:test:Owner$paved:identity:ServiceRole$aws:iam/role:Role::node" in role.urn
