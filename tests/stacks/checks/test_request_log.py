"""What an inference log needs, and what may read it."""

import pytest

from stacks.checks.monitors import a_monitor_has_the_data_of_its_kind
from stacks.checks.request_log import (
    inference_logs_have_what_they_need,
    logged_endpoints_have_names_of_their_own,
    monitors_read_a_log_that_is_kept,
    names_to_redact_are_named_once,
)
from stacks.schema import Team
from stacks.schema.request_log import REQUEST_LOG_DAYS, request_log_days
from tests.stacks.checks.registered import checks_of
from tests.stacks.runs import SCHEDULE

ENDPOINT = "serving.endpoints.0"
JOB = {"repository": "defect-detector", "image_digest": f"sha256:{'0' * 64}", "pool": "batch"}
DRIFT = {"name": "inputs", "kind": "data-drift", "threshold": 0.3}


@pytest.fixture
def logged(with_cpus):
    """The valid team, in production with confidential data, with a log of its endpoint and perhaps monitors of it."""

    def team(*checks, log=None, own=None, kept=True, job=JOB, more=None, **section):
        changes = {f"{ENDPOINT}.log": log or {}} if kept else {}
        changes |= {"serving.model_health": job} if job else {}
        if checks:
            found = {"reference": "reference/", "schedule": SCHEDULE, "checks": list(checks), **section}
            found |= {"log": own} if own else {}
            changes[f"{ENDPOINT}.monitors"] = found
        return with_cpus(changes={**changes, **(more or {})})

    return team


@pytest.mark.parametrize("check", checks_of("request_log", Team))
def test_a_log_with_all_that_it_needs_passes_and_so_does_none(valid, says, logged, check):
    assert says(check, logged(DRIFT, feedback=True)) == []
    assert says(check, valid.team()) == []
    assert says(check, valid.team({"serving": valid.absent})) == []


@pytest.mark.parametrize("section", ["registry", "monitoring"])
def test_a_log_needs_a_key_and_somebody_who_hears(valid, says, logged, section):
    [found] = says(inference_logs_have_what_they_need, logged(more={section: valid.absent}))
    assert found.startswith(f"`paved:{section}` is required with `log` of endpoints: ")


def test_a_log_needs_the_image_that_collects(says, logged):
    [found] = says(inference_logs_have_what_they_need, logged(job=None))
    assert found == "`serving.model_health` is required with `log` of endpoints: it names the image"


def test_a_name_is_redacted_once(says, logged):
    found = says(names_to_redact_are_named_once, logged(log={"redact": ["email", "Email"], "mask": ["card"]}))
    assert len(found) == 1 and "serving.endpoints[0].log.redact" in found[0]


def test_monitors_without_any_log_are_told_of_both(says, logged):
    team = logged(DRIFT, kept=False)
    assert says(monitors_read_a_log_that_is_kept, team) == [
        "`serving.endpoints[0].monitors.log` is required, or `log: {}` of the endpoint `defect-detector`, "
        "which keeps one"
    ]


def test_feedback_needs_the_log_that_it_comes_with(says, logged):
    team = logged(DRIFT, kept=False, feedback=True, labels="l/")
    assert [each.split("` ", 1)[1][:5] for each in says(monitors_read_a_log_that_is_kept, team)[1:]] == [
        "needs",
        "is in",
    ]


def test_labels_may_come_as_feedback(says, logged):
    clicks = {**DRIFT, "kind": "performance", "metric": "f1", "threshold": 0.5}
    assert says(a_monitor_has_the_data_of_its_kind, logged(clicks, feedback=True)) == []
    [found] = says(a_monitor_has_the_data_of_its_kind, logged(clicks))
    assert found.startswith("`serving.endpoints[0].monitors.labels` is required, or `feedback`")


@pytest.mark.parametrize(("hours", "refused"), [(184 * 24 - 48, False), (184 * 24 - 47, True)])
def test_a_monitor_looks_back_no_further_than_the_log_goes(says, logged, hours, refused):
    checks = {**DRIFT, "window_hours": 48, "delay_hours": min(hours, 2160)}
    team = logged(checks)
    days = request_log_days(team.environment, team.data_class)
    found = says(monitors_read_a_log_that_is_kept, team)
    assert bool(found) == (48 + checks["delay_hours"] > days * 24)


def test_in_dev_a_month_is_all_there_is(says, logged):
    late = {**DRIFT, "window_hours": 24, "delay_hours": 700}
    [found] = says(monitors_read_a_log_that_is_kept, logged(late, more={"environment": "dev"}))
    assert "looks back 724 hours" in found and "kept for 30 days (720 hours)" in found


def test_a_monitor_of_what_is_redacted_is_refused(says, logged):
    looks = {**DRIFT, "features": ["Income", "age"]}
    [found] = says(monitors_read_a_log_that_is_kept, logged(looks, log={"redact": ["income"]}))
    assert found.endswith("has `Income`, which `log.redact` takes out of the log")


def test_a_log_of_ones_own_is_not_held_to_our_days(says, logged):
    late = {**DRIFT, "window_hours": 24, "delay_hours": 700}
    team = logged(late, own="inference/", more={"environment": "dev"})
    assert says(monitors_read_a_log_that_is_kept, team) == []


def test_every_class_of_data_has_its_days():
    for data_class, days in REQUEST_LOG_DAYS.items():
        assert request_log_days("prod", data_class) == days
        assert request_log_days("dev", data_class) <= request_log_days("staging", data_class) <= days


@pytest.mark.parametrize("name", ["inference-log", "inference-log-2"])
def test_no_endpoint_is_named_as_what_belongs_to_the_log(valid, says, logged, name):
    [found] = says(logged_endpoints_have_names_of_their_own, logged(more={f"{ENDPOINT}.name": name}))
    assert found.startswith("`serving.endpoints[0].name` must be another beside `log` of endpoints")
    assert found.endswith(f"got `{name}`")
    unlogged = valid.team({f"{ENDPOINT}.name": name})
    assert says(logged_endpoints_have_names_of_their_own, unlogged) == []
