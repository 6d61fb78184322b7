"""A charge is in the area where a person looks for it."""

from datetime import date

import pytest

from benchmarks.billing import COLUMNS
from paved.billing.cost_areas import line_area
from paved.billing.focus import read_focus
from paved.billing.month import Month


def read(path):
    return read_focus(path, Month.read("2026-11"), date(2026, 11, 21))


@pytest.mark.parametrize(
    ("given", "area"),
    [
        ({"SkuMeter": "USE1-DataTransfer-Out-Bytes"}, "Network"),
        ({"SkuMeter": "USE1-USW2-AWS-Out-Bytes"}, "Network"),
        ({"ServiceName": "Amazon SageMaker", "SkuMeter": "USE1-Host:ml.g5.xlarge"}, "SageMaker"),
        ({"ServiceName": "Amazon SageMaker", "SkuMeter": "USE1-MLflow-Small-Hrs"}, "SageMaker"),
        ({"ServiceName": "Great AI", "PublisherName": "Great Inc.", "SkuMeter": ""}, "Marketplace"),
        ({"SkuMeter": "BoxUsage:p5.48xlarge"}, "GPU nodes"),
        ({"SkuMeter": "EBS:VolumeUsage.gp3", "ServiceCategory": "Storage"}, "Disks"),
        ({"ServiceName": "Amazon Elastic File System", "SkuMeter": ""}, "Disks"),
    ],
)
def test_a_charge_is_in_the_area_where_a_person_looks_for_it(write, line, given, area):
    owner = {"ProviderName": "AWS", "PublisherName": "Amazon Web Services, Inc."}
    (found,) = read(write(line(**{**owner, **given}))).lines
    assert line_area(found) == area


def test_without_a_meter_the_description_names_instance_and_transfer(write, line):
    columns = (*(column for column in COLUMNS if column != "SkuMeter"), "ChargeDescription")
    node = line(ChargeDescription="$55.04 per On Demand Linux p5.48xlarge Instance Hour")
    moved = line(ChargeDescription="$0.01 per GB - regional data transfer", day=date(2026, 11, 3))
    lines = read(write(node, moved, columns=tuple(dict.fromkeys(columns)))).lines
    assert [(found.instance_type, found.product) for found in lines] == [
        ("p5.48xlarge", ""),
        ("", "transfer"),
    ]
