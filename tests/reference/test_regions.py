"""The regions and what they offer are those of botocore and moto, which we did not write."""

import csv
import gzip
import io
import json
import os
from functools import cache
from importlib.resources import files

import boto3
import pytest

from reference.instances import instance_types, regions_offering, zones_offering
from reference.regions import LEFT_OUT_REGIONS, RESIDENCIES, regions

OFFERINGS = files("reference") / "data" / "instance_offerings.csv"
SOURCE, AS_OF = "moto 5.2.5 instance_type_offerings", "2026-10-27"
ACCELERATED = [name for name, facts in instance_types().items() if facts.accelerator]


@cache
def offered_by_moto():
    """The zones of each type and region, as moto copied them from EC2."""
    found = {}
    for file in (files("moto") / "ec2/resources/instance_type_offerings/availability-zone-id").iterdir():
        region = file.name.partition(".")[0]
        for each in json.loads(gzip.decompress(file.read_bytes())):
            found.setdefault((each["InstanceType"], region), set()).add(each["Location"])
    return found


def recorded():
    """The offerings of known types in known regions, as the text of `instance_offerings.csv`."""
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(("instance_type", "region", "az_ids", "source", "as_of"))
    for name in sorted(instance_types()):
        for region in regions():
            if zones := offered_by_moto().get((name, region)):
                writer.writerow((name, region, " ".join(sorted(zones)), SOURCE, AS_OF))
    return text.getvalue()


def test_the_offerings_are_those_that_moto_copied_from_ec2():
    if os.environ.get("UPDATE_GOLDEN"):
        OFFERINGS.write_text(recorded(), encoding="utf-8")
    assert OFFERINGS.read_text(encoding="utf-8") == recorded()


def test_the_regions_are_those_with_eks_and_accelerators():
    offering = {region for name, region in offered_by_moto() if name in ACCELERATED}
    with_eks = set(boto3.Session().get_available_regions("eks"))
    assert set(regions()) == with_eks & offering
    assert with_eks - offering == set(LEFT_OUT_REGIONS)


def test_a_region_is_called_as_aws_calls_it():
    described = boto3.Session()._loader.load_data("endpoints")["partitions"][0]["regions"]
    assert {name: region.place for name, region in regions().items()} == {
        name: described[name]["description"] for name in regions()
    }


def test_each_region_is_of_one_residency_and_each_residency_has_regions():
    assert {name.partition("-")[0] for name in regions()} == set(RESIDENCIES)


@pytest.mark.parametrize("name", ["p5.48xlarge", "trn1.32xlarge"])
def test_the_regions_that_offer_a_type_are_those_with_zones_of_it(name):
    found = [region for region in regions() if zones_offering(name, region)]
    assert list(regions_offering(name)) == found
    assert found
    assert regions_offering("z9.large") == ()
