import pytest

from stacks.checks.objectives import (
    fresh_data_has_a_name_of_its_own,
    fresh_runs_are_on_a_schedule,
    one_late_answer_alerts_nobody,
    quality_is_checked_where_it_is_promised,
    servers_measure_what_is_promised,
)
from stacks.schema import Team
from tests.stacks.checks.registered import checks_of
from tests.stacks.runs import RUN, SCHEDULE

ENDPOINT = "serving.endpoints.0"
MODEL = {f"{ENDPOINT}.model.runtime": "mlserver", f"{ENDPOINT}.model.format": "sklearn"}


LANGUAGE = {f"{ENDPOINT}.model.runtime": "vllm", f"{ENDPOINT}.model.format": "huggingface"}


def promised(promise, percent, within_ms):
    return {f"{ENDPOINT}.objectives": {promise: {"percent": percent, "within_ms": within_ms}}}


@pytest.mark.parametrize("check", checks_of("objectives", Team))
def test_what_a_server_measures_passes_and_so_does_nothing(valid, says, check):
    assert says(check, valid.team()) == []
    assert says(check, valid.team({"serving": valid.absent})) == []
    assert says(check, valid.team({**MODEL, **promised("latency", 99, 250)})) == []
    assert says(check, valid.team({**LANGUAGE, **promised("ttft", 99, 500)})) == []
    assert says(check, valid.team({**LANGUAGE, **promised("latency", 99, 30_000)})) == []


@pytest.mark.parametrize(
    ("within_ms", "near"), [(300, "250 and 500"), (1, "5"), (60_000, "10000"), (251, "250 and 500")]
)
def test_a_threshold_between_buckets_is_refused_with_the_nearest(valid, says, within_ms, near):
    team = valid.team({**MODEL, **promised("latency", 99, within_ms)})
    assert says(servers_measure_what_is_promised, team) == [
        "`serving.endpoints[0].objectives.latency.within_ms` must be the bound of a bucket of "
        f"`rest_server_request_duration_seconds`, of which {near} ms come nearest, got {within_ms}: "
        "what lies within a bucket is not counted"
    ]


def test_a_latency_of_a_server_without_a_histogram_is_refused(valid, says):
    assert says(servers_measure_what_is_promised, valid.team(promised("latency", 99, 250))) == [
        "`serving.endpoints[0].objectives.latency` must be left out: `triton` exports no histogram of whole requests; "
        "`mlserver` or `vllm` does"
    ]


@pytest.mark.parametrize(
    ("within_ms", "near"), [(300, "250 and 500"), (2000, "1000 and 2500"), (3_000_000, "2560000")]
)
def test_a_first_token_is_held_to_a_bucket_of_vllm(valid, says, within_ms, near):
    team = valid.team({**LANGUAGE, **promised("ttft", 99, within_ms)})
    assert says(servers_measure_what_is_promised, team) == [
        "`serving.endpoints[0].objectives.ttft.within_ms` must be the bound of a bucket of "
        f"`vllm:time_to_first_token_seconds`, of which {near} ms come nearest, got {within_ms}: "
        "what lies within a bucket is not counted"
    ]


@pytest.mark.parametrize(("runtime", "model"), [("triton", {}), ("mlserver", MODEL)])
def test_a_first_token_that_its_server_does_not_time_is_refused(valid, says, runtime, model):
    team = valid.team({**model, **promised("ttft", 99, 500)})
    assert says(servers_measure_what_is_promised, team) == [
        f"`serving.endpoints[0].objectives.ttft` must be left out: `{runtime}` exports no histogram of the time to a "
        "first token; `vllm` does"
    ]


def test_the_traffic_floor_is_above_what_one_late_answer_would_burn(valid, says):
    slo = {f"{ENDPOINT}.slo": {"availability_percent": 99, "min_requests_per_hour": 69}}
    low = valid.team({**MODEL, **slo, **promised("latency", 99.9, 250)})
    assert says(one_late_answer_alerts_nobody, low) == [
        "`serving.endpoints[0].slo.min_requests_per_hour` must be at least 70 for 99.9 % of `objectives.latency`, "
        "or one late answer alerts, got 69"
    ]
    assert (
        says(one_late_answer_alerts_nobody, valid.team({**MODEL, **slo, **promised("latency", 99, 250)}))
        == []
    )


def kept_fresh(*names, source="batch"):
    promised = {"source": source, "percent": 99, "within_minutes": 60}
    return {"monitoring.freshness": [{"name": name, **promised} for name in names]}


def test_fresh_data_has_one_promise_a_name(valid, says):
    assert says(fresh_data_has_a_name_of_its_own, valid.team(kept_fresh("a", "b"))) == []
    assert says(fresh_data_has_a_name_of_its_own, valid.team(kept_fresh("a", "a"))) == [
        "`monitoring.freshness[1].name` is `a`, as entry 1 of the list is: keep one"
    ]


def test_fresh_data_needs_a_namespace(valid, says):
    nothing = dict.fromkeys(("training", "serving"), valid.absent)
    assert says(fresh_data_has_a_name_of_its_own, valid.team({**nothing, **kept_fresh("a")})) == [
        "`monitoring.freshness` must be left out: the team has no section that runs in the cluster"
    ]


def test_a_retraining_that_is_kept_fresh_has_a_schedule(valid, says):
    triggers = [{**RUN, "name": "nightly", "schedule": SCHEDULE}, {**RUN, "name": "data", "new_data": {}}]
    team = {"retraining": {"triggers": triggers}}
    assert (
        says(fresh_runs_are_on_a_schedule, valid.team({**team, **kept_fresh("retrain-nightly", "own")})) == []
    )
    assert says(fresh_runs_are_on_a_schedule, valid.team({**team, **kept_fresh("retrain-data")})) == [
        "`monitoring.freshness[0].name` must be that of a retraining with a `schedule`, got `retrain-data`; did "
        "you mean `retrain-nightly`?"
    ]


def test_quality_is_promised_where_a_monitor_judges_it(valid, says):
    check = {"name": "inputs", "kind": "data-drift", "threshold": 0.3}
    quality = {"data_quality": {"percent": 95}, "model_quality": {"percent": 95}}
    team = {
        f"{ENDPOINT}.objectives": quality,
        f"{ENDPOINT}.monitors": {"schedule": SCHEDULE, "checks": [check]},
    }
    assert says(quality_is_checked_where_it_is_promised, valid.team(team)) == [
        "`serving.endpoints[0].objectives.model_quality` needs a check in `monitors` of the endpoint whose `kind` is "
        "`prediction-drift`, `performance`, `estimated-performance` or `language`: nothing else tells"
    ]


def test_quality_of_an_endpoint_without_monitors_is_refused(valid, says):
    team = valid.team({f"{ENDPOINT}.objectives": {"data_quality": {"percent": 95}}})
    (refusal,) = says(quality_is_checked_where_it_is_promised, team)
    assert refusal.startswith("`serving.endpoints[0].objectives.data_quality` needs a check in `monitors`")
