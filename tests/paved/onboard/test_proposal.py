"""A budget and a ceiling follow from the estimate, rounded up, and last until AWS Budgets can tell."""

from decimal import Decimal
from types import SimpleNamespace

import pytest

from paved.onboard.proposal import money_of, rounded_up


def judged(expected, ceiling):
    totals = {"expected": Decimal(expected), "ceiling": Decimal(ceiling)}
    return SimpleNamespace(cost=SimpleNamespace(totals=totals))


@pytest.mark.parametrize(
    ("amount", "up"),
    [("14237.20", 15000), ("15000", 15000), ("9.01", 10), ("99.5", 100), ("0.4", 1), ("0", 0)],
)
def test_an_amount_is_rounded_up_to_two_digits(amount, up):
    assert rounded_up(Decimal(amount)) == up


def test_budget_and_ceiling_are_above_the_work_and_the_maximum():
    money = money_of(judged("1756", "7890"), None)
    assert (money.budget, money.ceiling) == (2000, 7900)


def test_a_budget_lasts_a_day_at_the_ceiling():
    money = money_of(judged("10", "73000"), None)
    assert money.budget * 730 / 73000 >= 24


def test_a_budget_that_is_given_stands():
    money = money_of(judged("10", "20"), Decimal("99.50"))
    assert (money.budget, money.ceiling) == (Decimal("99.50"), Decimal("99.50"))
