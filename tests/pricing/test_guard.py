"""What may not be: more than approved, more than budgeted, gone before anybody is told."""

from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pricing.estimate import estimate
from pricing.guard import (
    AccountBudget,
    Estimated,
    Limits,
    above_account,
    above_budget,
    above_ceiling,
    estimated,
    hours_to_burn,
    hours_to_freeze,
    idle_freeze,
    spoken,
)
from pricing.savings import SavingsPlan, savings
from pricing.usage import PoolWork, Usage

WORK = Usage(pools={"gpu": PoolWork(hours=Decimal(365), units=Decimal(32))})


@pytest.fixture(scope="session")
def priced(rates, pool):
    """A pool of 32 GPUs at 50 an hour for 8, half of the month: 73000 of 146000, and volumes of 32."""

    def of(usage=WORK, types=("p5.48xlarge",), **options):
        return estimate("test", pool(types=types), rates(**options), usage)

    return of


def judged(priced, *, approved="1000000", monthly="1000000"):
    totals = {figure: getattr(priced.total, figure) for figure in ("expected", "ceiling")}
    limits = Limits(approved_ceiling_usd=Decimal(approved), monthly_usd=Decimal(monthly))
    return estimated(priced, totals, limits)


def test_what_is_within_its_limits_may_be(priced):
    cost = judged(priced(), approved="146032", monthly="73016")
    assert [*above_ceiling(cost), *above_budget(cost)] == []
    assert cost.unpriced == {}


def test_a_ceiling_above_what_was_approved_names_the_amount_and_the_pool(priced):
    (said,) = above_ceiling(judged(priced(), approved="146031.99"))
    assert "146,032.00 USD a month, 0.01 more than the 146,031.99" in said
    assert "(gpu alone is 146,000.00)" in said


def test_expected_work_above_the_budget_is_refused(priced):
    (said,) = above_budget(judged(priced(), monthly="73015.99"))
    assert "73,016.00 USD a month, 0.01 more" in said


def test_a_budget_that_lasts_less_than_a_day_is_refused(priced):
    # 146032 in 730 h is 200.04 an hour: 4801.05 lasts 24 h.
    idle = priced(usage=Usage(pools={"gpu": PoolWork(hours=Decimal(0), units=Decimal(0))}))
    assert list(above_budget(judged(idle, monthly="4801.06"))) == []
    (said,) = above_budget(judged(idle, monthly="4801.00"))
    assert "spent in 23 h 59 min" in said


def test_without_limits_nothing_is_above_them(priced):
    cost = estimated(priced(), {"expected": Decimal(1), "ceiling": Decimal(1)}, None)
    assert [*above_ceiling(cost), *above_budget(cost)] == []


def test_without_a_price_there_is_no_total_and_another_type_may_have_one(priced):
    (said,) = judged(priced(types=("p5e.48xlarge",))).unpriced.values()
    assert "no price of p5e.48xlarge" in said
    assert "`paved prices refresh --out prices/`" in said
    assert said.endswith("or choose what has a price")


def test_an_old_price_is_in_the_total_and_its_age_is_known(priced):
    cost = judged(priced(as_of=date(2030, 1, 1)))
    assert not cost.unpriced
    (said,) = [each for each in cost.outdated if each.startswith("prices of accelerators")]
    assert "days old, more than 180" in said
    assert judged(priced(as_of=date(2026, 8, 1))).outdated == ()


@pytest.mark.parametrize(
    ("ceiling", "monthly", "hours", "words"),
    [("7300", "73", "7.3", "7 h 18 min"), ("7300", "730", "73", "3 d 1 h"), ("730", "730", None, None)],
)
def test_time_to_burn(ceiling, monthly, hours, words):
    found = hours_to_burn(Decimal(ceiling), Decimal(monthly))
    assert found == (Decimal(hours) if hours else None)
    if found:
        assert spoken(found) == words


def test_a_savings_plan_is_paid_in_any_case_and_covers_what_runs(priced):
    # 75 an hour at 25% off covers 100 an hour on demand; the pool runs at 200 an hour for 365 h.
    found = savings(priced(), SavingsPlan(hourly_usd=Decimal(75), percent=Decimal(25)))
    assert found.commitment == Decimal("54750.00")
    assert found.covered["floor"] == 0
    assert found.covered["expected"] == Decimal("36500.00")
    assert found.covered["ceiling"] == Decimal("73000.00")
    assert found.total["expected"] == Decimal("73016.00") - 36500 + 54750
    assert found.total["ceiling"] == Decimal("146032.00") - 73000 + 54750


def test_a_savings_plan_covers_no_more_than_there_is(priced):
    found = savings(priced(), SavingsPlan(hourly_usd=Decimal(750), percent=Decimal(25)))
    assert found.covered["ceiling"] == Decimal("146000.00")  # volumes are not covered


def of_budget(ceiling, monthly):
    limits = Limits(approved_ceiling_usd=Decimal(ceiling), monthly_usd=Decimal(monthly))
    return Estimated(expected_usd=Decimal(0), ceiling_usd=Decimal(ceiling), limits=limits)


def test_a_freeze_beyond_the_ceiling_says_what_would_make_it_act():
    (said,) = idle_freeze(of_budget("184212.12", "180000"), Decimal(110))
    assert said == (
        "it acts at 110% of 180,000.00 USD, which is 198,000.00, and a month at the maximum costs 184,212.12: it never "
        "acts; lower `budget.freeze.percent` to 102 or less, or leave `budget.freeze` out"
    )


@given(
    ceiling=st.decimals(1, 1_000_000, places=2),
    monthly=st.decimals(1, 1_000_000, places=2),
    percent=st.integers(1, 1000),
)
def test_a_freeze_is_refused_where_no_hour_of_the_month_reaches_it(ceiling, monthly, percent):
    cost = of_budget(ceiling, monthly)
    refused = list(idle_freeze(cost, Decimal(percent)))
    assert bool(refused) == (monthly * percent > 100 * ceiling)
    hours = hours_to_freeze(cost, Decimal(percent))
    assert hours is None or (not refused and 0 < hours < 730)
    least = int(100 * ceiling / monthly)
    assert list(idle_freeze(cost, Decimal(least))) == []


def test_a_stack_without_limits_has_no_freeze_to_judge(priced):
    cost = estimated(priced(), {"expected": Decimal(1), "ceiling": Decimal(1)}, None)
    assert list(idle_freeze(cost, Decimal(1000))) == []
    assert hours_to_freeze(cost, Decimal(1000)) is None


def test_what_teams_share_fits_the_accounts_budget_beside_their_own():
    account = AccountBudget(
        monthly_usd=Decimal(415000), teams_usd=Decimal(180000), beside_usd=Decimal("1742.71")
    )
    fits = Estimated(expected_usd=Decimal("233257.29"), ceiling_usd=Decimal(400000), account=account)
    assert list(above_account(fits)) == []
    over = Estimated(expected_usd=Decimal("374428.15"), ceiling_usd=Decimal(400000), account=account)
    (said,) = above_account(over)
    assert said.startswith(
        "it is expected to cost 374,428.15 USD a month with 1,742.71 of its foundation, and with the 180,000.00 of the "
        "teams' budgets that is 141,170.86 more than the 415,000.00 of the account's"
    )


def test_a_team_is_not_held_to_the_accounts_budget():
    assert list(above_account(of_budget("1", "1"))) == []
