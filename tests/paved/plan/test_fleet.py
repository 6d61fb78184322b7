"""A fleet is planned as its stacks are planned one by one."""

from paved.plan.fleet import plan_fleet
from paved.plan.planner import Planner
from stacks.checks.folder import STACKS


def test_plans_made_in_forks_are_the_plans_made_here(planner, monkeypatch):
    monkeypatch.setattr("os.cpu_count", lambda: 2)
    fleet = plan_fleet(Planner.of_folder(STACKS))
    assert [plan.as_json() for plan in fleet] == [planner.plan(name).as_json() for name in planner.names]
