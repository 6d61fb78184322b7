import pytest

from stacks.checks import stack_problems
from stacks.checks.capacity import classes_are_on_the_platform, quotas_stay_within_capacity
from stacks.checks.endpoints import gpus_come_from_a_pool
from stacks.checks.pools import pool_types_are_known
from stacks.checks.queues import who_borrows_finds_a_lender
from stacks.checks.quota import a_team_lends_what_it_has
from stacks.checks.retraining import a_run_fits_its_nodes, a_run_fits_the_quota
from stacks.checks.room import what_runs_at_once_fits_its_pool
from stacks.checks.units import (
    capacity_is_in_the_unit_of_the_class,
    ceilings_are_in_the_unit_of_the_pool,
    expected_work_is_in_the_unit_of_the_pool,
    pools_without_accelerators_have_no_efa,
    quotas_are_in_the_unit_of_the_pool,
    runs_ask_for_what_their_nodes_have,
)

CPUS = "pool `batch` has no accelerators, and is counted in vCPUs"
GPUS = "has accelerators, and is counted in GPUs"
RUN = {
    "name": "nightly",
    "repository": "defect-detector",
    "image_digest": f"sha256:{64 * 'a'}",
    "code_commit": f"git:{40 * 'b'}",
    "command": ["python3", "forecast.py"],
    "dataset": "sales/",
    "pool": "batch",
    "cpu": 15,
    "memory_gib": 56,
    "timeout_hours": 4,
    "schedule": {"cron": "30 2 * * *", "time_zone": "UTC"},
}


def of_run(**changes):
    return {"retraining": {"triggers": [RUN | changes]}}


def test_a_pool_of_cpu_nodes_and_its_quota_pass_every_check(with_cpus):
    team = with_cpus(changes=of_run(nodes=4))
    assert [each.message for each in stack_problems("vision-prod", team)] == []


@pytest.mark.parametrize(
    ("pool", "messages"),
    [
        ({"max_vcpus": None}, [f"max_vcpus` is required: {CPUS}"]),
        ({"max_gpus": 8}, [f"max_gpus` must be left out: {CPUS}, by `max_vcpus`, got 8"]),
        (
            {"max_vcpus": None, "max_gpus": 8},
            [f"max_gpus` must be left out: {CPUS}, by `max_vcpus`, got 8"],
        ),
        (
            {"instance_types": ["g6.xlarge"]},
            [f"max_vcpus` must be left out: pool `batch` {GPUS}, by `max_gpus`, got 96"],
        ),
        # Of several classes, or of none that is known, another check tells.
        ({"instance_types": ["g6.xlarge", "m7i.xlarge"]}, []),
        ({"instance_types": ["x9.huge"], "max_vcpus": None}, []),
    ],
)
def test_a_ceiling_is_in_what_the_nodes_have(with_cpus, says, pool, messages):
    found = says(ceilings_are_in_the_unit_of_the_pool, with_cpus(pool))
    assert found == [f"`training.pools[2].{message}" for message in messages]


@pytest.mark.parametrize(
    "pool", [{"max_vcpus": None}, {"max_vcpus": None, "max_gpus": 8}, {"max_gpus": 8}], ids=str
)
def test_a_ceiling_in_another_unit_is_told_once(with_cpus, pool):
    problems = [each.message for each in stack_problems("vision-prod", with_cpus(pool))]
    assert len(problems) == 1, problems


@pytest.mark.parametrize(
    ("quota", "messages"),
    [
        ({"vcpus": None}, [f"vcpus` is required: {CPUS}"]),
        ({"vcpus": None, "gpus": 4}, [f"gpus` must be left out: {CPUS}, by `vcpus`, got 4"]),
        ({"lend_gpus": 0}, [f"lend_gpus` must be left out: {CPUS}, by `lend_vcpus`, got 0"]),
        ({"borrow_gpus": 1}, [f"borrow_gpus` must be left out: {CPUS}, by `borrow_vcpus`, got 1"]),
        ({"borrow_vcpus": 16, "lend_vcpus": 0}, []),
        ({"pool": "nowhere"}, []),
    ],
)
def test_a_quota_is_in_what_the_nodes_have(with_cpus, says, quota, messages):
    found = says(quotas_are_in_the_unit_of_the_pool, with_cpus(quota=quota))
    assert found == [f"`training.quota[2].{message}" for message in messages]


