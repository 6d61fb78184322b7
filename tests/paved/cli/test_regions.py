"""`paved regions` for a reader and for a program."""

import json

import pytest

from reference.instances import instance_types, regions_offering
from reference.regions import regions


def data_of(said):
    return json.loads(said.partition("--- stdout\n")[2])["regions"]


def test_every_region_is_a_row(paved, golden):
    golden("cli/regions.txt", paved("regions"))


def test_one_region_with_its_types_zones_and_prices(paved, golden):
    golden("cli/regions-ap-southeast-1.txt", paved("regions", "ap-southeast-1"))


def test_the_data_has_each_region_and_each_type_it_offers(paved):
    found = {each["region"]: each for each in data_of(paved("regions", "--json"))}
    assert list(found) == list(regions())
    for name, facts in instance_types().items():
        if facts.accelerator:
            offering = [
                region
                for region, each in found.items()
                if name in [offered["name"] for offered in each["accelerated_types"]]
            ]
            assert tuple(offering) == regions_offering(name)


def test_a_price_that_nobody_read_is_null_and_counted(paved):
    [ohio] = data_of(paved("regions", "us-east-2", "--json"))
    types = {each["name"]: each for each in ohio["accelerated_types"]}
    assert (types["p5e.48xlarge"]["usd_hour"], types["p5e.48xlarge"]["basis"]) == (None, "unpriced")
    assert (types["p5.48xlarge"]["usd_hour"], types["p5.48xlarge"]["basis"]) == ("55.04", "copied")
    for prices in (ohio["instance_prices"], ohio["service_prices"]):
        assert prices["priced"] + len(prices["unpriced"]) == prices["total"]
        assert sum(prices["by_basis"].values()) == prices["priced"]


@pytest.mark.parametrize(
    ("region", "remark"),
    [
        ("us-west-1", "no foundation fits, which needs 3 zones"),
        ("eu-north-1", "no total, since no price of an instance type was read"),
        ("ap-south-1", "no total of a foundation, since no price of nat-gateway-data was read"),
    ],
)
def test_what_stands_in_the_way_is_said(paved, region, remark):
    [found] = data_of(paved("regions", region, "--json"))
    assert remark in found["remarks"]
    assert data_of(paved("regions", "us-east-1", "--json"))[0]["remarks"] == []


@pytest.mark.parametrize(
    ("region", "message"),
    [
        ("ca-west-1", "error: ca-west-1 is not recorded: it offers none of the instance types"),
        ("eu-mars-1", "error: `eu-mars-1` is no region that Paved knows"),
        ("us-east-1\n::error::", "error: `us-east-1\\n::error::` is no region that Paved knows"),
    ],
)
def test_another_region_is_refused(paved, region, message):
    said = paved("regions", region)
    assert "\nexit 2\n" in said
    assert message in said


def test_prices_of_a_folder_are_counted(paved, tmp_path):
    said = paved("regions", "--prices", str(tmp_path))
    assert "\nexit 2\n" in said
    assert "holds no prices" in said
