"""A price is the best that there is: finance's, else the bill's, else the list price of the plan."""

from decimal import Decimal

from paved.operations.goodput import PoolKey
from paved.operations.gpu_prices import gpu_prices

H100, L4 = PoolKey(stack="vision-prod", pool="h100"), PoolKey(stack="ranking-dev", pool="l4")
LIST = {H100: Decimal(3), L4: Decimal(3)}


def never():
    raise AssertionError("nothing has to be planned")


def test_the_best_source_of_each_pool_is_taken():
    prices = gpu_prices({H100: Decimal(1)}, {H100: Decimal(2), L4: Decimal(2)}, never, {H100, L4})
    assert prices.by_pool == {H100: 1, L4: 2}
    assert prices.basis == "`gpu_prices.csv`; else the bill"
    prices = gpu_prices({H100: Decimal(1)}, {}, lambda: LIST, {H100, L4})
    assert prices.by_pool == {H100: 1, L4: 3}
    assert prices.basis.startswith("`gpu_prices.csv`; else list prices of the plans")


def test_without_a_node_nothing_is_planned():
    assert gpu_prices({}, {}, never, set()).basis == "none"
