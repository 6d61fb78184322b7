from dataclasses import replace

import pulumi
import pytest

from components.account import Account
from components.cluster.groups import GroupEntries, GroupEntriesArgs, groups_of

ENTRY = "aws:eks/accessEntry:AccessEntry"
ARGS = GroupEntriesArgs(
    account=Account(id="111122223333", region="us-east-1", partition="aws"),
    cluster_name="paved-foundation-prod",
    groups={"paved:a": ["engineers", "lead"], "paved:a:promoters": ["lead"]},
)


@pytest.fixture
def planned(plan_program):
    return plan_program(lambda: GroupEntries("a", ARGS))


def test_a_role_has_one_entry_whatever_groups_it_is_in(planned):
    entries = {each.inputs["principalArn"]: each.inputs["kubernetesGroups"] for each in planned.of(ENTRY)}
    assert entries == {
        "arn:aws:iam::111122223333:role/engineers": ["paved:a"],
        "arn:aws:iam::111122223333:role/lead": ["paved:a", "paved:a:promoters"],
    }


def test_an_entry_has_no_policy_of_its_own(planned):
    assert not planned.of("aws:eks/accessPolicyAssociation:AccessPolicyAssociation")
    assert {each.inputs["type"] for each in planned.of(ENTRY)} == {"STANDARD"}


def test_an_entry_waits_for_a_role_that_the_stack_makes(plan_program):
    class Made(pulumi.CustomResource):
        pass

    def program():
        role = Made("test:m:Role", "role", {})
        GroupEntries("a", replace(ARGS, after=[role]))

    planned = plan_program(program)
    [role] = planned.of("test:m:Role")
    assert all(role.urn in entry.depends_on for entry in planned.of(ENTRY))


def test_groups_without_anybody_make_no_entry():
    assert groups_of({"paved:a": [], "paved:a:promoters": []}) == {}
