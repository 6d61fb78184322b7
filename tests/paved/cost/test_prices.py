"""The price book is refreshed from AWS's Price List and compared; botocore checks every request."""

import json
from dataclasses import replace
from datetime import date
from decimal import Decimal

import boto3
import pytest
from botocore.stub import Stubber

from paved.cli import run
from paved.cost.price_differences import differences
from paved.cost.price_list import NoSinglePrice, PriceList
from paved.cost.price_products import ITEMS, instance
from paved.cost.price_refresh import refresh, write_book
from paved.cost.stack_cost import Costs
from paved.live_account import LiveAccount
from reference.instances import instance_types, zones_offering
from reference.prices import Basis, PriceBook, packaged_prices
from tests.pricing.conftest import make_book

DAY = date(2026, 12, 1)


def listed(usagetype, *tiers, effective="2026-11-01T00:00:00Z"):
    """One product as the Price List writes it."""
    dimensions = {
        f"d{index}": {"beginRange": begin, "endRange": "Inf", "unit": "Hrs", "pricePerUnit": {"USD": usd}}
        for index, (begin, usd) in enumerate(tiers)
    }
    return json.dumps(
        {
            "product": {"attributes": {"usagetype": usagetype}},
            "terms": {"OnDemand": {"t": {"effectiveDate": effective, "priceDimensions": dimensions}}},
        }
    )


@pytest.fixture
def stubbed():
    """A Price List whose answers are queued; botocore refuses a request or an answer that the API does not have."""
    client = boto3.client(
        "pricing", region_name="us-east-1", aws_access_key_id="none", aws_secret_access_key="none"
    )
    with Stubber(client) as stub:
        yield PriceList(client), stub
        stub.assert_no_pending_responses()


def request(service, region, token=None, **filters):
    found = {**filters, "regionCode": region}
    wanted = {
        "ServiceCode": service,
        "Filters": [{"Type": "TERM_MATCH", "Field": key, "Value": found[key]} for key in sorted(found)],
        "FormatVersion": "aws_v1",
    }
    return {**wanted, "NextToken": token} if token else wanted


def test_an_instance_is_asked_for_by_what_it_is(stubbed):
    prices, stub = stubbed
    expected = request(
        "AmazonEC2",
        "eu-central-1",
        capacitystatus="Used",
        instanceType="g6.12xlarge",
        marketoption="OnDemand",
        operatingSystem="Linux",
        preInstalledSw="NA",
        tenancy="Shared",
    )
    answer = {"PriceList": [listed("EUC1-BoxUsage:g6.12xlarge", ("0", "5.7542900000"))]}
    stub.add_response("get_products", answer, expected)
    found = prices.price(instance("g6.12xlarge"), "eu-central-1")
    assert (found.usd, found.effective) == (Decimal("5.75429"), date(2026, 11, 1))


def test_every_page_is_read_and_other_usage_types_are_left_out(stubbed):
    prices, stub = stubbed
    filters = {"productFamily": "NAT Gateway"}
    first = {"PriceList": [listed("EUC1-NatGateway-Bytes", ("0", "0.052"))], "NextToken": "more"}
    second = {
        "PriceList": [
            listed("EUC1-NatGateway-Hours", ("0", "0.0520000000")),
            listed("EUC1-NatGateway-Prvd-Hours", ("0", "1.2")),
        ]
    }
    stub.add_response("get_products", first, request("AmazonEC2", "eu-central-1", **filters))
    stub.add_response("get_products", second, request("AmazonEC2", "eu-central-1", token="more", **filters))
    assert prices.price(ITEMS["nat-gateway"], "eu-central-1").usd == Decimal("0.0520")
    assert prices.requests == 2


@pytest.mark.parametrize(
    ("usage_type", "found"),
    [
        ("KMS-Keys", True),
        ("USE1-KMS-Keys", True),
        ("us-east-1-KMS-Keys", True),
        ("ap-southeast-2-KMS-Keys", True),
        ("KMS-Keys-Deleted", False),
        ("Old-KMS-Keys", False),
    ],
)
def test_a_usage_type_is_known_in_every_region(usage_type, found):
    assert ITEMS["kms-key"].is_of(usage_type) is found


