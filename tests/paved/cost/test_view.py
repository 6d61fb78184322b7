"""The lines of an estimate that say where its prices are from."""

from dataclasses import replace
from decimal import Decimal

import pytest

from paved.cost.data import cost_data
from paved.cost.stack_cost import StackCost
from paved.cost.view import LESS_SURE, price_line, rest_line
from policies.evaluation import PolicyReport
from pricing.estimate import estimate
from pricing.rates import Rates
from pricing.usage import Usage
from reference.prices import Basis, PriceBook
from tests.pricing.conftest import DAY, REGION, Fake, make_book, price

KEYS = [Fake(type="aws:kms/key:Key", name=f"key-{index}") for index in range(2)]
GATEWAY = Fake(type="aws:ec2/natGateway:NatGateway", name="nat")

NOTHING_JUDGED = PolicyReport(
    stack="it", security="standard", findings=(), undetermined=(), excepted=(), passed=0, pending=()
)


def priced(**bases):
    """Two keys (2.00) and a gateway (32.85 and 22.50 for data), at prices of some origins."""
    items = {name.replace("_", "-"): basis for name, basis in bases.items()}
    services = {
        (each.item, REGION): replace(each, basis=items.get(each.item, Basis.READ))
        for each in make_book().prices
    }
    book = PriceBook(instances={}, services=services, free={})
    return estimate("it", [*KEYS, GATEWAY], Rates(book=book, region=REGION, as_of=DAY), Usage())


def test_the_prices_of_an_estimate_are_counted_by_origin():
    found = price_line(priced(kms_key=Basis.REMEMBERED, nat_gateway=Basis.DERIVED))
    assert found == f"list prices of {DAY} in {REGION}: 1 read, 1 derived, 1 remembered"


def test_an_estimate_of_listed_prices_says_no_more():
    assert rest_line(priced()) == ""
    assert rest_line(priced(kms_key=Basis.COPIED, nat_gateway=Basis.COPIED)) == ""


def test_the_part_of_the_total_that_rests_on_less_sure_prices_is_said():
    said = rest_line(priced(kms_key=Basis.REMEMBERED, nat_gateway=Basis.DERIVED))
    assert said == (
        "of 57.35 expected, 32.85 (57%) rests on prices derived from us-east-1 by the ratio of their family; "
        "2.00 (3%) rests on prices from memory"
    )


def test_a_small_part_is_not_called_nothing():
    book = make_book(kms_key="0.01")
    services = {(each.item, REGION): each for each in book.prices}
    services["kms-key", REGION] = replace(price("kms-key", "0.01"), basis=Basis.SECONDARY)
    rates = Rates(book=PriceBook(instances={}, services=services, free={}), region=REGION, as_of=DAY)
    said = rest_line(estimate("it", [*KEYS, GATEWAY], rates, Usage()))
    assert said.endswith("0.02 (under 1%) rests on prices that somebody quotes")


@pytest.mark.parametrize("basis", [Basis.READ, Basis.COPIED])
def test_what_is_in_a_list_is_not_less_sure(basis):
    assert basis not in LESS_SURE
    assert set(LESS_SURE) | {Basis.READ, Basis.COPIED, Basis.UNPRICED} == set(Basis)


def test_the_data_has_the_counts_and_the_parts_of_the_total():
    found = StackCost(estimate=priced(kms_key=Basis.DERIVED), owner="team")
    data = cost_data(found, (), NOTHING_JUDGED)
    assert data["provenance"]["prices"] == {"read": 2, "derived": 1}
    parts = {basis: Decimal(amount) for basis, amount in data["provenance"]["expected"].items()}
    assert parts == {"read": Decimal("55.35"), "derived": Decimal("2.00")}
    assert sum(parts.values()) == Decimal(data["priced_totals"]["expected"])
    assert {each["formula"] for each in data["prices"]} == {None}
