import pytest

from stacks.checks.monitors import (
    a_monitor_has_the_data_of_its_kind,
    a_monitor_starts_a_retraining_of_its_endpoint,
    monitors_have_what_they_need,
    schedules_of_monitors_can_be_read,
    the_job_is_of_the_teams_own,
)
from stacks.schema import Team
from tests.stacks.checks.registered import checks_of
from tests.stacks.runs import RUN, SCHEDULE

MONITORS = "serving.endpoints.0.monitors"
AT = "`serving.endpoints[0].monitors"
DRIFT = {"name": "inputs", "kind": "data-drift", "threshold": 0.3}
JOB = {"repository": "defect-detector", "image_digest": f"sha256:{'0' * 64}", "pool": "batch"}


@pytest.fixture
def monitored(with_cpus):
    """The valid team with some monitors of its endpoint, a job of other keys, and other changes."""

    def team(*checks, job=JOB, more=None, **section):
        found = {"log": "log/", "reference": "reference/", "schedule": SCHEDULE, "checks": checks or [DRIFT]}
        found |= section
        changes = {
            MONITORS: {key: value for key, value in found.items() if value is not None},
            **({"serving.model_health": job} if job else {}),
            **(more or {}),
        }
        return with_cpus(changes=changes)

    return team


@pytest.mark.parametrize("check", checks_of("monitors", Team))
def test_monitors_with_all_that_they_need_pass_and_so_does_none(valid, says, monitored, check):
    assert says(check, monitored()) == []
    assert says(check, valid.team()) == []
    assert says(check, valid.team({"serving": valid.absent})) == []


@pytest.mark.parametrize("section", ["registry", "training", "monitoring"])
def test_monitors_need_data_a_queue_and_somebody_who_hears(valid, says, monitored, section):
    [found] = says(monitors_have_what_they_need, monitored(more={section: valid.absent}))
    assert found.startswith(f"`paved:{section}` is required with monitors of endpoints: ")


def test_monitors_need_the_image_of_their_job(says, monitored):
    found = says(monitors_have_what_they_need, monitored(job=None))
    assert found == ["`serving.model_health` is required with monitors of endpoints: it names their image"]


def test_the_image_is_in_a_repository_of_the_team(says, monitored):
    assert says(the_job_is_of_the_teams_own, monitored(job={**JOB, "repository": "defect-detectors"})) == [
        "`serving.model_health.repository` must name one of `registry.repositories`, got `defect-detectors`; "
        "did you mean `defect-detector`?"
    ]


def test_the_pool_is_one_of_cpus_with_room_for_the_job(says, monitored):
    assert says(the_job_is_of_the_teams_own, monitored(job={**JOB, "pool": "l40s"})) == [
        "`serving.model_health.pool` must name one of `training.pools` without accelerators, got `l40s`"
    ]
    small = {"training.quota.2.vcpus": 1}
    assert says(the_job_is_of_the_teams_own, monitored(job={**JOB, "cpu": 2}, more=small)) == [
        "`serving.model_health.cpu` must be at most 1 vCPUs, what the queue may use of pool `batch`, got 2"
    ]


@pytest.mark.parametrize(
    ("check", "section", "says_so"),
    [
        (DRIFT, {"reference": None}, f"{AT}.reference` is required: `inputs` compares with it"),
        (
            {"name": "x", "kind": "performance", "metric": "f1", "threshold": 0.7},
            {},
            f"{AT}.labels` is required, or `feedback`: `x` is judged by them",
        ),
        (
            {"name": "x", "kind": "skew", "threshold": 0.1},
            {},
            f"{AT}.checks[0].offline` is required with `skew`",
        ),
        ({**DRIFT, "offline": "a/"}, {}, f"{AT}.checks[0].offline` is of `skew` alone"),
        (
            {"name": "x", "kind": "language", "metric": "mae", "threshold": 0.1},
            {},
            f"{AT}.checks[0].metric` must be `refusals`, `toxicity`, `groundedness` or `judge` with `language`, "
            "got `mae`",
        ),
        (
            {"name": "x", "kind": "performance", "threshold": 0.1},
            {"labels": "labels/"},
            f"{AT}.checks[0].metric` must be `accuracy`, `f1`, `precision`, `recall`, `roc_auc`, `mae` or `rmse` "
            "with `performance`, got none",
        ),
        (
            {**DRIFT, "metric": "f1"},
            {},
            f"{AT}.checks[0].metric` must be left out with `data-drift`, got `f1`",
        ),
    ],
)
def test_a_monitor_that_could_never_tell_is_refused(says, monitored, check, section, says_so):
    assert says(a_monitor_has_the_data_of_its_kind, monitored(check, **section)) == [says_so]


def test_two_monitors_of_one_name_are_refused(says, monitored):
    [found] = says(a_monitor_has_the_data_of_its_kind, monitored(DRIFT, DRIFT))
    assert f"{AT}.checks" in found and "`inputs`" in found


def test_a_monitor_starts_a_retraining_that_waits_for_its_endpoint(valid, says, monitored):
    check = {**DRIFT, "retrain": "drifted"}
    endpoint = valid.data("vision-prod")["serving"]["endpoints"][0]["name"]
    trigger = {**RUN, "name": "drifted", "drift": {"endpoint": endpoint}}
    waits = {"retraining": {"triggers": [trigger]}}
    assert says(a_monitor_starts_a_retraining_of_its_endpoint, monitored(check, more=waits)) == []
    nightly = {"retraining": {"triggers": [{**RUN, "name": "drifted", "schedule": SCHEDULE}]}}
    for more in ({}, nightly):
        assert says(a_monitor_starts_a_retraining_of_its_endpoint, monitored(check, more=more)) == [
            f"{AT}.checks[0].retrain` must name one of `retraining.triggers` whose `drift.endpoint` is "
            f"`{endpoint}`, got `drifted`"
        ]


def test_a_time_or_a_zone_that_kubernetes_refuses_is_refused_first(says, monitored):
    found = says(
        schedules_of_monitors_can_be_read,
        monitored(schedule={"cron": "0 25 * * *", "time_zone": "Europe/Berlni"}),
    )
    assert [each.partition("` ")[0] for each in found] == [
        f"{AT}.schedule.cron",
        f"{AT}.schedule.time_zone",
    ]
    assert "Europe/Berlin" in found[1]