def test_the_free_tier_is_not_the_price(stubbed):
    prices, stub = stubbed
    tiers = [("0", "0.0000000000"), ("1000000", "0.0000004000"), ("100000000000", "0.0000003000")]
    stub.add_response("get_products", {"PriceList": [listed("Requests", *tiers)]})
    assert prices.price(ITEMS["sqs-requests"], "us-east-1").usd == Decimal("0.4")


@pytest.mark.parametrize("answers", [[], [("0", "1.0")], [("0", "1.0"), ("0", "2.0")]])
def test_anything_but_one_price_is_refused(stubbed, answers):
    prices, stub = stubbed
    page = {"PriceList": [listed("x", tier) for tier in answers]}
    stub.add_response("get_products", page)
    if len(answers) == 1:
        assert prices.price(instance("m7i.large"), "us-east-1").usd == 1
    else:
        with pytest.raises(NoSinglePrice, match="where one price is expected"):
            prices.price(instance("m7i.large"), "us-east-1")


class Answers:
    """A Price List that knows one price for everything but NAT."""

    requests = 0

    def price(self, product, region):
        if "NatGateway" in product.usage_type:
            raise NoSinglePrice("none")
        return PriceListed


PriceListed = type("Listed", (), {"usd": Decimal("7"), "effective": date(2026, 10, 1)})


def test_a_refresh_dates_what_it_read_and_keeps_what_it_could_not():
    before = make_book()
    found = refresh(before, Answers(), DAY, ["us-east-1"])
    by_item = {price.item: price for price in found.prices}
    assert by_item.keys() >= {name for name in instance_types() if zones_offering(name, "us-east-1")}
    new = by_item["p5.48xlarge"]
    assert (new.usd, new.as_of, new.basis) == (Decimal(7), DAY, Basis.READ)
    assert new.source == "AWS Price List API, in effect since 2026-10-01"
    assert new.spot_usd == before.instance("p5.48xlarge", "us-east-1").spot_usd
    assert by_item["nat-gateway"] == before.service("nat-gateway", "us-east-1")
    assert by_item["sns-emails"] == before.service("sns-emails", "us-east-1")  # read by hand
    assert set(found.kept) == {("nat-gateway", "us-east-1"), ("nat-gateway-data", "us-east-1")}
    assert refresh(before, Answers(), DAY, []).read == 0


def test_a_price_that_was_read_is_derived_no_more():
    before = packaged_prices()
    derived = next(price for price in before.prices if price.ratio_of)
    found = {
        (price.item, price.region): price
        for price in refresh(before, Answers(), DAY, [derived.region]).prices
    }
    read = found[derived.item, derived.region]
    assert (read.basis, read.ratio_of, read.formula) == (Basis.READ, None, None)


def test_a_region_without_rows_gets_them_and_none_that_was_not_asked_for(tmp_path):
    before = packaged_prices()
    assert "eu-north-1" not in before.regions
    write_book(tmp_path, refresh(before, Answers(), DAY, ["eu-north-1"]).prices, before.free_types)
    after = PriceBook.read(tmp_path)
    assert after.regions == before.regions | {"eu-north-1"}
    assert after.instance("p5.48xlarge", "eu-north-1").usd == 7
    assert after.service("kms-key", "eu-north-1").basis is Basis.READ
    assert after.service("nat-gateway", "eu-north-1").usd is None
    assert after.service("sns-emails", "eu-north-1").source == "no price was read"
    assert after.instance("g4dn.xlarge", "eu-north-1").spot_usd is None
    assert after.instance("trn1.32xlarge", "eu-north-1") is None  # not offered there


def test_a_book_that_is_written_and_read_is_the_same(tmp_path):
    book = packaged_prices()
    write_book(tmp_path / "prices", book.prices, book.free_types)
    again = PriceBook.read(tmp_path / "prices")
    assert list(again.prices) == list(book.prices)
    assert again.free_types == book.free_types


def test_the_shipped_files_are_as_a_refresh_writes_them(tmp_path):
    from reference.prices import packaged_folder

    write_book(tmp_path, packaged_prices().prices, packaged_prices().free_types)
    for name in ("instances.csv", "services.csv", "free.csv"):
        shipped = (packaged_folder() / name).read_text(encoding="utf-8")
        assert (tmp_path / name).read_text(encoding="utf-8") == shipped


