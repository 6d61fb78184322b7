"""Prices that will be too old are told from 30 days before, to the day."""

from datetime import date, timedelta

import pytest

from pricing.ageing import ageing
from pricing.estimate import estimate
from pricing.usage import Usage

LAST = date(2027, 1, 28)
"""180 days after the day of the test's prices."""


@pytest.fixture
def told(rates, pool):
    def on(day):
        priced = estimate("test", pool(types=("p5.48xlarge", "g6e.4xlarge")), rates(as_of=day), Usage())
        return list(ageing(priced.prices, day))

    return on


@pytest.mark.parametrize(("before", "said"), [(30, "in 30 days"), (1, "tomorrow"), (0, "today")])
def test_it_is_told_in_the_last_thirty_days_with_what_to_do(told, before, said):
    (notice,) = told(LAST - timedelta(days=before))
    assert notice.startswith(
        "prices of accelerators (g6e.4xlarge, p5.48xlarge) are too old after 2027-01-28, "
    )
    assert f", {said}, and then the stack is refused: `paved prices refresh --out prices/`" in notice


def test_it_is_not_told_earlier(told):
    assert told(LAST - timedelta(days=31)) == []


def test_the_day_after_the_price_is_used_no_more(rates):
    assert rates(as_of=LAST).instance("p5.48xlarge", "accelerators").usd is not None
    assert rates(as_of=LAST + timedelta(days=1)).instance("p5.48xlarge", "accelerators").usd is None
