"""`paved inventory` for a reader, a program and a spreadsheet."""

import json


def test_the_sample_organisation_as_a_table(paved, golden):
    golden("cli/inventory.txt", paved("inventory"))


def test_the_same_as_data(paved):
    said = paved("inventory", "--json")
    data = json.loads(said.partition("--- stdout\n")[2])
    assert data["schema_version"] == "1"
    assert {each["kind"] for each in data["systems"]} == {"endpoint", "retraining job"}


def test_one_form_at_a_time(paved):
    assert "`--json` and `--csv` are two answers" in paved("inventory", "--json", "--csv")
