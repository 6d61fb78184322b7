"""Every sample stack on the real engine: previewed, deployed, and some of them deployed again."""

import os

import pytest

from paved.plan.planner import Planner
from tests.engine import registrations
from tests.engine.chains import CHAINS, STACKS
from tests.engine.project import SAMPLES

RECORD = "RECORD_REGISTRATIONS"
"""Set to 1, the environment variable of this name makes the run write tests/fixtures/registrations anew."""


@pytest.fixture(scope="module")
def informed(deployed):
    """Plans with what the engine deployed below each stack."""
    return Planner.of_folder(SAMPLES, {name: done.outputs for name, done in deployed.items()})


@pytest.mark.parametrize("name", STACKS)
def test_the_engine_registers_what_the_plan_says(deployed, informed, name):
    engine = deployed[name].previewed
    if os.environ.get(RECORD):
        registrations.write(registrations.FOLDER, name, engine, deployed[name].outputs)
    found = registrations.differences(registrations.of_plan(informed.plan(name)), engine)
    assert not found, "\n".join(found)


@pytest.mark.parametrize("name", STACKS)
def test_where_there_is_an_engine_no_record_is_left_derived(deployed, name):
    assert registrations.derived_mark(name) is None, f"record it: {RECORD}=1"


@pytest.mark.parametrize("name", STACKS)
def test_what_is_deployed_is_what_was_previewed(deployed, name):
    done = deployed[name]
    assert set(done.up) == {"create"}
    assert {urn for urn in done.state if "::pulumi:providers:pulumi::" not in urn} == done.previewed.keys()


@pytest.mark.parametrize("name", CHAINS[0])
def test_a_second_up_changes_nothing(deployed, name):
    stack, first = deployed[name].stack, deployed[name].up
    assert stack.up() == {"same": first["create"]}


@pytest.mark.parametrize("name", STACKS)
def test_every_resource_has_a_provider_that_the_stack_pins(deployed, name):
    pinned = {f"urn:pulumi:{name}::paved::pulumi:providers:{kind}::{kind}" for kind in ("aws", "kubernetes")}
    for urn, asked in deployed[name].previewed.items():
        if asked["custom"] and not asked["type"].startswith("pulumi:"):
            assert asked["provider"] in pinned, urn
