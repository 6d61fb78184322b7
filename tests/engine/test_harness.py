"""The harness holds for a program of a few resources, and so does the plan of it."""

import runpy

import pytest

from paved.plan.planning import plan_program
from tests.engine import registrations
from tests.engine.project import SMALL, EngineStack, copied, environment

STACKS = ("lower", "nested", "upper")


@pytest.fixture(scope="module")
def small(servers, tmp_path_factory):
    folder = tmp_path_factory.mktemp("small")
    project = copied(SMALL, ("Pulumi.yaml", "__main__.py"), folder / "project")
    env = environment(folder / "home", servers.ports)
    return {name: EngineStack(project, name, env) for name in STACKS}


@pytest.fixture(scope="module")
def deployed(small, servers):
    """Both stacks: what their previews registered, what two `up`s did, and their outputs."""
    record = {}
    for name, stack in small.items():
        previewed = stack.preview()
        record[name] = {
            "preview": previewed,
            "ups": (stack.up(), stack.up()),
            "outputs": stack.outputs(),
        }
    return record


def planned(name, outputs):
    def program():
        runpy.run_path(str(SMALL / "__main__.py"), run_name="__main__")

    return plan_program(program, stack=name, config={}, references=outputs.__getitem__)


PLANNED_WRONGLY = pytest.mark.xfail(
    strict=True, reason="a plan takes what AWS decides inside a structure for None instead of unknown"
)


@pytest.mark.parametrize("name", ["lower", pytest.param("nested", marks=PLANNED_WRONGLY), "upper"])
def test_the_plan_registers_what_the_engine_registers(deployed, name):
    outputs = {stack: record["outputs"] for stack, record in deployed.items()}
    found = registrations.differences(
        registrations.of_plan(planned(name, outputs)), deployed[name]["preview"]
    )
    assert not found, "\n".join(found)


@pytest.mark.parametrize("name", STACKS)
def test_a_second_up_changes_nothing(deployed, name):
    first, second = deployed[name]["ups"]
    assert set(first) == {"create"}
    assert second == {"same": first["create"]}


def test_a_created_resource_has_the_outputs_that_the_sdk_declares(deployed):
    bucket = {"arn": "arn:aws:s3:::Bucket/data", "name": "example-data"}
    assert deployed["lower"]["outputs"] == {"bucket": bucket, "queue": "events"}