def test_what_is_expected_is_in_what_the_nodes_have(with_cpus, says):
    usage = {
        "usage": {
            "pools": [{"pool": "batch", "hours": 100, "gpus": 8}],
            "runs": [{"name": "tune", "pool": "h100", "vcpus": 8, "hours": 1, "per_month": 1}],
        }
    }
    assert says(expected_work_is_in_the_unit_of_the_pool, with_cpus(changes=usage)) == [
        f"`usage.pools[0].gpus` must be left out: {CPUS}, by `vcpus`, got 8",
        f"`usage.runs[0].vcpus` must be left out: pool `h100` {GPUS}, by `gpus`, got 8",
    ]


@pytest.mark.parametrize(
    ("run", "messages"),
    [
        ({"pool": "h100"}, ["must be 1 to 16 GPUs on each node: pool `h100` has accelerators, got 0"]),
        ({"gpus": 1}, [f"must be left out: {CPUS}, by `cpu`, got 1"]),
        ({"pool": "h100", "gpus": 1}, []),
    ],
)
def test_a_run_asks_for_what_its_nodes_have(with_cpus, says, run, messages):
    found = says(runs_ask_for_what_their_nodes_have, with_cpus(changes=of_run(**run)))
    assert found == [f"`retraining.triggers[0].gpus` {message}" for message in messages]


def test_a_pool_of_cpu_nodes_has_no_efa_which_is_told_once(with_cpus, says):
    message = (
        "`training.pools[2].efa` must be left out: pool `batch` has no accelerators, and its jobs talk over TCP, "
        "got true"
    )
    team = with_cpus({"efa": True})
    assert says(pools_without_accelerators_have_no_efa, team) == [message]
    assert [each.message for each in stack_problems("vision-prod", team)] == [message]


@pytest.mark.parametrize(
    ("quota", "message"),
    [
        # Six nodes of sixteen vCPUs, of each of which pods get fifteen.
        ({"vcpus": 90}, None),
        (
            {"vcpus": 91},
            "must be at least 112 for all that may run at once, got 96: 91 guaranteed; of a m7i.4xlarge "
            "pods get 15 of 16",
        ),
        (
            {"vcpus": 80, "borrow_vcpus": 11},
            "must be at least 112 for all that may run at once, got 96: 80 guaranteed + 11 borrowable; of a "
            "m7i.4xlarge pods get 15 of 16",
        ),
    ],
)
def test_a_quota_is_at_most_what_pods_get_of_the_nodes(with_cpus, says, quota, message):
    expected = [f"`training.pools[2].max_vcpus` {message}"] if message else []
    assert says(what_runs_at_once_fits_its_pool, with_cpus(quota=quota)) == expected


def test_small_nodes_have_fewest_vcpus_for_pods(with_cpus, says):
    pool = {"instance_types": ["m7i.4xlarge", "m7i.xlarge"]}
    (found,) = says(what_runs_at_once_fits_its_pool, with_cpus(pool, {"vcpus": 90}))
    assert "must be at least 120" in found


def test_no_more_is_lent_than_is_guaranteed(with_cpus, says):
    assert says(a_team_lends_what_it_has, with_cpus(quota={"lend_vcpus": 65})) == [
        "`training.quota[2].lend_vcpus` must be at most the 64 `vcpus` of the entry, got 65"
    ]


@pytest.mark.parametrize(
    ("run", "message"),
    [
        # Six nodes of fifteen vCPUs: a pod of eight leaves seven of each to nobody.
        ({"cpu": 8, "memory_gib": 8, "nodes": 6}, None),
        (
            {"cpu": 8, "memory_gib": 8, "nodes": 8},
            ".nodes` must be at most 6: as many pods of 8 vCPUs and 8 GiB find a place on nodes of pool `batch` with "
            "96 vCPUs together, got 8",
        ),
        (
            {"cpu": 16},
            "` must fit one node of pool `batch`: the largest, m7i.4xlarge, leaves 15 vCPUs, 57 GiB and 150 GiB of "
            "disk, got 16 vCPUs, 56 GiB and 160 GiB of disk",
        ),
    ],
)
def test_the_pods_of_a_run_find_their_nodes(with_cpus, says, run, message):
    expected = [f"`retraining.triggers[0]{message}"] if message else []
    assert says(a_run_fits_its_nodes, with_cpus(changes=of_run(**run))) == expected


