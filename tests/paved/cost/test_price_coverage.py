"""The origins of prices are counted whole, and what has none is listed."""

import json

import pytest

from paved.cost.price_coverage import MEANING, coverage_data, coverage_of, coverage_view
from reference.prices import BASE_REGION, Basis, packaged_prices
from tests.pricing.conftest import make_book

BOOK = packaged_prices()


def data_of(said):
    return json.loads(said.partition("--- stdout\n")[2])


def test_every_origin_has_a_meaning():
    assert set(MEANING) == set(Basis)


def test_the_counts_add_up_to_the_rows_of_the_book():
    found = coverage_data(coverage_of(BOOK))
    rows = len(list(BOOK.prices))
    assert found["rows"] == rows
    assert sum(found["instances"].values()) + sum(found["services"].values()) == rows
    assert sum(sum(counted.values()) for counted in found["regions"].values()) == rows
    assert sum(len(regions) for regions in found["unpriced"].values()) == (
        found["instances"]["unpriced"] + found["services"]["unpriced"]
    )


def test_the_number_of_derived_prices_and_their_formula_are_said():
    derived = sum(price.basis is Basis.DERIVED for price in BOOK.prices)
    said = coverage_view(coverage_of(BOOK))
    assert (
        f"{derived:,} of {len(list(BOOK.prices)):,} rows are derived: type in {BASE_REGION} x sibling" in said
    )


def test_an_item_without_a_price_is_listed_with_its_regions():
    said = coverage_view(coverage_of(make_book(kms_key=None)))
    assert said.endswith("Without a price\nkms-key: us-east-1")
    assert coverage_view(coverage_of(make_book())).endswith("Without a price\nnone")


def test_the_command_has_three_forms_and_one_at_a_time(paved):
    assert "\nderived     computed from" in paved("prices", "coverage")
    assert "# Where each price is from" in paved("prices", "coverage", "--markdown")
    assert data_of(paved("prices", "coverage", "--json"))["schema_version"] == "1"
    assert "name one of `--json` and `--markdown`" in paved("prices", "coverage", "--json", "--markdown")


def test_a_price_is_shown_in_each_region_with_its_formula(paved, golden):
    golden("cli/prices-show.txt", paved("prices", "show", "g6.12xlarge"))


def test_a_derived_price_is_data_with_its_formula(paved):
    [price] = data_of(paved("prices", "show", "g6.12xlarge", "--region", "eu-west-2", "--json"))["prices"]
    assert (price["basis"], price["usd"]) == ("derived", "5.8412")
    assert (
        price["formula"] == "g6.12xlarge in us-east-1 x g6.24xlarge in eu-west-2 / g6.24xlarge in us-east-1"
    )


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (("kms-kye",), "error: `kms-kye` is no item of the price book; did you mean `kms-key`?"),
        (("kms-key", "--region", "moon"), "error: kms-key has no row in `moon`"),
        (("a\nb",), "error: `a\\nb` is no item of the price book"),
    ],
)
def test_what_is_not_in_the_book_is_refused(paved, arguments, message):
    said = paved("prices", "show", *arguments)
    assert "\nexit 2\n" in said
    assert message in said
