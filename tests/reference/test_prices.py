"""The price book as it is shipped, and how it is read."""

from datetime import date, timedelta
from decimal import Decimal

import pytest

from reference.instances import instance_types, zones_offering
from reference.prices import (
    AGE_LIMIT_DAYS,
    BASE_REGION,
    FAIL_CLOSED,
    Basis,
    Family,
    InstancePrice,
    PriceBook,
    family_of_instance,
    family_of_item,
    packaged_prices,
)

BOOK = packaged_prices()
INSTANCES = "region,instance_type,on_demand_usd_hour,spot_usd_hour,basis,ratio_of,source,as_of\n"
SERVICES = "item,region,unit,usd,basis,source,as_of\n"
FREE = "type,why,source,as_of\n"


def write_book(folder, instances="", services="", free=""):
    (folder / "instances.csv").write_text(INSTANCES + instances, encoding="utf-8")
    (folder / "services.csv").write_text(SERVICES + services, encoding="utf-8")
    (folder / "free.csv").write_text(FREE + free, encoding="utf-8")
    return PriceBook.read(folder)


@pytest.mark.parametrize(
    ("type", "region", "usd"),
    [
        ("p5.48xlarge", "us-east-1", "55.04"),
        ("g6e.12xlarge", "us-east-1", "10.49264"),
        ("m7i.2xlarge", "eu-central-1", "0.483"),
    ],
)
def test_an_instance_hour_has_the_price_of_its_own_region(type, region, usd):
    assert BOOK.instance(type, region).usd == Decimal(usd)


def test_a_region_or_a_type_that_is_not_in_the_book_has_no_price():
    assert BOOK.instance("p5.48xlarge", "eu-central-1") is None
    assert BOOK.instance("z9.large", "us-east-1") is None
    assert BOOK.service("nat-gateway", "sa-east-1") is None


def test_an_offer_without_an_on_demand_price_is_unpriced_and_not_free():
    price = BOOK.instance("p5e.48xlarge", "us-west-2")
    assert (price.usd, price.basis) == (None, Basis.UNPRICED)


def test_a_region_of_the_book_has_a_row_for_each_type_it_offers():
    for region in BOOK.regions:
        offered = {name for name in instance_types() if zones_offering(name, region)}
        assert {name for name in offered if BOOK.instance(name, region) is None} == set()


def test_every_item_has_a_row_in_every_region_of_the_book():
    items = {price.item for price in BOOK.prices if not isinstance(price, InstancePrice)}
    for region in BOOK.regions:
        assert {item for item in items if BOOK.service(item, region) is None} == set()


def test_every_price_has_a_source_and_a_day_before_it_was_written_down():
    for price in BOOK.prices:
        assert price.source
        assert date(2020, 1, 1) <= price.as_of <= date(2026, 11, 30)
        assert (price.usd is None) == (price.basis is Basis.UNPRICED)


def test_every_derived_price_follows_from_three_rows_of_its_family():
    derived = [price for price in BOOK.prices if price.basis is Basis.DERIVED]
    assert derived
    for price in derived:
        base, here, there = rows_of(price)
        assert {row.basis for row in (base, here, there)} == {Basis.COPIED}
        assert price.ratio_of.partition(".")[0] == price.item.partition(".")[0]
        assert abs(base.usd * here.usd / there.usd / price.usd - 1) < Decimal("0.0002")


def test_a_formula_is_of_derived_prices_and_of_no_other():
    for price in BOOK.prices:
        assert (price.formula is not None) == (price.basis is Basis.DERIVED)
    assert BOOK.instance("g6.12xlarge", "eu-central-1").formula == (
        "g6.12xlarge in us-east-1 x g6.24xlarge in eu-central-1 / g6.24xlarge in us-east-1"
    )


def rows_of(price):
    """The row that a derived price starts from, and the two whose ratio it has."""
    yield BOOK.instance(price.item, BASE_REGION)
    yield BOOK.instance(price.ratio_of, price.region)
    yield BOOK.instance(price.ratio_of, BASE_REGION)


