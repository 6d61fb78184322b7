"""With no engine at hand, plans are held to what the real engine registered when it was last asked."""

import pytest

from paved.plan.planner import Planner
from paved.runtime.values import as_json
from tests.engine import registrations
from tests.engine.chains import STACKS
from tests.engine.project import CHECKOUT, SAMPLES

AGAIN = "with `pulumi` on PATH: RECORD_REGISTRATIONS=1 python -m pytest tests/engine/test_deployment.py"
WITHOUT_ENGINE = "without it: make fixtures"


def agreed(found):
    """Fail with every difference, and the commands that record anew what was changed on purpose."""
    assert not found, "\n".join([*found, f"if that is meant, record it {AGAIN}; {WITHOUT_ENGINE}"])


@pytest.fixture(scope="module")
def informed():
    """Plans with what the engine had deployed below each stack."""
    return Planner.of_folder(SAMPLES, {name: registrations.read(name)[1] for name in STACKS})


@pytest.mark.parametrize("name", STACKS)
def test_a_plan_registers_what_the_engine_registered(informed, name):
    engine, _ = registrations.read(name)
    agreed(registrations.differences(registrations.of_plan(informed.plan(name)), engine))


@pytest.mark.parametrize("name", STACKS)
def test_an_offline_plan_claims_nothing_that_the_engine_found_different(planner, name):
    engine, outputs = registrations.read(name)
    plan = planner.plan(name)
    found = registrations.differences(registrations.of_plan(plan), engine, planned_offline=True)
    agreed(found + registrations.differences(as_json(plan.outputs), outputs, planned_offline=True))


def test_every_sample_stack_is_recorded(planner):
    assert {file.stem for file in registrations.FOLDER.glob("*.json")} == set(planner.names)


@pytest.mark.parametrize("name", STACKS)
def test_what_is_recorded_has_no_trace_of_the_machine_it_was_recorded_on(name):
    text = (registrations.FOLDER / f"{name}.json").read_text(encoding="utf-8")
    assert "127.0.0.1" not in text
    assert str(CHECKOUT) not in text
