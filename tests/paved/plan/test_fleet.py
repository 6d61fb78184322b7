"""A fleet is planned as its stacks are planned one by one."""

import os

from paved.plan import planning
from paved.plan.fleet import plan_fleet
from paved.plan.planner import Planner
from tests.conftest import STACKS


def test_plans_made_in_forks_are_the_plans_made_here(planner, monkeypatch):
    here = {name: planner.plan(name) for name in planner.names}
    plan_stack = planning.plan_stack

    def planned(stack, *rest):
        # The shared stacks, which are planned before anything forks, are not planned a second time.
        return plan_stack(stack, *rest) if planner.is_team(stack) else here[stack]

    monkeypatch.setattr(os, "cpu_count", lambda: 2)
    monkeypatch.setattr(planning, "plan_stack", planned)
    assert plan_fleet(Planner.of_folder(STACKS)) == list(here.values())
