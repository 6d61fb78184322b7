"""Stacks of a folder are planned with what they refer to, and held to the SDK's typed inputs."""

import pytest

from paved.plan import planner as module
from paved.plan.planner import Planner
from paved.plan.planning import PlanFailed
from stacks.checks.folder import STACKS


def test_an_input_that_no_provider_takes_fails_the_plan_by_urn(monkeypatch):
    def problems(type, _inputs):
        return ["`cidrBlok` is not an input of VpcArgs"] if type == "aws:ec2/vpc:Vpc" else []

    monkeypatch.setattr(module, "input_problems", problems)
    with pytest.raises(PlanFailed, match=r"::foundation-dev: `cidrBlok` is not an input of VpcArgs$"):
        Planner.of_folder(STACKS).plan("foundation-dev")


def test_a_stack_whose_outputs_are_given_is_not_planned(monkeypatch):
    planned = []
    plan_program = module.plan_program

    def counted(program, *, stack, **rest):
        planned.append(stack)
        return plan_program(program, stack=stack, **rest)

    outputs = Planner.of_folder(STACKS).plan("foundation-dev").outputs
    monkeypatch.setattr(module, "plan_program", counted)
    plan = Planner.of_folder(STACKS, {"foundation-dev": outputs}).plan("platform-dev")
    assert planned == ["platform-dev"]
    assert plan.one("pulumi:pulumi:StackReference").as_json()["id"].endswith("/foundation-dev")
