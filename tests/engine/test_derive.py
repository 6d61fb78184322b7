"""Without an engine, recorded registrations follow a plan and say so; with one, they are recorded anew."""

import json

import pytest

from tests.engine import registrations
from tests.engine.chains import STACKS
from tests.engine.derive import derive, derive_chain
from tests.engine.project import SAMPLES

NAME = "foundation-dev"
STACK_FILES = SAMPLES


@pytest.fixture
def folder(tmp_path):
    """A folder with the record of one foundation, as an engine writes it: without the mark of a derived one."""
    registrations.write(tmp_path, NAME, *registrations.read(NAME))
    return tmp_path


@pytest.fixture
def changed(folder):
    """The folder, after a change of what was recorded: the plan is ahead of the record."""

    def change(edit):
        asked, outputs = registrations.read(NAME, folder)
        edit(asked, outputs)
        registrations.write(folder, NAME, asked, outputs)

    return change


def text(folder):
    return (folder / f"{NAME}.json").read_text(encoding="utf-8")


def drop_a_key(asked, outputs):
    asked.pop(next(urn for urn in asked if "aws:kms/key:Key" in urn))


def test_a_record_that_agrees_with_its_plan_stays_as_it_is(folder, capsys):
    before = text(folder)
    assert list(derive_chain((NAME,), folder, STACK_FILES)) == []
    assert text(folder) == before
    assert registrations.derived_mark(NAME, folder) is None
    assert capsys.readouterr().out == ""


def test_what_the_plan_changes_is_derived_and_marked(folder, changed, capsys):
    recorded = registrations.read(NAME, folder)
    changed(drop_a_key)
    assert list(derive_chain((NAME,), folder, STACK_FILES)) == []
    assert registrations.read(NAME, folder) == recorded
    assert registrations.derived_mark(NAME, folder) == registrations.digest(*recorded)
    assert capsys.readouterr().out.startswith(f"{NAME} is derived from its plan, ")


def test_outputs_of_a_provider_stay_as_recorded(planner):
    recorded = {"endpoint": "https://made.by.a.provider", "gone": 1}
    found = derive(planner, NAME, {"cluster": recorded})
    assert found.outputs["cluster"]["endpoint"] == "https://made.by.a.provider"
    assert "gone" not in found.outputs["cluster"]
    assert "cluster.endpoint" in found.kept
    assert found.outputs["contract"] == {"kind": "foundation", "version": "1"}


def test_an_output_that_nobody_knows_needs_the_engine(folder, changed):
    changed(lambda asked, outputs: outputs["network"].pop("vpc_id"))
    before = text(folder)
    assert list(derive_chain((NAME,), folder, STACK_FILES)) == [
        f"{NAME} has outputs that only the engine knows: network.vpc_id"
    ]
    assert text(folder) == before


def test_recording_anew_takes_the_mark_away(folder):
    asked, outputs = registrations.read(NAME, folder)
    registrations.write(folder, NAME, asked, outputs, derived=True)
    assert registrations.derived_mark(NAME, folder)
    registrations.write(folder, NAME, asked, outputs)
    assert registrations.derived_mark(NAME, folder) is None


@pytest.mark.parametrize("name", STACKS)
def test_a_derived_file_is_as_it_was_derived(name):
    assert registrations.derived_mark(name) in (None, registrations.digest(*registrations.read(name)))


def test_a_derived_file_that_was_edited_is_found(folder):
    asked, outputs = registrations.read(NAME, folder)
    registrations.write(folder, NAME, asked, outputs, derived=True)
    data = json.loads(text(folder))
    data["outputs"]["release"] = "2020.01"
    (folder / f"{NAME}.json").write_text(json.dumps(data), encoding="utf-8")
    edited = registrations.digest(*registrations.read(NAME, folder))
    assert registrations.derived_mark(NAME, folder) != edited