def test_differences_are_told_largest_first():
    book = make_book()
    dearer = make_book(kms_key="2.00", nat_gateway=None, ecr_storage="0.05")
    found = differences(book, dearer)
    assert [(each.item, each.percent) for each in found] == [
        ("kms-key", Decimal(100)),
        ("ecr-storage", Decimal(-50)),
        ("nat-gateway", None),
    ]
    assert differences(book, book) == ()


def test_the_command_says_what_differs(tmp_path, paved, golden):
    prices = list(packaged_prices().prices)
    for index, price in enumerate(prices):
        if (price.item, price.region) == ("p5.48xlarge", "us-east-1"):
            prices[index] = replace(price, usd=Decimal("98.32"))
    write_book(tmp_path / "old", prices, packaged_prices().free_types)

    def shown(*arguments):
        return paved("prices", "diff", str(tmp_path / "old"), *arguments).replace(str(tmp_path), "TMP")

    golden("cli/prices-diff.txt", shown())
    golden("cli/prices-diff-json.txt", shown("--json"))
    assert "has the prices of" in paved(
        "prices", "diff", str(tmp_path / "old"), "--prices", str(tmp_path / "old")
    )


def test_a_stack_is_priced_at_refreshed_prices(tmp_path, capsys, planner):
    prices = [
        replace(price, as_of=date(2027, 6, 1), usd=price.usd * 2 if price.usd else None)
        for price in packaged_prices().prices
    ]
    write_book(tmp_path / "new", prices, packaged_prices().free_types)
    arguments = ["cost", "ranking-dev", "--json", "--as-of", "2027-06-02", "--prices", str(tmp_path / "new")]
    assert run(arguments) == 1  # twice as dear is more than approved
    answer = capsys.readouterr()
    doubled = (
        2 * Costs(planner, packaged_prices(), date(2026, 11, 21)).of("ranking-dev").estimate.total.ceiling
    )
    assert abs(Decimal(json.loads(answer.out)["priced_totals"]["ceiling"]) - doubled) < Decimal("0.10")
    assert "that finance approved" in answer.err


def test_a_refresh_writes_a_folder_through_boto3(tmp_path, monkeypatch, capsys):
    class Client:
        def get_products(self, **request):
            assert request["FormatVersion"] == "aws_v1"
            return {"PriceList": [listed("BoxUsage:x", ("0", "1.25"))]}

    monkeypatch.setattr(LiveAccount, "client", lambda self, service, region: Client())
    out = tmp_path / "prices"
    assert (
        run(["prices", "refresh", "--out", str(out), "--region", "eu-west-2", "--as-of", "2026-12-01"]) == 0
    )
    assert "kept as they were" in capsys.readouterr().out
    book = PriceBook.read(out)
    assert book.instance("m7i.large", "eu-west-2").usd == Decimal("1.25")
    assert book.instance("m7i.large", "us-east-1") == packaged_prices().instance("m7i.large", "us-east-1")


@pytest.mark.parametrize(
    ("line", "says"),
    [
        ("only-one-cell", "services.csv, line 3: has not as many cells as the header"),
        ('"an,open,quote', "unexpected end of data"),
        ("a,b,c,dear,read,e,2026-01-01", "is no price"),
    ],
)
def test_a_folder_of_prices_that_was_edited_badly_is_told(tmp_path, capsys, line, says):
    write_book(tmp_path, packaged_prices().prices, packaged_prices().free_types)
    path = tmp_path / "services.csv"
    header, first, *_ = path.read_text().splitlines()
    path.write_text(f"{header}\n{first}\n{line}")
    assert run(["prices", "diff", str(tmp_path)]) == 2
    assert says in capsys.readouterr().err


def test_an_unknown_region_is_refused_before_anything_is_asked(tmp_path, capsys):
    out = tmp_path / "prices"
    assert run(["prices", "refresh", "--out", str(out), "--region", "eu-mars-1"]) == 2
    assert "error: `eu-mars-1` is no region that Paved knows\n" in capsys.readouterr().err
    assert not out.exists()