def test_a_run_asks_for_no_more_vcpus_than_its_queue_has(with_cpus, says):
    assert says(a_run_fits_the_quota, with_cpus(changes=of_run(nodes=5))) == [
        "`retraining.triggers[0].nodes` must ask for at most what the queue may use of pool `batch`, 64 vCPUs, got 75"
    ]


def test_an_endpoint_runs_on_no_pool_of_cpu_nodes(with_cpus, says):
    team = with_cpus(changes={"serving.endpoints.0.resources.pool": "batch"})
    (found,) = says(gpus_come_from_a_pool, team)
    assert found.startswith(
        "`serving.endpoints[0].resources.pool` is `batch`, a pool without accelerators, which is for jobs: leave "
        "`pool` out"
    )


def test_a_platform_grants_no_nodes_without_accelerators(valid, says):
    pool = {
        "name": "cpus",
        "instance_types": ["m7i.4xlarge"],
        "zone": "use1-az4",
        "capacity": ["on-demand"],
        "max_gpus": 8,
    }
    assert says(pool_types_are_known, valid.platform({"pools": [pool]})) == [
        "`pools[0].instance_types[0]` is m7i.4xlarge, which has no accelerator: a pool without any is a team's own, in "
        "its `training.pools`"
    ]


@pytest.mark.parametrize(
    ("entry", "message"),
    [
        (
            {"accelerator": "cpu", "gpus": 64},
            "gpus` must be left out: class `cpu` has no accelerators, and is counted in vCPUs, by `vcpus`, got 64",
        ),
        (
            {"accelerator": "cpu"},
            "vcpus` is required: class `cpu` has no accelerators, and is counted in vCPUs",
        ),
        ({"accelerator": "l4", "vcpus": 4}, f"vcpus` must be left out: class `l4` {GPUS}, by `gpus`, got 4"),
        ({"accelerator": "cpu", "vcpus": 64}, None),
    ],
)
def test_capacity_is_in_what_a_class_is_counted_by(valid, says, entry, message):
    platform = valid.platform({"queues.capacity": [entry]})
    expected = [f"`queues.capacity[0].{message}"] if message else []
    assert says(capacity_is_in_the_unit_of_the_class, platform) == expected


def platform_with(valid, vcpus):
    capacity = valid.data("platform-prod")["queues"]["capacity"]
    return valid.platform({"queues.capacity": [*capacity, {"accelerator": "cpu", "vcpus": vcpus}]})


def test_a_platform_offers_the_class_of_cpu_nodes_and_enough_of_it(valid, with_cpus, says):
    without = valid.organisation(vision_prod=with_cpus())
    assert says(classes_are_on_the_platform, without) == [
        "vision-prod: `training.pools[2].instance_types` is of class `cpu`: `platform-prod` has `h100` or `l40s`"
    ]
    short = valid.organisation(vision_prod=with_cpus(), platform_prod=platform_with(valid, 63))
    assert says(quotas_stay_within_capacity, short) == [
        "platform-prod: `queues.capacity[2].vcpus` must cover the 64 `cpu` of the teams' quotas and endpoints "
        "(vision-prod 64), got 63"
    ]
    enough = valid.organisation(vision_prod=with_cpus(), platform_prod=platform_with(valid, 64))
    assert says(classes_are_on_the_platform, enough) + says(quotas_stay_within_capacity, enough) == []


def test_vcpus_are_borrowed_of_teams_that_lend_some(valid, with_cpus, says):
    alone = valid.organisation(vision_prod=with_cpus(quota={"borrow_vcpus": 8}))
    assert says(who_borrows_finds_a_lender, alone) == [
        "vision-prod: `training.quota[2].borrow_vcpus` must be at most the `cpu` that other teams of `platform-prod` "
        "lend, 0 (none), got 8"
    ]
    lent = valid.organisation(
        vision_prod=with_cpus(quota={"borrow_vcpus": 8}), ranking_prod=with_cpus(quota={"lend_vcpus": 8})
    )
    assert says(who_borrows_finds_a_lender, lent) == []
