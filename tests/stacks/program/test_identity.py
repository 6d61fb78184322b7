"""Who a sample team lets in, and what its stack makes of them."""

import json

from stacks.program.identity import groups_with_rights
from stacks.schema.access import CiAccess, Member, TeamAccess

ENTRY = "aws:eks/accessEntry:AccessEntry"
ROLE = "arn:aws:iam::111122223333:role/"


def test_each_rights_has_the_groups_that_hold_it():
    members = (
        Member(role="engineers", rights="develop"),
        Member(group="on-call", rights="operate"),
        Member(group="night", rights="operate"),
    )
    access = TeamAccess(members=members, ci=CiAccess(subjects=("repo:a/b:ref:refs/heads/main",)))
    assert groups_with_rights("a-prod", access) == {
        "develop": ["paved:a-prod"],
        "operate": ["paved:a-prod:operate", "oidc:on-call", "oidc:night"],
        "submit": ["paved:a-prod:submit"],
    }


def test_a_team_without_people_has_the_role_of_who_develops():
    assert groups_with_rights("a-prod", None) == {"develop": ["paved:a-prod"]}


def test_each_role_of_a_team_enters_by_the_group_of_its_rights(plan_stack):
    entries = {each.inputs["principalArn"]: each for each in plan_stack("vision-prod").of(ENTRY)}
    assert {arn.removeprefix(ROLE): entry.inputs["kubernetesGroups"] for arn, entry in entries.items()} == {
        "vision-engineers": ["paved:vision-prod"],
        "vision-quality": ["paved:vision-prod:view"],
        "vision-release": ["paved:vision-prod:promoters"],
        "paved-vision-prod-ci": ["paved:vision-prod:submit"],
    }


def test_the_role_of_a_ci_has_no_right_and_is_there_before_its_entry(plan_stack):
    plan = plan_stack("vision-prod")
    [role] = [each for each in plan.of("aws:iam/role:Role") if each.name == "vision-prod-ci"]
    assert role.inputs["permissionsBoundary"].endswith(":policy/paved-foundation-prod-team-boundary")
    [statement] = json.loads(role.inputs["assumeRolePolicy"])["Statement"]
    subjects = statement["Condition"]["StringEquals"]["token.actions.githubusercontent.com:sub"]
    assert subjects == ["repo:example/vision:ref:refs/heads/main"]
    policies = [
        *plan.of("aws:iam/rolePolicy:RolePolicy"),
        *plan.of("aws:iam/rolePolicyAttachment:RolePolicyAttachment"),
    ]
    assert not [each for each in policies if each.inputs["role"] == "paved-vision-prod-ci"]
    [entry] = [each for each in plan.of(ENTRY) if each.inputs["principalArn"].endswith("-ci")]
    assert role.urn in entry.depends_on
