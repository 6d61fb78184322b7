import pytest

from reference.instances import instance_type
from stacks.checks.instances import Demand, EmptyNode, fits, places
from stacks.checks.room import room_of, what_runs_at_once_fits_its_pool

ENDPOINT = "serving.endpoints.0"
L40S = "training.pools.1"
ONE_GPU = {f"{L40S}.instance_types": ["g6e.4xlarge"]}
APART = "; endpoints take less in a pool of their own, of types with as many GPUs as a replica"


@pytest.fixture
def room(valid):
    """The room on the pool `l40s` of the valid team: what it needs, and the sum in words."""

    def ask(changes):
        team = valid.team(changes)
        found = room_of(team, team.training.pools[1])
        return found.least, found.sum

    return ask


def test_a_team_whose_pools_hold_all_passes(valid, says):
    assert says(what_runs_at_once_fits_its_pool, valid.team()) == []
    assert says(what_runs_at_once_fits_its_pool, valid.team({"training": valid.absent})) == []


def test_a_pool_holds_queue_endpoints_and_a_rollout(valid, says):
    fits = {**ONE_GPU, f"{L40S}.max_gpus": 17}
    assert says(what_runs_at_once_fits_its_pool, valid.team(fits)) == []
    assert says(what_runs_at_once_fits_its_pool, valid.team({**fits, f"{L40S}.max_gpus": 16})) == [
        "`training.pools[1].max_gpus` must be at least 17 for all that may run at once, got 16: 8 guaranteed + "
        "9 of `defect-detector` (8 replicas and 1 more in a rollout)"
    ]


def test_a_replica_beside_jobs_may_lie_alone_on_a_node(valid, says):
    assert says(what_runs_at_once_fits_its_pool, valid.team({f"{L40S}.max_gpus": 43})) == [
        "`training.pools[1].max_gpus` must be at least 44 for all that may run at once, got 43: 8 guaranteed + "
        f"36 of `defect-detector` (8 replicas and 1 more in a rollout, each alone on 4 GPUs){APART}"
    ]


def test_borrowed_gpus_are_nodes_of_the_teams_own(valid, says):
    borrows = {"training.quota.0.gpus": 8, "training.quota.0.borrow_gpus": 24}
    assert says(what_runs_at_once_fits_its_pool, valid.team(borrows)) == []
    assert says(
        what_runs_at_once_fits_its_pool, valid.team({**borrows, "training.quota.0.borrow_gpus": 25})
    ) == [
        "`training.pools[0].max_gpus` must be at least 40 for all that may run at once, got 32: 8 guaranteed + "
        "25 borrowable"
    ]


def test_the_queue_may_admit_its_whole_class_to_either_pool(room):
    two = {
        "training.pools.0.instance_types": ["g6e.12xlarge"],
        "training.quota": [{"pool": "h100", "gpus": 4, "borrow_gpus": 4}, {"pool": "l40s", "gpus": 8}],
        "serving.endpoints": [],
    }
    assert room(two) == (16, "12 guaranteed (all quotas of `l40s`) + 4 borrowable")


def test_a_pool_without_a_quota_is_for_its_endpoints(room):
    alone = {**ONE_GPU, "training.quota": [{"pool": "h100", "gpus": 32}]}
    assert room(alone) == (9, "9 of `defect-detector` (8 replicas and 1 more in a rollout)")


NO_QUOTA = {"training.quota": [{"pool": "h100", "gpus": 32}]}


@pytest.mark.parametrize(
    ("changes", "needed", "where"),
    [
        # One that finds no place finds two nodes full.
        ({f"{L40S}.instance_types": ["g6e.12xlarge"]}, 12, ", on whole nodes"),
        ({}, 9, ""),
        # Twenty vCPUs of 48: two to a node of four GPUs.
        (
            {f"{ENDPOINT}.resources.cpu": 20, f"{L40S}.instance_types": ["g6e.12xlarge"]},
            20,
            ", on whole nodes",
        ),
        # A replica of tier 1 waits for a node in another zone while there are places in this one.
        ({f"{ENDPOINT}.tier": 1}, 36, ", each alone on 4 GPUs"),
    ],
)
def test_replicas_alone_on_a_pool_fill_its_nodes(room, changes, needed, where):
    tier_2 = {**NO_QUOTA, f"{ENDPOINT}.tier": 2, **changes}
    assert room(tier_2) == (
        needed,
        f"{needed} of `defect-detector` (8 replicas and 1 more in a rollout{where})",
    )


def test_endpoints_that_are_alike_share_nodes(room, valid):
    endpoint = valid.data("vision-prod")["serving"]["endpoints"][0] | {"tier": 2}
    alike = {**NO_QUOTA, "serving.endpoints": [endpoint, {**endpoint, "name": "other"}]}
    assert room(alike) == (18, "18 of `defect-detector`, `other` (16 replicas and 2 more in a rollout)")
    larger = {**endpoint, "name": "other", "resources": {**endpoint["resources"], "gpus": 2}}
    needed, words = room({**NO_QUOTA, "serving.endpoints": [endpoint, larger]})
    assert needed == 72
    assert words.count("each alone on 4 GPUs") == 2


def test_what_fits_no_node_or_no_known_one_is_told_elsewhere(room):
    unknown = {f"{L40S}.instance_types": ["g6e.99xlarge"], **NO_QUOTA, f"{ENDPOINT}.tier": 2}
    assert room(unknown)[0] == 9
    assert room({f"{ENDPOINT}.resources.cpu": 190, **NO_QUOTA, f"{ENDPOINT}.tier": 2})[0] == 9


@pytest.mark.parametrize(
    ("resources", "found"),
    [
        ({}, 4),
        ({"cpu": 20}, 2),
        ({"memory_gib": 150}, 2),
        ({"disk_gib": 101}, 2),
        ({"disk_gib": 301}, 0),
        ({"gpus": 3}, 1),
        ({"gpus": 5}, 0),
        ({"gpus": 0}, 5),
    ],
)
def test_the_scarcest_thing_says_how_many_pods_a_node_holds(resources, found):
    demand = Demand(**{"gpus": 1, "cpu": 8, "memory_gib": 32, "disk_gib": 50, **resources})
    node = EmptyNode(kind=instance_type("g6e.12xlarge"), disk_gib=300)
    assert places(demand, node) == found
    assert fits(demand, node) == bool(found)
