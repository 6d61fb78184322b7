import pytest

from stacks.checks.organisation import Organisation
from stacks.checks.stack_references import (
    a_stack_is_no_more_secure_than_its_base,
    bases_agree,
    bases_exist,
    closed_runs_reach_mlflow,
    nothing_stands_on_what_retires,
    regulated_data_is_held_securely,
    regulated_data_is_logged,
    tenants_are_admitted,
)
from tests.stacks.checks.registered import checks_of

HARDENED = {"tracking": {}, "security": "hardened"}


@pytest.mark.parametrize("check", checks_of("stack_references"))
def test_good_stacks_pass(valid, says, check):
    assert says(check, valid.organisation()) == []


def test_a_base_exists(valid, says):
    organisation = valid.organisation(
        vision_prod=valid.team({"platform": "platform-prd"}),
        platform_prod=valid.platform({"foundation": "somewhere-else-entirely"}),
    )
    assert says(bases_exist, organisation) == [
        "platform-prod: `paved:foundation` is `somewhere-else-entirely`, which is no stack of the folder; "
        "take `foundation-prod`",
        "vision-prod: `paved:platform` is `platform-prd`, which is no stack of the folder; "
        "did you mean `platform-prod`?",
    ]


def test_a_base_is_of_the_right_kind(valid, says):
    team = valid.team({"platform": "foundation-prod"})
    assert says(bases_exist, valid.organisation(vision_prod=team)) == [
        "vision-prod: `paved:platform` is `foundation-prod`, a foundation stack; take `platform-prod`"
    ]


def test_a_base_with_mistakes_of_its_own_is_not_said_to_be_missing(valid, says):
    organisation = Organisation(stacks={"vision-prod": valid.team()}, unreadable=frozenset({"platform-prod"}))
    assert says(bases_exist, organisation) == []


@pytest.mark.parametrize(
    ("change", "key", "wanted", "found"),
    [
        ({"account.id": "999999999999"}, "account.id", "111122223333", "999999999999"),
        ({"account.region": "us-east-2"}, "account.region", "us-east-1", "us-east-2"),
        ({"account.partition": "aws-cn"}, "account.partition", "aws", "aws-cn"),
        ({"environment": "dev"}, "paved:environment", "prod", "dev"),
    ],
)
def test_a_stack_is_where_its_base_is(valid, says, change, key, wanted, found):
    assert says(bases_agree, valid.organisation(vision_prod=valid.team(change))) == [
        f"vision-prod: `{key}` must be {wanted}, as `platform-prod` has it, got {found}"
    ]
    platform = valid.organisation(platform_prod=valid.platform(change), vision_prod=None)
    assert says(bases_agree, platform) == [
        f"platform-prod: `{key}` must be {wanted}, as `foundation-prod` has it, got {found}"
    ]


def test_a_platform_is_of_the_release_of_its_foundation(valid, says):
    assert says(bases_agree, valid.organisation(platform_prod=valid.platform({"release": "2026.12"}))) == [
        "platform-prod: `paved:release` must be 2026.11, as `foundation-prod` has it, got 2026.12"
    ]


def test_a_platform_admits_the_data_it_may_hold(valid, says):
    assert says(
        tenants_are_admitted, valid.organisation(vision_prod=valid.team({"data_class": "regulated"}))
    ) == [
        "vision-prod: `paved:data_class` must be `public`, `internal` or `confidential` on `platform-prod`, "
        "got `regulated`"
    ]


def test_a_dedicated_platform_serves_its_team_alone(valid, says):
    risk = valid.platform({"tenancy.dedicated_to": "risk"})
    assert says(tenants_are_admitted, valid.organisation(platform_prod=risk)) == [
        "vision-prod: `paved:platform` is `platform-prod`, which serves the team `risk` alone"
    ]
    own = valid.platform({"tenancy.dedicated_to": "vision"})
    assert says(tenants_are_admitted, valid.organisation(platform_prod=own)) == []


