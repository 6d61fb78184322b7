"""The schema that editors check stack files by: in step with the model, strict, and described throughout."""

import json
from pathlib import Path

import jsonschema
import pytest

from reference.instances import cpu_pool_types, instance_types
from reference.regions import regions
from stacks.checks.folder import Folder
from stacks.checks.instances import zones_of
from stacks.reading.editor_schema import editor_schema, schema_text
from tests.conftest import STACKS

SCHEMA = json.loads(schema_text())
SAMPLES = Folder.read(STACKS)


def as_file(sections):
    return {"config": {f"paved:{key}": value for key, value in sections.items()}}


def errors(document):
    return [error.message for error in jsonschema.Draft7Validator(SCHEMA).iter_errors(document)]


def test_the_committed_file_is_in_step():
    path = Path(STACKS) / "schema.json"
    assert path.read_text(encoding="utf-8") == schema_text(), "write it anew with `paved schema`"


def test_it_is_a_schema():
    jsonschema.Draft7Validator.check_schema(editor_schema())


@pytest.mark.parametrize("name", SAMPLES.names)
def test_sample_stacks_pass(name):
    sections = SAMPLES.stack(name).sections
    assert errors(as_file({key: json.loads(text) for key, text in sections.items()})) == []


@pytest.mark.parametrize("name", SAMPLES.names)
def test_every_sample_names_it_in_its_first_line(name):
    path = STACKS / f"Pulumi.{name}.yaml"
    assert path.read_text(encoding="utf-8").startswith("# yaml-language-server: $schema=schema.json\n")


@pytest.mark.parametrize("name", ["foundation-prod", "platform-prod", "vision-prod"])
def test_a_right_file_passes(valid, name):
    assert errors(as_file(valid.data(name))) == []


def test_what_pulumi_writes_passes(valid):
    document = as_file(valid.data("vision-prod"))
    document["config"]["pulumi:disable-default-providers"] = ["*"]
    assert errors({**document, "encryptionsalt": "v1:x", "environment": ["ml/prod"]}) == []


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"kind": "tem"}, "'tem' is not one of"),
        ({"trainning": {}}, "'paved:trainning' was unexpected"),
        ({"network": {}}, "'paved:network' was unexpected"),
        ({"owner.emial": "x"}, "'emial' was unexpected"),
        ({"owner.team": "Vision"}, "'Vision' does not match"),
        ({"account.id": 111122223333}, "111122223333 is not of type 'string'"),
        ({"budget.monthly_usd": "180000"}, "'180000' is not of type 'number'"),
        ({"budget.monthly_usd": 0}, "0 is less than or equal to the minimum of 0"),
        ({"training.pools.0.max_gpus": "lots"}, "'lots' is not of type 'integer'"),
        ({"training.pools.0.max_gpus": True}, "True is not of type 'integer'"),
        ({"training.pools.0.capacity": ["sport"]}, "'sport' is not one of"),
        ({"training.pools.0.capacity": []}, "[] should be non-empty"),
        ({"training": None}, "None is not of type 'object'"),
        ({"serving.endpoints.0.tier": 4}, "4 is not one of"),
        ({"serving.endpoints.0.slo.availability_percent": 100}, "100 is greater than the maximum of 99.99"),
        ({"registry.archive_days": None}, "None is not of type 'integer'"),
    ],
)
def test_a_wrong_file_is_refused(valid, changes, message):
    found = errors(as_file(valid.data("vision-prod", changes)))
    assert any(message in error for error in found), found


def test_a_required_section_is_missed(valid):
    found = errors(as_file(valid.data("vision-prod", {"budget": valid.absent})))
    assert found == ["'paved:budget' is a required property"]


def test_a_file_without_config_or_kind_is_refused(valid):
    assert errors({}) == ["'config' is a required property"]
    assert "'paved:kind' is a required property" in errors({"config": {}})
    assert any(
        "'version' was unexpected" in error
        for error in errors({**as_file(valid.data("vision-prod")), "version": 1})
    )


def leaves(schema, path=""):
    for key, value in schema.get("properties", {}).items():
        yield f"{path}.{key}", value
        yield from leaves(value.get("items", {}), f"{path}.{key}[]")


def test_every_setting_says_what_it_is():
    for name, definition in SCHEMA["definitions"].items():
        assert definition.get("description"), name
        for path, setting in leaves(definition, name):
            assert setting.get("description") or "$ref" in setting, path


def test_a_rule_reads_well_after_must_be():
    """Messages say `must be` and then the description, so no description is a question or a full sentence."""
    for name, definition in SCHEMA["definitions"].items():
        for path, setting in leaves(definition, name):
            text = setting.get("description", "")
            assert not text.endswith("."), path
            assert not text.lower().startswith(
                ("how ", "what ", "who ", "which ", "whether ", "the maximum")
            ), path


def offered_at(*keys):
    """The names that an editor completes at a place of the schema."""
    place = SCHEMA["definitions"]
    for key in keys:
        place = place[key]
    return place["anyOf"][0]["enum"]


def test_editors_complete_regions_zones_and_instance_types():
    assert offered_at("Account", "properties", "region") == list(regions())
    types = offered_at("Pool", "properties", "instance_types", "items")
    accelerated = [name for name, facts in instance_types().items() if facts.gpus]
    assert types == sorted([*accelerated, *cpu_pool_types()])
    assert "m7i.4xlarge" in types and "m7g.4xlarge" not in types
    assert offered_at("SharedPool", "properties", "instance_types", "items") == sorted(accelerated)
    zones = offered_at("Pool", "properties", "zone")
    assert zones == sorted({zone for region in regions() for zone in zones_of(region)})


@pytest.mark.parametrize(
    "changes",
    [
        {"account.region": "xx-new-1"},
        {"training.pools.0.instance_types": ["p9.48xlarge"]},
        {"training.pools.0.zone": "use9-az1"},
    ],
)
def test_a_name_that_is_not_recorded_is_for_validation_to_refuse(valid, changes):
    assert errors(as_file(valid.data("vision-prod", changes))) == []


@pytest.mark.parametrize(
    "changes",
    [
        {"account.region": "Frankfurt"},
        {"account.region": 1},
        {"training.pools.0.instance_types": ["p5"]},
        {"training.pools.0.zone": "us-east-1a"},
    ],
)
def test_a_name_of_another_form_is_refused_by_the_schema(valid, changes):
    assert errors(as_file(valid.data("vision-prod", changes))) != []
