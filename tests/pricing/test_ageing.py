"""Prices that are too old, or soon will be, are named to the day; a price does not stop being one."""

from dataclasses import replace
from datetime import date, timedelta

import pytest

from pricing.ageing import ageing, outdated
from pricing.estimate import estimate
from pricing.usage import Usage

LAST = date(2027, 1, 28)
"""180 days after the day of the test's prices."""


@pytest.fixture
def notices(rates, pool):
    def on(day):
        priced = estimate("test", pool(types=("p5.48xlarge", "g6e.4xlarge")), rates(as_of=day), Usage())
        return list(ageing(priced.prices, day))

    return on


@pytest.mark.parametrize(("before", "said"), [(30, "in 30 days"), (1, "tomorrow"), (0, "today")])
def test_the_last_thirty_days_are_named_with_what_to_do(notices, before, said):
    (notice,) = notices(LAST - timedelta(days=before))
    assert notice.startswith(
        f"prices of accelerators (g6e.4xlarge, p5.48xlarge) are too old after 2027-01-28, {said}: "
        "`paved prices refresh --out prices/`"
    )


def test_nothing_is_said_earlier(notices):
    assert notices(LAST - timedelta(days=31)) == []


def test_from_the_day_after_on_their_age_is_said(notices):
    (notice,) = notices(LAST + timedelta(days=1))
    assert notice.startswith(
        "prices of accelerators (g6e.4xlarge, p5.48xlarge) are 181 days old, more than 180: `paved prices refresh"
    )


def test_of_many_items_four_are_named(rates):
    book = rates(as_of=LAST).book
    prices = [price for price in book.prices if price.family == "accelerators" and price.usd]
    many = [replace(prices[0], item=f"p5.{size}xlarge") for size in range(1, 9)]
    (notice,) = ageing(many, LAST + timedelta(days=1))
    assert "(p5.1xlarge, p5.2xlarge, p5.3xlarge, p5.4xlarge and 4 more)" in notice


def test_an_old_price_is_still_the_price(rates):
    before, after = LAST, LAST + timedelta(days=1)
    first = rates(as_of=before).instance("p5.48xlarge", "accelerators")
    second = rates(as_of=after).instance("p5.48xlarge", "accelerators")
    assert first == second
    assert outdated([first.price], before) == ()
    assert outdated([first.price], after) == (first.price,)