def test_what_stays_does_not_stand_on_what_retires(valid, says):
    retiring = valid.foundation({"lifecycle": "retiring"})
    assert says(nothing_stands_on_what_retires, valid.organisation(foundation_prod=retiring)) == [
        "platform-prod: `paved:lifecycle` is `active`, but `foundation-prod`, which it stands on, is retiring",
        "vision-prod: `paved:lifecycle` is `active`, but `foundation-prod`, which it stands on, is retiring",
    ]
    team = valid.organisation(vision_prod=valid.team({"lifecycle": "retiring"}))
    assert says(nothing_stands_on_what_retires, team) == []


def test_logs_of_regulated_data_are_kept_for_a_year(valid, says):
    platform = valid.platform({"tenancy.data_classes": ["regulated"]})
    foundation = valid.foundation({"network.flow_log_days": 90, "cluster.log_days": 180})
    assert says(regulated_data_is_logged, valid.organisation(platform_prod=platform)) == []
    assert says(regulated_data_is_logged, valid.organisation(foundation_prod=foundation)) == []
    both = valid.organisation(platform_prod=platform, foundation_prod=foundation)
    assert says(regulated_data_is_logged, both) == [
        "foundation-prod: `network.flow_log_days` must be at least 365: `platform-prod` holds regulated data, got 90",
        "foundation-prod: `cluster.log_days` must be at least 365: `platform-prod` holds regulated data, got 180",
    ]


def test_a_stack_promises_no_more_than_its_base(valid, says):
    organisation = valid.organisation(
        foundation_prod=valid.foundation({"security": "standard"}),
        platform_prod=valid.platform({"security": "hardened"}),
        vision_prod=valid.team({"security": "regulated"}),
    )
    assert says(a_stack_is_no_more_secure_than_its_base, organisation) == [
        "platform-prod: `paved:security` must be at most `standard`, which `foundation-prod` below it promises, "
        "got `hardened`",
        "vision-prod: `paved:security` must be at most `hardened`, which `platform-prod` below it promises, "
        "got `regulated`",
    ]


@pytest.mark.parametrize("team", ["standard", "hardened", "regulated"])
def test_a_stack_may_promise_what_its_base_does_or_less(valid, says, team):
    organisation = valid.organisation(
        foundation_prod=valid.foundation({"security": "regulated"}),
        platform_prod=valid.platform({"security": "regulated"}),
        vision_prod=valid.team({"security": team}),
    )
    assert says(a_stack_is_no_more_secure_than_its_base, organisation) == []


def test_regulated_data_asks_for_more_than_the_standard(valid):
    team = valid.team({"data_class": "regulated"})
    platform = valid.platform({"tenancy.data_classes": ["internal", "regulated"]})
    for stack in (team, platform):
        (problem,) = regulated_data_is_held_securely(stack)
        assert problem.path == ("security",)
        assert problem.message.endswith("must be at least `hardened` for regulated data, got `standard`")


@pytest.mark.parametrize("security", ["hardened", "regulated"])
def test_regulated_data_rests_from_hardened_on(valid, security):
    assert not list(
        regulated_data_is_held_securely(valid.team({"data_class": "regulated", "security": security}))
    )


def test_data_of_other_classes_rests_anywhere(valid):
    assert not list(regulated_data_is_held_securely(valid.team({"data_class": "confidential"})))
    assert not list(regulated_data_is_held_securely(valid.platform()))


def test_runs_of_a_hardened_team_need_a_private_way(valid, says):
    organisation = valid.organisation(
        vision_prod=valid.team(HARDENED),
        foundation_prod=valid.foundation({"security": "hardened", "network.private_mlflow": False}),
    )
    assert says(closed_runs_reach_mlflow, organisation) == [
        "foundation-prod: `network.private_mlflow` must be true: jobs of `vision-prod` record to MLflow, and reach "
        "nothing outside of the VPC"
    ]


def test_other_runs_go_through_nat_and_hardened_ones_through_the_endpoint(valid, says):
    public = valid.organisation(vision_prod=valid.team({"tracking": {}}))
    private = valid.organisation(
        vision_prod=valid.team(HARDENED),
        foundation_prod=valid.foundation({"security": "hardened"}),
    )
    assert says(closed_runs_reach_mlflow, public) == []
    assert says(closed_runs_reach_mlflow, private) == []
