import csv
from datetime import date
from importlib.resources import files

from reference.fabric import LOCKED_MEMORY_BYTES, least_bus_gbps
from reference.instances import instance_types

ROWS = list(
    csv.DictReader((files("reference") / "data/fabric_floors.csv").read_text(encoding="utf-8").splitlines())
)


def test_no_node_has_more_memory_than_its_containers_may_lock():
    most = max(each.memory_gib for each in instance_types().values() if each.efa_interfaces)
    assert most * 1024**3 < LOCKED_MEMORY_BYTES


def test_the_limit_survives_a_reader_that_takes_numbers_for_floats():
    assert int(float(LOCKED_MEMORY_BYTES)) == LOCKED_MEMORY_BYTES < 2**53


def test_a_floor_is_of_a_type_with_efa_and_says_who_measured_it_when():
    assert ROWS
    for row in ROWS:
        assert instance_types()[row["instance_type"]].efa_interfaces
        assert len(row["source"]) > 20
        assert date.fromisoformat(row["as_of"])


def test_a_type_that_nobody_measured_has_no_floor():
    assert (least_bus_gbps("p5.48xlarge"), least_bus_gbps("p4d.24xlarge")) == (300, None)
