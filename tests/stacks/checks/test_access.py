import pytest

from stacks.checks.access import (
    a_member_is_a_role_or_a_group,
    a_role_acts_for_one_stack,
    a_role_is_named_once,
    ci_runs_what_was_reviewed,
    people_have_roles_of_their_own,
    promoters_do_not_train,
    roles_have_a_namespace,
)
from tests.stacks.checks.notebooks import notebooks
from tests.stacks.checks.registered import checks_of


def members(*roles, rights="develop"):
    return [{"role": role, "rights": rights} for role in roles]


APART = {"members": members("engineers"), "promoters": ["release"]}
TOGETHER = {"members": members("engineers", "lead"), "promoters": ["release", "Lead"]}
MAIN = "repo:example/vision:ref:refs/heads/main"


def of_folder(check):
    return check in (a_role_acts_for_one_stack, people_have_roles_of_their_own)


@pytest.mark.parametrize("check", checks_of("access"))
@pytest.mark.parametrize("access", [None, APART])
def test_good_stacks_pass(valid, says, check, access):
    team = valid.team({"access": access})
    assert says(check, valid.organisation(vision_prod=team) if of_folder(check) else team) == []


def test_a_role_is_named_once(valid, says):
    team = valid.team({"access": {"members": members("team/lead", "LEAD"), "promoters": ["lead", "LEAD"]}})
    assert says(a_role_is_named_once, team) == [
        "`access.members[1].role` is `LEAD`, as entry 1 of the list is: keep one",
        "`access.promoters[1]` is `LEAD`, as entry 1 of the list is: keep one",
    ]


def test_nobody_has_two_rights(valid, says):
    groups = [{"group": "oncall", "rights": "view"}, {"group": "oncall", "rights": "operate"}]
    twice = [*members("lead"), *members("Lead", rights="view"), *groups, *members("oncall")]
    assert says(a_role_is_named_once, valid.team({"access": {"members": twice}})) == [
        "`access.members[1].role` is `Lead`, as entry 1 of the list is with `develop`: keep one",
        "`access.members[3].group` is `oncall`, as entry 3 of the list is with `view`: keep one",
    ]


def test_a_member_is_a_role_or_a_group(valid, says):
    both = {"role": "lead", "group": "oncall", "rights": "view"}
    team = valid.team({"access": {"members": [both, {"rights": "view"}, *members("lead")]}})
    assert says(a_member_is_a_role_or_a_group, team) == [
        "`access.members[0]` has a `role` or a `group`, got `lead` and `oncall`",
        "`access.members[1]` has a `role` or a `group`, got neither",
    ]


def test_a_ci_runs_what_was_reviewed(valid, says):
    team = valid.team({"access": {"ci": {"subjects": [MAIN, "repo:example/vision:pull_request"]}}})
    [found] = says(ci_runs_what_was_reviewed, team)
    assert found.startswith(
        "`access.ci.subjects[1]` is `repo:example/vision:pull_request`, by which whoever opens"
    )


@pytest.mark.parametrize(("level", "refused"), [("standard", 0), ("hardened", 1), ("regulated", 1)])
def test_who_trains_does_not_promote_from_hardened_on(valid, says, level, refused):
    found = says(promoters_do_not_train, valid.team({"access": TOGETHER, "security": level}))
    assert len(found) == refused
    for message in found:
        assert message == (
            f"`access.promoters[1]` is `Lead`, one of `access.members` with `develop`: where `security` is `{level}`, "
            "who trains a model does not decide that it serves"
        )


def test_who_operates_or_looks_may_promote(valid, says):
    apart = [*members("release", rights="operate"), *members("lead", rights="view")]
    team = valid.team(
        {"access": {"members": apart, "promoters": ["release", "lead"]}, "security": "hardened"}
    )
    assert says(promoters_do_not_train, team) == []


def test_roles_of_a_team_need_what_they_act_on(valid, says):
    nothing = dict.fromkeys(("training", "serving", "data", "tracking", "retraining", "registry"))
    found = says(roles_have_a_namespace, valid.team({"access": APART, **nothing}))
    assert found == [
        "`paved:access` needs `training`, `serving`, `data` or `notebooks`: without them the team has no namespace",
        "`paved:registry` is required with `access.promoters`: models are promoted in its bucket",
    ]
    assert (
        says(roles_have_a_namespace, valid.team({"access": {"members": members("a")}, "registry": None}))
        == []
    )


def test_people_of_a_team_with_notebooks_alone_get_in(valid, says):
    nothing = dict.fromkeys(("training", "serving", "data", "tracking", "retraining"))
    changes = {"notebooks": notebooks(), "registry.repositories": ["notebook"]}
    team = valid.team({"access": {"members": members("a")}, **nothing, **changes})
    assert says(roles_have_a_namespace, team) == []


def test_a_role_acts_for_one_stack(valid, says):
    deploys = valid.foundation().cluster.deploy_role
    team = valid.team({"access": {"members": members(deploys.upper()), "promoters": ["release"]}})
    second = valid.team({"access": {"members": members("release")}})
    found = says(a_role_acts_for_one_stack, valid.organisation(vision_prod=team, vision_staging=second))
    told = "for the same cluster: a role acts for one stack"
    assert found == [
        f"vision-prod: `access.members[0].role` is `{deploys.upper()}`, which `foundation-prod` names {told}",
        f"vision-staging: `access.members[0].role` is `release`, which `vision-prod` names {told}",
    ]


def test_a_role_of_one_team_may_train_and_promote_for_it(valid, says):
    team = valid.team({"access": {"members": members("lead"), "promoters": ["lead"]}})
    assert says(a_role_acts_for_one_stack, valid.organisation(vision_prod=team)) == []


@pytest.mark.parametrize(
    "role",
    [
        "paved-vision-prod-trainer",
        "Paved-Vision-Prod-Freeze",
        "people/paved-vision-prod-tracking",
        "paved-foundation-prod.node-vision",
        "paved-foundation-prod-karpenter",
    ],
)
def test_the_roles_that_stacks_make_are_nobodys(valid, says, role):
    team = valid.team({"access": {"promoters": [role]}})
    maker = "foundation-prod" if "foundation" in role else "vision-prod"
    assert says(people_have_roles_of_their_own, valid.organisation(vision_prod=team)) == [
        f"vision-prod: `access.promoters[0]` is `{role}`, a role that `{maker}` makes: name one that people take on"
    ]


def test_a_cluster_admits_no_role_that_a_stack_makes(valid, says):
    entry = {"role": "paved-foundation-prod-system-node", "policy": "view"}
    organisation = valid.organisation(foundation_prod=valid.foundation({"cluster.access": [entry]}))
    assert len(says(people_have_roles_of_their_own, organisation)) == 1


def test_a_role_is_one_whatever_its_path(valid, says):
    team = valid.team(
        {"access": {"members": members("team/release"), "promoters": ["Release"]}, "security": "hardened"}
    )
    assert len(says(promoters_do_not_train, team)) == 1
