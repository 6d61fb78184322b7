"""The boundary of a foundation takes nothing from the roles of its teams that their own policies grant."""

import json

import pytest

from policies.documents import allow_statements
from policies.values import Value
from reference.tags import effective_tags
from tests.iam import Request, decides

ROLE, INLINE = "aws:iam/role:Role", "aws:iam/rolePolicy:RolePolicy"
TEAMS = {"vision-prod": "prod", "ranking-dev": "dev", "risk-prod": "risk"}


def requests(plan, role):
    """What the policies of a role let it ask: each action on each resource, under the statement's own conditions."""
    name = role.inputs["name"]
    account = json.loads(plan.one("pulumi:providers:aws").inputs["allowedAccountIds"])[0]
    region = plan.one("pulumi:providers:aws").inputs["region"]
    default = json.loads(plan.one("pulumi:providers:aws").inputs["defaultTags"])["tags"]
    service = effective_tags(default, role.inputs.get("tags"))["service"]
    around = {
        "aws:principaltag/service": (service,),
        "aws:principalarn": (f"arn:aws:iam::{account}:role/{name}",),
        "aws:requestedregion": (region,),
        "aws:resourceaccount": (account,),
    }
    for inline in plan.of(INLINE):
        if inline.inputs["role"] != name:
            continue
        for each in allow_statements(Value(inline.inputs["policy"])):
            own = {key: values[:1] for keys in each.conditions.values() for key, values in keys.items()}
            for action in each.actions:
                for resource in each.resources:
                    yield Request(action=action, resource=resource, context={**around, **own})


@pytest.mark.parametrize(("team", "foundation"), TEAMS.items())
def test_all_that_a_role_of_a_team_is_granted_is_within_its_boundary(plan_stack, team, foundation):
    policies = plan_stack(f"foundation-{foundation}").of("aws:iam/policy:Policy")
    [boundary] = [each.inputs["policy"] for each in policies if each.name.endswith("team-boundary")]
    plan = plan_stack(team)
    roles = plan.of(ROLE)
    asked = {role.inputs["name"]: list(requests(plan, role)) for role in roles}
    assert asked
    # The CI takes on a role for its groups in the cluster: in AWS it may do nothing.
    assert {name for name, wanted in asked.items() if not wanted} <= {f"paved-{team}-ci"}
    outside = [each for found in asked.values() for each in found if decides(boundary, each) != "allow"]
    assert not outside


@pytest.mark.parametrize(("team", "foundation"), TEAMS.items())
def test_every_role_of_a_team_is_bounded_and_has_no_policy_but_its_own(plan_stack, team, foundation):
    plan = plan_stack(team)
    arn = plan_stack(f"foundation-{foundation}").outputs["identity"]["team_boundary_arn"]
    assert {role.inputs.get("permissionsBoundary") for role in plan.of(ROLE)} == {arn}
    assert not plan.of("aws:iam/rolePolicyAttachment:RolePolicyAttachment")
