"""A plan says what its ceiling leaves out, when a freeze acts, and whose bill shared nodes are on."""

from dataclasses import replace
from datetime import date
from decimal import Decimal

import pytest

from paved.cost.plan_money import plan_money
from paved.cost.stack_cost import Costs
from pricing.cost_range import CostRange
from pricing.general_nodes import GeneralUse
from pricing.guard import Limits
from reference.prices import packaged_prices

DAY = date(2026, 11, 21)


@pytest.fixture(scope="module")
def cost(planner):
    return Costs(planner, packaged_prices(), DAY).of("vision-prod")


def rows(cost):
    return dict(plan_money(cost).budget)


@pytest.mark.parametrize(
    ("percent", "said"),
    [
        (
            50,
            "at 50% of the budget, which the ceiling costs after 15 d 5 h; AWS Budgets sees it 24 hours later",
        ),
        (98, "24 hours later, when the month is over"),
        (101, "at 101% of the budget, which a month at the ceiling does not cost: it never acts"),
    ],
)
def test_a_freeze_says_when_it_would_act(cost, percent, said):
    limits = Limits(approved_ceiling_usd=Decimal(10**6), monthly_usd=cost.totals["ceiling"])
    assert rows(replace(cost, limits=limits, freeze_percent=Decimal(percent)))["freeze acts"].endswith(said)


def test_a_stack_without_a_freeze_says_nothing_of_one(cost):
    assert "freeze acts" not in rows(replace(cost, freeze_percent=None))


def test_shared_nodes_are_on_the_platforms_bill_and_in_no_other_figure(cost):
    flat = CostRange.flat(Decimal(438))
    used = (
        GeneralUse(name="endpoint a", amount=flat, note="", is_default=False),
        GeneralUse(name="endpoint b", amount=None, note="", is_default=False),
    )
    assert rows(replace(cost, general=used))["general nodes"] == (
        "its pods may take 438.00 USD a month expected and 438.00 at most, of what has a price: on the platform's "
        "bill and in its figures, in no budget of this stack"
    )
    assert replace(cost, general=used).totals == cost.totals
    assert "general nodes" not in rows(replace(cost, general=()))


def test_the_ceiling_says_what_it_leaves_out(cost):
    assert "hours of a month beyond 730" in rows(cost)["not in it"]


def test_the_pods_that_the_quota_allows_are_on_general_nodes(cost):
    [others] = [each for each in cost.general if "quota" in each.note]
    assert others.note.startswith("at most 24 vCPUs and 80 GiB by the quota")
