import pytest

from stacks.checks.retraining import (
    a_run_fits_its_nodes,
    a_run_fits_the_quota,
    a_run_fits_the_quota_that_comes_with_it,
    events_have_keda,
    priorities_are_the_platforms,
    retraining_has_what_it_needs,
    runs_name_their_teams_own,
    schedules_can_be_read,
    tracking_has_jobs_and_a_bucket,
    triggers_have_names_and_one_start,
)
from stacks.schema import Team
from tests.stacks.checks.registered import checks_of
from tests.stacks.runs import RUN, SCHEDULE

TRIGGER = {**RUN, "name": "nightly", "schedule": SCHEDULE}
PLACE = "retraining.triggers[0]"


@pytest.fixture
def team(valid):
    """The team with one trigger, of which some settings are others; None takes one away."""

    def make(stack_changes=None, **changes):
        trigger = {key: value for key, value in {**TRIGGER, **changes}.items() if value is not None}
        retraining = {"registry.repositories": ["trainer"], "retraining": {"triggers": [trigger]}}
        return valid.team({**retraining, **(stack_changes or {})})

    return make


@pytest.mark.parametrize("check", checks_of("retraining", Team))
def test_a_good_team_and_one_without_retraining_pass(valid, says, team, check):
    assert says(check, team()) == []
    assert says(check, valid.team()) == []


@pytest.mark.parametrize("check", checks_of("retraining"))
def test_good_stacks_pass(valid, says, team, check):
    assert says(check, valid.organisation(vision_prod=team())) == []


@pytest.mark.parametrize("section", ["registry", "training", "monitoring"])
def test_retraining_needs_images_a_queue_and_a_reader(valid, says, team, section):
    without = team({section: valid.absent} if section != "registry" else None)
    if section == "registry":
        without = without.model_copy(update={"registry": None})
    (said,) = says(retraining_has_what_it_needs, without)
    assert said.startswith(f"`paved:{section}` is required with `retraining`: ")


@pytest.mark.parametrize(
    ("changes", "got"),
    [
        ({"schedule": None}, "none"),
        ({"new_data": {}}, "`schedule` and `new_data`"),
        ({"schedule": None, "new_data": {}, "drift": {"endpoint": "detector"}}, "`new_data` and `drift`"),
    ],
)
def test_a_run_has_exactly_one_start(says, team, changes, got):
    assert says(triggers_have_names_and_one_start, team(**changes)) == [
        f"`{PLACE}` must have exactly one of `schedule`, `new_data` or `drift`, got {got}"
    ]


def test_triggers_have_names_of_their_own(says, team):
    twice = team({"retraining": {"triggers": [TRIGGER, TRIGGER]}})
    assert says(triggers_have_names_and_one_start, twice) == [
        "`retraining.triggers[1].name` is `nightly`, as entry 1 of the list is: keep one"
    ]


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        (
            {"repository": "trainr"},
            f"`{PLACE}.repository` must name one of `registry.repositories`, got `trainr`; did you mean `trainer`?",
        ),
        (
            {"pool": "h10"},
            f"`{PLACE}.pool` must name one of `training.pools`, got `h10`; did you mean `h100`?",
        ),
        (
            {"drift": {"endpoint": "nobody"}},
            f"`{PLACE}.drift.endpoint` must name one of `serving.endpoints`, got `nobody`",
        ),
    ],
)
def test_a_run_names_what_the_team_has(says, team, changes, said):
    assert says(runs_name_their_teams_own, team(**changes)) == [said]


def test_a_schedule_that_kubernetes_refuses_is_told(says, team):
    wrong = {"cron": "0 25 * * *", "time_zone": "Europe/Berln"}
    assert says(schedules_can_be_read, team(schedule=wrong)) == [
        f"`{PLACE}.schedule.cron` must have a hour of 0 to 23, got `25`",
        f"`{PLACE}.schedule.time_zone` must be an IANA time zone, got `Europe/Berln`; "
        "did you mean `Europe/Berlin`?",
    ]


