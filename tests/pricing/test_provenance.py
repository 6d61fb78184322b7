"""How much of an estimate rests on prices of which origin."""

from dataclasses import replace
from decimal import Decimal

import pytest

from pricing.estimate import estimate
from pricing.provenance import WEAKNESS, counts, expected_by_basis
from pricing.usage import Usage
from reference.prices import Basis, PriceBook, packaged_prices

KEY = "aws:kms/key:Key"
NAT = "aws:ec2/natGateway:NatGateway"


def book_with(book, **bases):
    """The round prices, some of another origin."""
    changed = {name.replace("_", "-"): basis for name, basis in bases.items()}
    services = {}
    for price in book().prices:
        services[price.item, price.region] = replace(price, basis=changed.get(price.item, price.basis))
    return PriceBook(instances={}, services=services, free={})


@pytest.fixture
def priced(book, rates, fake):
    def make(**bases):
        resources = [fake(type=KEY), fake(type=NAT, name="nat")]
        return estimate("it", resources, rates(book=book_with(book, **bases)), Usage())

    return make


def test_every_origin_is_weighed():
    assert set(WEAKNESS) == set(Basis)


def test_prices_are_counted_from_the_surest_origin_on():
    found = counts(packaged_prices().prices)
    assert list(found) == [basis for basis in WEAKNESS if basis in found]
    assert sum(found.values()) == len(list(packaged_prices().prices))


def test_the_expected_total_is_divided_by_origin_and_nothing_is_lost(priced):
    found = priced(kms_key=Basis.REMEMBERED, nat_gateway=Basis.DERIVED, nat_gateway_data=Basis.DERIVED)
    parts = expected_by_basis(found)
    assert list(parts) == [Basis.DERIVED, Basis.REMEMBERED]
    assert parts[Basis.REMEMBERED] == Decimal("1.00")
    assert sum(parts.values()) == found.total.expected


def test_the_parts_are_of_what_is_expected_and_not_of_the_ceiling(rates, fake):
    config = {"minSize": 0, "desiredSize": 1, "maxSize": 9}
    nodes = fake(
        type="aws:eks/nodeGroup:NodeGroup", inputs={"scalingConfig": config, "instanceTypes": ["m7i.large"]}
    )
    found = estimate("it", [nodes], rates(), Usage())
    assert found.total.expected < found.total.ceiling
    assert expected_by_basis(found) == {Basis.READ: found.total.expected}


def test_a_line_is_as_sure_as_its_least_sure_price(priced, pricing_inputs, fake, rates, book):
    found = priced()
    [line, *_] = [each for each in found.lines if each.amount]
    sure, unsure = (
        line.charge.rates[0],
        replace(line.charge.rates[0], price=replace(line.charge.rates[0].price, basis=Basis.DERIVED)),
    )
    mixed = replace(line, charge=replace(line.charge, rates=(unsure, sure)))
    assert list(expected_by_basis(replace(found, lines=(mixed,)))) == [Basis.DERIVED]
    assert list(expected_by_basis(replace(found, lines=(line,)))) == [Basis.READ]
