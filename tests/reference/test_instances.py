"""The table was read from one source; another one, which moto carries, is asked here."""

import gzip
import json
from importlib.resources import files

import pytest

from reference.instances import LEFT_OUT, instance_type, instance_types, why_left_out

TABLE = instance_types()
MIB_PER_GIB = 1024


@pytest.fixture(scope="module")
def described():
    """What EC2 answered to DescribeInstanceTypes when moto was released."""
    data = (files("moto") / "ec2/resources/instance_types.json.gz").read_bytes()
    return json.loads(gzip.decompress(data))


@pytest.mark.parametrize("name", TABLE)
def test_a_row_says_what_ec2_says(described, name):
    row, found = TABLE[name], described[name]
    assert row.vcpus == found["VCpuInfo"]["DefaultVCpus"]
    assert row.memory_gib * MIB_PER_GIB == found["MemoryInfo"]["SizeInMiB"]
    assert row.efa_interfaces == found["NetworkInfo"].get("EfaInfo", {}).get("MaximumEfaInterfaces", 0)
    assert row.nvme_gb == found.get("InstanceStorageInfo", {}).get("TotalSizeInGB", 0)
    neurons = found.get("NeuronInfo", {}).get("NeuronDevices", ())
    assert row.gpus == sum(each["Count"] for each in (*found.get("GpuInfo", {}).get("Gpus", ()), *neurons))


@pytest.mark.parametrize(
    ("name", "accelerator"),
    [("trn1.32xlarge", "trainium1"), ("trn2.48xlarge", "trainium2"), ("inf2.xlarge", "inferentia2")],
)
def test_a_class_of_neuron_devices_is_told_by_the_chip_that_ec2_names(described, name, accelerator):
    [device] = described[name]["NeuronInfo"]["NeuronDevices"]
    assert instance_type(name).accelerator == accelerator
    assert device["Name"].lower() in (accelerator, accelerator.removesuffix("1"))


@pytest.mark.parametrize("name", [name for name, row in TABLE.items() if row.gpus and row.efa_interfaces])
def test_each_card_from_the_first_of_efa_takes_an_interface_of_it(described, name):
    cards = described[name]["NetworkInfo"]["NetworkCards"]
    row = TABLE[name]
    with_efa = [card["NetworkCardIndex"] for card in cards if "efa-only" in card["InterfaceTypes"]]
    assert with_efa == list(range(row.first_efa_card, row.first_efa_card + row.efa_interfaces))
    assert cards[0]["MaximumNetworkInterfaces"] >= 2  # EFA and IP


@pytest.mark.parametrize("family", LEFT_OUT)
def test_a_family_that_is_left_out_is_in_no_row_and_says_why(family):
    assert not [name for name in TABLE if name.startswith(f"{family}.")]
    assert len(why_left_out(f"{family}.48xlarge")) > 40
    assert why_left_out(f"{family}x.48xlarge") is None


@pytest.mark.parametrize(
    ("name", "interfaces"),
    [
        ("p4d.24xlarge", 4),
        ("p5.48xlarge", 32),
        ("p5en.48xlarge", 16),
        ("g6e.48xlarge", 4),
        ("p6-b300.48xlarge", 16),
        ("g6e.xlarge", 0),
    ],
)
def test_efa_interfaces_are_counted_by_instance_type(name, interfaces):
    assert instance_type(name).efa_interfaces == interfaces