def test_a_spot_price_is_a_look_at_the_market_of_a_dated_row():
    spot = [price for price in BOOK.prices if getattr(price, "spot_usd", None)]
    assert len(spot) > 50
    assert all(price.as_of >= date(2026, 7, 9) for price in spot)


def test_a_price_is_believed_up_to_the_last_day_of_its_familys_limit():
    price = BOOK.instance("p5.48xlarge", "us-east-1")
    last = price.as_of + timedelta(days=AGE_LIMIT_DAYS[Family.ACCELERATORS])
    assert not price.is_too_old(last)
    assert price.is_too_old(last + timedelta(days=1))
    assert not BOOK.instance("m7i.xlarge", "us-east-1").is_too_old(last + timedelta(days=1))


@pytest.mark.parametrize(
    ("name", "family"),
    [
        ("p5.48xlarge", Family.ACCELERATORS),
        ("m7i.large", Family.COMPUTE),
        ("trn9.48xlarge", Family.ACCELERATORS),
    ],
)
def test_a_type_that_is_not_known_ages_as_an_accelerator(name, family):
    assert family_of_instance(name) is family


def test_nat_and_databases_fail_closed_and_other_services_do_not():
    assert family_of_item("nat-gateway-data") in FAIL_CLOSED
    assert family_of_item("rds-postgres-db.t4g.small") in FAIL_CLOSED
    assert family_of_item("kms-key") not in FAIL_CLOSED


def test_a_book_is_read_from_any_folder(tmp_path):
    book = write_book(
        tmp_path,
        instances="us-east-1,m7i.large,0.10,,read,,a list,2026-01-02\n",
        services="kms-key,us-east-1,key-month,unpriced,unpriced,nobody,2026-01-02\n",
        free="aws:iam/role:Role,free,a list,2026-01-02\n",
    )
    assert book.instance("m7i.large", "us-east-1").usd == Decimal("0.10")
    assert book.instance("m7i.large", "us-east-1").spot_usd is None
    assert book.service("kms-key", "us-east-1").usd is None
    assert book.free("aws:iam/role:Role").why == "free"
    assert [price.item for price in book.prices] == ["m7i.large", "kms-key"]


@pytest.mark.parametrize("amount", ["0", "-1", "NaN", "Infinity", "1e999", "1_000", "٣", "", "0.000"])
def test_a_price_of_nothing_is_refused(tmp_path, amount):
    with pytest.raises(ValueError, match="a price is more than 0"):
        write_book(tmp_path, services=f"kms-key,us-east-1,key-month,{amount},read,a list,2026-01-02\n")


def test_two_prices_of_a_thing_are_none(tmp_path):
    row = "us-east-1,m7i.large,0.10,,read,,a list,2026-01-02\n"
    with pytest.raises(ValueError, match=r"instances\.csv: m7i\.large in us-east-1 has two rows"):
        write_book(tmp_path, instances=row + row)


def test_an_empty_file_holds_no_prices(tmp_path):
    write_book(tmp_path)
    (tmp_path / "services.csv").write_text("", encoding="utf-8")
    with pytest.raises(ValueError, match=r"services\.csv is empty"):
        PriceBook.read(tmp_path)


@pytest.mark.parametrize(("basis", "sibling"), [("derived", ""), ("read", "m7i.48xlarge")])
def test_a_derived_price_and_no_other_names_its_sibling(tmp_path, basis, sibling):
    row = f"eu-west-1,m7i.large,0.10,,{basis},{sibling},a list,2026-01-02\n"
    with pytest.raises(ValueError, match=r"instances\.csv, m7i\.large in eu-west-1: a derived price names"):
        write_book(tmp_path, instances=row)


def test_a_folder_without_the_column_is_read_as_before(tmp_path):
    write_book(tmp_path)
    header = INSTANCES.replace("ratio_of,", "")
    row = "eu-west-1,m7i.large,0.10,,derived,a list,2026-01-02\n"
    (tmp_path / "instances.csv").write_text(header + row, encoding="utf-8")
    price = PriceBook.read(tmp_path).instance("m7i.large", "eu-west-1")
    assert (price.basis, price.formula) == (Basis.DERIVED, None)
