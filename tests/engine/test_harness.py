"""The harness holds for a program of a few resources, and so does the plan of it."""

import runpy

import pytest

from paved.plan.planning import plan_program
from tests.engine import registrations
from tests.engine.project import SMALL, EngineStack, copied, environment


@pytest.fixture(scope="module")
def small(servers, tmp_path_factory):
    folder = tmp_path_factory.mktemp("small")
    project = copied(SMALL, ("Pulumi.yaml", "__main__.py"), folder / "project")
    env = environment(folder / "home", servers.ports)
    return lambda name: EngineStack(project, name, env)


@pytest.fixture(scope="module")
def lower(small):
    """The lower stack, deployed: what its preview registered, what two `up`s did, and its outputs."""
    stack = small("lower")
    return {
        "preview": stack.preview(),
        "ups": (stack.up(), stack.up()),
        "outputs": stack.outputs(),
    }


def differences(name, preview, outputs):
    def program():
        runpy.run_path(str(SMALL / "__main__.py"), run_name="__main__")

    plan = plan_program(program, stack=name, config={}, references={"lower": outputs}.__getitem__)
    return registrations.differences(registrations.of_plan(plan), preview)


def test_the_plan_of_nested_components_is_what_the_engine_registers(lower):
    assert differences("lower", lower["preview"], lower["outputs"]) == []


def test_the_plan_over_a_stack_reference_is_what_the_engine_registers(small, lower):
    assert differences("upper", small("upper").preview(), lower["outputs"]) == []


def test_the_plan_of_a_nested_output_is_what_the_engine_registers(small):
    assert differences("nested", small("nested").preview(), {}) == []


def test_a_second_up_changes_nothing(lower):
    first, second = lower["ups"]
    assert set(first) == {"create"}
    assert second == {"same": first["create"]}


def test_a_created_resource_has_the_outputs_that_the_sdk_declares(lower):
    bucket = {"arn": "arn:aws:s3:::Bucket/data", "name": "example-data"}
    assert lower["outputs"] == {"bucket": bucket, "queue": "events"}