def test_a_run_that_fits_no_node_is_told_what_the_largest_leaves(says, team):
    assert says(a_run_fits_its_nodes, team(cpu=192)) == [
        f"`{PLACE}` must fit one node of pool `h100`: the largest, p5.48xlarge, leaves 8 GPUs, 191 vCPUs, "
        "1843 GiB and 21234 GiB of disk, got 8 GPUs, 192 vCPUs, 1000 GiB and 21234 GiB of disk"
    ]
    assert says(a_run_fits_its_nodes, team(memory_gib=1844))
    assert says(a_run_fits_its_nodes, team(gpus=9))


def test_a_run_stays_within_what_the_queue_may_ever_use(says, team):
    quota = [{"pool": "h100", "gpus": 16, "borrow_gpus": 8}]
    assert says(a_run_fits_the_quota, team({"training.quota": quota}, nodes=3)) == []
    assert says(a_run_fits_the_quota, team({"training.quota": quota}, nodes=4)) == [
        f"`{PLACE}.nodes` must ask for at most what the queue may use of pool `h100`, 24 GPUs, got 32"
    ]


def test_a_run_fits_the_cpus_and_the_memory_of_its_gpus(says, team):
    """Eight GPUs come with all of a node, 192 vCPUs and 2048 GiB."""
    quota = {"training.quota": [{"pool": "h100", "gpus": 4, "borrow_gpus": 4}]}
    fits = {"nodes": 2, "gpus": 4, "cpu": 96, "memory_gib": 1024}
    assert says(a_run_fits_the_quota_that_comes_with_it, team(quota, **fits)) == []
    assert says(
        a_run_fits_the_quota_that_comes_with_it, team(quota, **{**fits, "cpu": 97, "memory_gib": 1025})
    ) == [
        f"`{PLACE}.cpu` must come to at most 192 on all nodes, what the queue has for 8 GPUs of pool `h100`, got 194",
        f"`{PLACE}.memory_gib` must come to at most 2048 on all nodes, what the queue has for 8 GPUs of pool `h100`, "
        "got 2050",
    ]


def test_a_pool_without_a_quota_runs_nothing(says, team):
    other = [{"pool": "l40s", "gpus": 1}]
    (said,) = says(a_run_fits_the_quota, team({"training.quota": other}))
    assert said.endswith("of pool `h100`, 0 GPUs, got 8")


def test_a_priority_is_one_of_the_platform(valid, says, team):
    organisation = valid.organisation(vision_prod=team(priority="urgent"))
    (said,) = says(priorities_are_the_platforms, organisation)
    assert said.startswith(f"vision-prod: `{PLACE}.priority` must be `production-retraining` or `experiment`")
    assert (
        says(priorities_are_the_platforms, valid.organisation(vision_prod=team(priority="experiment"))) == []
    )


@pytest.mark.parametrize("start", [{"new_data": {}}, {"drift": {"endpoint": "detector"}}])
def test_events_need_keda(valid, says, team, start):
    waiting = team(schedule=None, **start)
    without = valid.organisation(vision_prod=waiting, platform_prod=valid.platform({"events": valid.absent}))
    assert says(events_have_keda, without) == [
        "platform-prod: `events.keda` must be true: `nightly` of `vision-prod` starts by events"
    ]
    assert says(events_have_keda, valid.organisation(vision_prod=waiting)) == []


def test_tracking_needs_jobs_and_a_bucket(valid, says):
    team = valid.team({"tracking": {}, "registry": valid.absent, "training": valid.absent})
    assert says(tracking_has_jobs_and_a_bucket, team) == [
        "`paved:registry` is required with `tracking`: runs keep their files in its bucket of models",
        "`paved:training` is required with `tracking`: its jobs are who records",
    ]


def test_a_team_without_tracking_needs_neither(valid, says):
    team = valid.team({"registry": valid.absent, "training": valid.absent})
    assert says(tracking_has_jobs_and_a_bucket, team) == []
