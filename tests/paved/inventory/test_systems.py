"""The inventory has every model that serves and every job that makes one, and nothing else."""

import csv
from io import StringIO

import pytest

from paved.inventory.systems import COLUMNS, System, inventory, systems
from paved.inventory.view import inventory_csv, inventory_view
from stacks.schema import Team


@pytest.fixture(scope="module")
def files(planner):
    return [planner.config(name) for name in planner.names]


@pytest.fixture(scope="module")
def found(files):
    return systems(files)


def test_every_endpoint_and_every_trigger_of_every_team_is_there_once(files, found):
    teams = {file.name: file.stack for file in files if isinstance(file.stack, Team)}
    wanted = [
        *((name, "endpoint", e.name) for name, t in teams.items() if t.serving for e in t.serving.endpoints),
        *(
            (name, "retraining job", r.name)
            for name, t in teams.items()
            if t.retraining
            for r in t.retraining.triggers
        ),
    ]
    assert [(each.stack, each.kind, each.name) for each in found] == sorted(wanted)
    assert len({each.kind for each in found}) == 2


def test_a_system_has_its_owner_its_tier_and_where_its_data_may_rest(found):
    (endpoint,) = [each for each in found if each.name == "defect-detector" and each.kind == "endpoint"]
    assert (endpoint.team, endpoint.escalation, endpoint.cost_center) == (
        "vision",
        "vision-primary",
        "CC-2040",
    )
    assert (endpoint.tier, endpoint.data_class, endpoint.residency) == ("1", "confidential", "us")
    assert (endpoint.model_format, endpoint.availability_percent) == ("onnx", "99.9")
    assert endpoint.monitors == "availability, probe"


def test_the_monitors_of_a_model_are_named_with_their_kind(found):
    (endpoint,) = [each for each in found if each.name == "click-ranker"]
    assert endpoint.monitors == ("availability, inputs (data-drift), clicks (performance), features (skew)")


def test_the_inventory_is_the_same_in_every_form(found):
    rows = list(csv.DictReader(StringIO(inventory_csv(found))))
    assert rows == inventory(found)["systems"]
    assert tuple(rows[0]) == COLUMNS
    text = inventory_view(found)
    assert all(each.name in text for each in found)


def test_no_cell_is_run_by_a_spreadsheet(found):
    hostile = System(**{**vars(found[0]), "email": "+cmd@example.com"})
    assert "'+cmd@example.com" in inventory_csv([hostile])


def test_an_organisation_without_a_model_has_an_empty_inventory():
    assert systems([]) == []
    assert inventory_csv([]) == ",".join(COLUMNS)
    assert inventory_view([]).endswith("0 systems; endpoints without a trigger for drift: 0")
