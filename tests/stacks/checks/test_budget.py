from dataclasses import replace
from datetime import date

import pytest

from stacks.checks.budget import (
    a_freeze_can_act,
    a_freeze_has_nodes_to_deny,
    a_rate_can_be_reached,
    a_rate_has_nodes_and_readers,
    no_month_is_above_the_budget,
    planned_months_are_not_over,
    the_account_may_spend_what_its_teams_may,
    the_approved_ceiling_covers_the_budget,
    thresholds_of_the_account_rise,
    thresholds_rise,
)


@pytest.mark.parametrize("key", ["actual_percent", "forecast_percent"])
@pytest.mark.parametrize("found", [[80, 50], [50, 50], [50, 100, 80]])
def test_thresholds_rise(valid, says, key, found):
    shown = ", ".join(map(str, found))
    assert says(thresholds_rise, valid.team({f"budget.{key}": found})) == [
        f"`budget.{key}` must rise from entry to entry, got {shown}"
    ]
    assert says(thresholds_rise, valid.team({f"budget.{key}": sorted(set(found))})) == []


def test_the_approved_ceiling_is_at_least_the_budget(valid, says):
    exact = {"budget.monthly_usd": 0.3, "budget.approved_ceiling_usd": 0.3}
    assert says(the_approved_ceiling_covers_the_budget, valid.team(exact)) == []
    short = {"budget.monthly_usd": 180000, "budget.approved_ceiling_usd": 179999.99}
    assert says(the_approved_ceiling_covers_the_budget, valid.team(short)) == [
        "`budget.approved_ceiling_usd` must be at least `monthly_usd`, which is 180,000, got 179,999.99"
    ]


def test_thresholds_of_an_account_rise_as_well(valid, says):
    section = {"monthly_usd": 1000, "notify": ["finops@example.com"], "actual_percent": [80, 50]}
    assert says(thresholds_of_the_account_rise, valid.foundation({"guardrails.budget": section})) == [
        "`guardrails.budget.actual_percent` must rise from entry to entry, got 80, 50"
    ]
    assert says(thresholds_of_the_account_rise, valid.foundation()) == []


def test_an_account_may_spend_what_its_teams_may(valid, says):
    def of(usd):
        section = {"monthly_usd": usd, "notify": ["finops@example.com"]}
        return valid.foundation({"guardrails.monthly_ceiling_usd": 400000, "guardrails.budget": section})

    assert says(the_account_may_spend_what_its_teams_may, of(400000)) == []
    assert says(the_account_may_spend_what_its_teams_may, of(399999.99)) == [
        "`guardrails.budget.monthly_usd` must be at least `monthly_ceiling_usd`, which is 400,000, got 399,999.99"
    ]


def planned(first_month, *amounts):
    return {"first_month": first_month, "monthly_usd": [*amounts, *[1000] * (12 - len(amounts))]}


def test_no_planned_month_is_above_what_ceilings_are_held_to(valid, says):
    exact = {"budget.monthly_usd": 5000, "budget.planned": planned("2026-12", 1, 5000)}
    assert says(no_month_is_above_the_budget, valid.team(exact)) == []
    above = {"budget.monthly_usd": 5000, "budget.planned": planned("2026-12", 1, 5000.01)}
    assert says(no_month_is_above_the_budget, valid.team(above)) == [
        "`budget.planned.monthly_usd[1]` must be at most `monthly_usd`, which is 5,000, got 5,000.01"
    ]


def test_a_freeze_without_pools_would_deny_nothing(valid, says):
    without = {"training": valid.absent, "budget.freeze": {"percent": 100}}
    assert says(a_freeze_has_nodes_to_deny, valid.team(without)) == [
        "`budget.freeze` needs `training`: a team without pools starts no nodes"
    ]
    assert says(a_freeze_has_nodes_to_deny, valid.team({"budget.freeze": {"percent": 100}})) == []


@pytest.mark.parametrize(("percent", "acts"), [(200, True), (201, False)])
def test_a_freeze_beyond_the_approved_ceiling_never_acts(valid, says, percent, acts):
    budget = {"budget.monthly_usd": 5000, "budget.approved_ceiling_usd": 10000}
    found = says(a_freeze_can_act, valid.team({**budget, "budget.freeze": {"percent": percent}}))
    assert found == (
        []
        if acts
        else [
            "`budget.freeze.percent` must be at most 200, or it never acts: 201% of 5,000 is 10,050.00, and no month "
            "may cost more than `approved_ceiling_usd`, 10,000"
        ]
    )


def test_a_freeze_of_planned_months_must_act_in_the_dearest(valid, says):
    budget = {"budget.monthly_usd": 5000, "budget.approved_ceiling_usd": 10000}
    year = {"first_month": "2026-12", "monthly_usd": [4000] * 12}
    planned_ = {**budget, "budget.planned": year, "budget.freeze": {"percent": 250}}
    assert says(a_freeze_can_act, valid.team(planned_)) == []


@pytest.mark.parametrize(
    ("today", "over"), [(date(2027, 11, 30), False), (date(2027, 12, 1), True), (None, False)]
)
def test_planned_months_that_are_over_are_told_as_of_a_day(valid, says, today, over):
    team = valid.team({"budget.planned": planned("2026-12")})
    organisation = replace(valid.organisation(vision_prod=team), as_of=today)
    assert says(planned_months_are_not_over, organisation) == (
        [
            "vision-prod: `budget.planned.first_month` is 2026-12, and its twelve months were over on 2027-12-01"
        ]
        if over
        else []
    )


def test_a_rate_has_nodes_and_somebody_who_is_told(valid, says):
    rate = {"budget.rate": {"percent": 105}}
    assert says(a_rate_has_nodes_and_readers, valid.team(rate)) == []
    assert says(a_rate_has_nodes_and_readers, valid.team({**rate, "monitoring": None})) == [
        "`budget.rate` needs `monitoring`, which says who is told"
    ]
    assert says(a_rate_has_nodes_and_readers, valid.team({**rate, "training": None})) == [
        "`budget.rate` needs `training.pools`: it looks at the nodes of the team's own"
    ]


def test_a_rate_is_below_what_every_pool_at_its_maximum_costs(valid, says):
    budget = {"budget.monthly_usd": 1000, "budget.approved_ceiling_usd": 1500}
    assert says(a_rate_can_be_reached, valid.team({**budget, "budget.rate": {"percent": 149}})) == []
    assert says(a_rate_can_be_reached, valid.team({**budget, "budget.rate": {"percent": 150}})) == [
        "`budget.rate.percent` must be below 150, or it never alerts: 150% of 1,000 is 1,500.00, and no month may cost "
        "more than `approved_ceiling_usd`, 1,500"
    ]
