"""A release goes where budget is left, and nowhere where that is not known."""

import json
from datetime import UTC, datetime, timedelta
from typing import get_args

import pytest

from components.monitoring import objective
from paved.error_budgets.answer import Reading, query, readings
from paved.error_budgets.promises import Promise, promises
from paved.error_budgets.verdict import as_data, is_open, verdicts, view
from paved.errors import BadInput
from stacks.schema.objectives import EndpointObjectives

NOW = datetime(2026, 11, 30, 12, 0, tzinfo=UTC)
PROMISE = Promise(service="vision-prod.detector", slo="availability")


def judged(left, minutes=0):
    reading = Reading(left=left, at=NOW - timedelta(minutes=minutes))
    [verdict] = verdicts([PROMISE], {PROMISE: reading}, NOW)
    return verdict


def answer(tmp_path, *values, **changes):
    labels = {"sloth_service": PROMISE.service, "sloth_slo": PROMISE.slo}
    result = [{"metric": labels, "value": value} for value in values]
    data = {"status": "success", "data": {"resultType": "vector", "result": result}, **changes}
    path = tmp_path / "budgets.json"
    path.write_text(json.dumps(data), encoding="utf-8")
    return path


@pytest.mark.parametrize("left", [1.0, 0.3, 0.0001])
def test_a_budget_that_is_left_lets_a_release_pass(left):
    assert judged(left).blocked == ""
    assert is_open([judged(left)])


@pytest.mark.parametrize(
    ("left", "minutes", "reason"),
    [
        (0.0, 0, "its budget is used up"),
        (-2.5, 0, "its budget is used up"),
        (float("nan"), 0, "its budget is nan, which is no number"),
        (float("inf"), 0, "its budget is inf, which is no number"),
        (1.0, 16, "asked at 2026-11-30 11:44 UTC, more than 15 minutes ago"),
        (1.0, -6, "asked at 2026-11-30 12:06 UTC, which is yet to come"),
    ],
)
def test_a_budget_that_is_used_up_or_not_known_blocks(left, minutes, reason):
    assert judged(left, minutes).blocked == f"blocked: {reason}"
    assert not is_open([judged(left, minutes), judged(1.0)])


def test_an_objective_without_a_sample_blocks_though_others_have_one():
    other = Promise(service="vision-prod.other", slo="latency")
    found = verdicts([PROMISE, other], {PROMISE: Reading(left=1.0, at=NOW)}, NOW)
    assert [each.blocked for each in found] == ["", "blocked: no sample, so its budget is not known"]
    assert not is_open(found)


@pytest.mark.parametrize(
    ("left", "blocked"), [(0.4, ""), (0.0, "blocked: its budget is used up")], ids=["left", "used up"]
)
def test_probes_speak_for_an_endpoint_that_nobody_called(left, blocked):
    latency, probe = (Promise(service=PROMISE.service, slo=slo) for slo in ("latency", "probe"))
    [uncalled, of_time, of_probes] = verdicts(
        [PROMISE, latency, probe], {probe: Reading(left=left, at=NOW)}, NOW
    )
    assert (uncalled.left, uncalled.blocked) == (None, blocked)
    assert of_time.blocked == "blocked: no sample, so its budget is not known"
    assert of_probes.blocked == blocked


def test_probes_do_not_speak_for_requests_that_failed():
    probe = Promise(service=PROMISE.service, slo="probe")
    found = {PROMISE: Reading(left=-1.0, at=NOW), probe: Reading(left=1.0, at=NOW)}
    assert verdicts([PROMISE], found, NOW)[0].blocked == "blocked: its budget is used up"


def test_a_stack_without_objectives_has_nothing_to_go_by():
    assert not is_open([])
    assert view("vision-prod", []) == "vision-prod promises nothing: there is no budget to go by"


def test_verdicts_as_data_hold_no_nan():
    data = as_data("vision-prod", [judged(float("nan"))])
    assert (data["open"], data["objectives"][0]["left"]) == (False, None)
    json.dumps(data, allow_nan=False)


def test_an_answer_of_prometheus_is_read(tmp_path):
    found = readings(answer(tmp_path, [NOW.timestamp(), "0.25"]))
    assert found == {PROMISE: Reading(left=0.25, at=NOW)}


@pytest.mark.parametrize("value", [None, [], [1, "x"], ["x", "1"], [1e300, "1"], [1], 5])
def test_a_sample_that_is_none_is_refused(tmp_path, value):
    with pytest.raises(BadInput, match="series 1: `value` must be a moment and a number"):
        readings(answer(tmp_path, value))


def test_an_objective_that_stands_twice_is_refused(tmp_path):
    with pytest.raises(BadInput, match=r"series 2: availability of vision-prod\.detector stands twice"):
        readings(answer(tmp_path, [1, "1"], [1, "0"]))


@pytest.mark.parametrize("changes", [{"status": "error"}, {"data": {"resultType": "matrix", "result": []}}])
def test_another_answer_is_refused(tmp_path, changes):
    with pytest.raises(BadInput, match="must be the answer of Prometheus to an instant query"):
        readings(answer(tmp_path, **changes))


def test_the_query_does_not_ask_for_a_stack_whose_name_begins_alike():
    assert 'sloth_service=~"vision-prod[.].+"' in query("vision-prod")


def test_promises_bear_the_names_that_the_rules_of_the_plan_record(planner):
    recorded = {
        (rule["labels"]["sloth_service"], rule["labels"]["sloth_slo"])
        for resource in planner.plan("vision-prod").of("kubernetes:monitoring.coreos.com/v1:PrometheusRule")
        for group in resource.inputs["spec"]["groups"]
        for rule in group["rules"]
        if rule.get("record") == "slo:period_error_budget_remaining:ratio"
    }
    team = planner.config("vision-prod").stack
    assert recorded == {(each.service, each.slo) for each in promises("vision-prod", team)}


def test_each_objective_of_a_file_is_one_that_rules_record():
    named = {key.replace("_", "-") for key in EndpointObjectives.model_fields}
    assert named | {"availability", "freshness"} == set(get_args(objective.Promise))
