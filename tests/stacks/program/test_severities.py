"""The severities that checks of receivers know of are those of the rules that a plan has."""

import json
from collections.abc import Iterator
from typing import Any, get_args

import pytest

from components.monitoring.objective import Severity
from stacks.checks.alerting import severities
from stacks.schema import Foundation
from stacks.schema.budget import RateSpec
from stacks.schema.monitors import ModelHealthSpec, MonitorsSpec
from stacks.schema.objectives import EndpointObjectives, FreshnessObjective
from tests.conftest import STACKS
from tests.stacks.every_setting import OPTIONAL
from tests.stacks.program.team_inputs import VISION

SETTINGS = OPTIONAL["vision-prod"]
NAMES = sorted(path.name.split(".")[1] for path in STACKS.glob("Pulumi.*.yaml"))


def rules(value: Any) -> Iterator[dict[str, Any]]:
    """Every alert in a plan's inputs, those in values of charts too."""
    if isinstance(value, dict):
        if "alert" in value and "expr" in value:
            yield value
        value = list(value.values())
    for each in value if isinstance(value, list) else ():
        yield from rules(each)


def planned(plan) -> set[Severity]:
    return {rule["labels"]["severity"] for each in plan.resources for rule in rules(each.inputs)}


def spec(model, setting):
    return model.model_validate_json(json.dumps(SETTINGS[setting]))


def team(tier, *, freshness=None, monitored=False, rate=False):
    """The sample team, and of what else its alerts are."""
    monitors = spec(MonitorsSpec, "serving.endpoints.0.monitors") if monitored else None
    objectives = spec(EndpointObjectives, "serving.endpoints.0.objectives")
    of_endpoint = {"tier": tier, "monitors": monitors, "objectives": objectives}
    promised = [each | {"tier": freshness} for each in SETTINGS["monitoring.freshness"] if freshness]
    data = tuple(FreshnessObjective.model_validate_json(json.dumps(each)) for each in promised)
    endpoint = VISION.serving.endpoints[0].model_copy(update=of_endpoint)
    health = spec(ModelHealthSpec, "serving.model_health")
    return {
        "serving": VISION.serving.model_copy(update={"endpoints": (endpoint,), "model_health": health}),
        "monitoring": VISION.monitoring.model_copy(update={"freshness": data}),
        "budget": VISION.budget.model_copy(update={"rate": RateSpec(percent=105) if rate else None}),
    }


@pytest.mark.parametrize("name", NAMES)
def test_every_severity_of_a_sample_stacks_rules_is_known(planner, name):
    stack, found = planner.config(name).stack, planned(planner.plan(name))
    if isinstance(stack, Foundation):
        assert found == set()
    else:
        assert found <= severities(stack)
        # Of the others there are rules of charts, about whatever the namespace has.
        assert ("page-in-hours" in found) == ("page-in-hours" in severities(stack))


@pytest.mark.parametrize("tier", [1, 2, 3])
@pytest.mark.parametrize(
    "asked",
    [
        {},
        {"freshness": 1},
        {"freshness": 2},
        {"freshness": 3},
        {"monitored": True},
        {"rate": True},
        {"freshness": 2, "monitored": True, "rate": True},
    ],
    ids=repr,
)
def test_every_severity_of_a_teams_rules_is_known(plan_team, tier, asked):
    changes = team(tier, **asked)
    plan, _ = plan_team(**changes)
    known = severities(VISION.model_copy(update=changes))
    assert planned(plan) <= known <= set(get_args(Severity))
    assert ("page-in-hours" in planned(plan)) == ("page-in-hours" in known)
