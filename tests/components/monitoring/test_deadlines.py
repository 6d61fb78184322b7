"""The alerts of ends of reservations and grants, evaluated by Prometheus itself where promtool is installed."""

import pytest

from components.monitoring.alerts import alert_group
from components.monitoring.deadlines import (
    DAY,
    Deadline,
    Deadlines,
    DeadlinesArgs,
    deadline_alerts,
    seconds_left,
    within,
)

HOUR = 3600
BLOCK = Deadline(pool="block", at=10 * DAY)
LATER = Deadline(pool="block", at=20 * DAY)
RESERVED = Deadline(pool="odcr", at=40 * DAY)
GRANT = Deadline(pool="block", at=60 * DAY, stack="vision-prod")
OTHER = Deadline(pool="block", at=60 * DAY, stack="search-prod")
ALERTS = deadline_alerts([BLOCK, LATER], [RESERVED], [GRANT, OTHER])
GROUPS = {"groups": [alert_group("platform-deadlines", ALERTS, team="platform")]}


def test_every_rule_passes_the_linter(promtool):
    found = promtool("check", "rules", "--lint=all", "--lint-fatal", "rules.yaml", rules=GROUPS)
    assert f"SUCCESS: {len(ALERTS)} rules found" in found


@pytest.fixture
def holds(promtool):
    """The values of an expression at a time in seconds since 1970; promtool's clock begins there."""

    def check(expression, at, expected):
        samples = [{"labels": labels, "value": value} for labels, value in expected.items()]
        test = {
            "interval": "1h",
            "input_series": [{"series": "up", "values": "1x2000"}],
            "promql_expr_test": [{"expr": expression, "eval_time": f"{at}s", "exp_samples": samples}],
        }
        promtool("test", "rules", "t.yaml", t={"rule_files": [], "tests": [test]})

    return check


def labels(pool, ends, stack=None):
    stack = f', stack="{stack}"' if stack else ""
    return f'{{ends="{ends}", pool="{pool}"{stack}}}'


FIRST = labels("block", "1970-01-11T00:00Z")
SECOND = labels("block", "1970-01-21T00:00Z")


@pytest.mark.parametrize(
    ("at", "expected"),
    [
        (9 * DAY - 1, {}),
        (9 * DAY, {}),
        (9 * DAY + 1, {FIRST: DAY - 1}),
        (10 * DAY - 1, {FIRST: 1}),
        (10 * DAY, {}),
        (20 * DAY - HOUR, {SECOND: HOUR}),
        (30 * DAY, {}),
    ],
)
def test_a_deadline_is_near_for_a_while_and_then_past(holds, at, expected):
    holds(within([BLOCK, LATER], DAY), at, expected)


def test_the_time_left_is_reported_for_each_pool(holds):
    rows = {
        labels("block", "1970-03-02T00:00Z", "vision-prod"): DAY,
        labels("block", "1970-03-02T00:00Z", "search-prod"): DAY,
    }
    holds(seconds_left([GRANT, OTHER]), 59 * DAY, rows)


def by_name(name):
    return next(alert for alert in ALERTS if alert.name == name)


@pytest.mark.parametrize(
    ("name", "at", "fires"),
    [
        # Karpenter drains 40 minutes before the end of a block; the alert comes a day before that.
        ("CapacityBlockEnds", 10 * DAY - DAY - 40 * 60, False),
        ("CapacityBlockEnds", 10 * DAY - DAY - 40 * 60 + 1, True),
        ("CapacityBlockEnds", 10 * DAY - 40 * 60, False),
        ("ReservationEnds", 37 * DAY, False),
        ("ReservationEnds", 37 * DAY + 1, True),
        ("GrantEnds", 57 * DAY, False),
        ("GrantEnds", 57 * DAY + 1, True),
        ("CapacityPastItsEnd", 10 * DAY, False),
        ("CapacityPastItsEnd", 10 * DAY + 1, True),
    ],
)
def test_an_alert_fires_when_it_is_time(holds, name, at, fires):
    holds(f"count({by_name(name).expression}) > bool 0", at, {"{}": 1} if fires else {})


def test_what_never_ends_has_no_alert():
    assert deadline_alerts([], [], []) == []
    assert [alert.name for alert in deadline_alerts([], [], [GRANT])] == ["GrantEnds", "CapacityPastItsEnd"]


def test_the_rules_are_the_platforms(plan_program):
    args = DeadlinesArgs(
        blocks=[BLOCK], reservations=[], grants=[], team="platform", labels={"team": "platform"}, after=[]
    )
    plan = plan_program(lambda: Deadlines("deadlines", args))
    rule = plan.one("kubernetes:monitoring.coreos.com/v1:PrometheusRule").inputs
    assert (rule["metadata"]["name"], rule["metadata"]["namespace"]) == ("platform-deadlines", "monitoring")
    [group] = rule["spec"]["groups"]
    assert {each["labels"]["team"] for each in group["rules"]} == {"platform"}
