import pytest
from hypothesis import given
from hypothesis import strategies as st

from stacks.checks.cross_stack import (
    a_cost_tag_means_one_stack,
    a_foundation_has_one_platform,
    budgets_stay_below_the_ceiling,
    networks_are_apart,
)
from tests.stacks.checks.registered import checks_of


@pytest.mark.parametrize("check", checks_of("cross_stack"))
def test_good_stacks_pass(valid, says, check):
    assert says(check, valid.organisation()) == []


def test_networks_of_foundations_are_apart(valid, says):
    other = valid.foundation({"network.cidr": "10.16.128.0/17"})
    assert says(networks_are_apart, valid.organisation(foundation_dev=other)) == [
        "foundation-dev: `network.cidr` 10.16.128.0/17 overlaps 10.16.0.0/16 of `foundation-prod`: take another",
        "foundation-prod: `network.cidr` 10.16.0.0/16 overlaps 10.16.128.0/17 of `foundation-dev`: take another",
    ]
    apart = valid.foundation({"network.cidr": "10.17.0.0/17"})
    assert says(networks_are_apart, valid.organisation(foundation_dev=apart)) == []


@given(st.integers(0, 255), st.integers(16, 18), st.integers(0, 255), st.integers(16, 18))
def test_two_networks_pass_only_without_a_common_address(valid, one, one_size, other, other_size):
    first = valid.foundation({"network.cidr": f"10.{one}.0.0/{one_size}"})
    second = valid.foundation({"network.cidr": f"10.{other}.0.0/{other_size}"})
    organisation = valid.organisation(foundation_prod=first, foundation_dev=second)
    assert bool(list(networks_are_apart(organisation))) == (one == other)


def test_a_cluster_has_one_platform(valid, says):
    assert says(a_foundation_has_one_platform, valid.organisation(platform_two=valid.platform())) == [
        "platform-prod: `paved:foundation` is `foundation-prod`, on which `platform-two` stands already",
        "platform-two: `paved:foundation` is `foundation-prod`, on which `platform-prod` stands already",
    ]


def test_a_team_has_one_stack_in_an_account(valid, says):
    staging = valid.team({"environment": "staging"})
    about = "of the same account 111122223333: the budget could not tell their costs apart"
    assert says(a_cost_tag_means_one_stack, valid.organisation(vision_staging=staging)) == [
        f"vision-prod: `owner.team` is `vision`, as in `vision-staging` {about}",
        f"vision-staging: `owner.team` is `vision`, as in `vision-prod` {about}",
    ]
    elsewhere = valid.team({"environment": "staging", "account.id": "444455556666"})
    assert says(a_cost_tag_means_one_stack, valid.organisation(vision_staging=elsewhere)) == []


def test_a_team_does_not_carry_the_tag_of_its_foundation(valid, says):
    foundation = valid.foundation({"owner.team": "vision"})
    (message,) = says(a_cost_tag_means_one_stack, valid.organisation(foundation_prod=foundation))
    assert message.startswith(
        "vision-prod: `owner.team` is `vision`, as in `foundation-prod` of the same account"
    )


def test_budgets_add_up_to_no_more_than_the_ceiling(valid, says):
    exact = valid.foundation({"guardrails.monthly_ceiling_usd": 180000})
    assert says(budgets_stay_below_the_ceiling, valid.organisation(foundation_prod=exact)) == []
    search = valid.team({"owner.team": "search", "budget.monthly_usd": 0.01})
    assert says(
        budgets_stay_below_the_ceiling, valid.organisation(foundation_prod=exact, search_prod=search)
    ) == [
        "foundation-prod: `guardrails.monthly_ceiling_usd` must cover the team budgets of the account, 180,000.01 "
        "(search-prod 0.01, vision-prod 180,000), got 180,000"
    ]
