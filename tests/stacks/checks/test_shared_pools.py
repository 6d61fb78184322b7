"""Rules of the platform's own pools, each broken once."""

import pytest

from stacks.checks.efa import nodes_have_efa_alike, types_have_efa
from stacks.checks.pools import a_pinned_zone_offers_the_types, a_pool_is_of_one_class, pool_types_are_known
from stacks.checks.shared_pools import (
    a_grant_ends_after_it_begins,
    a_shared_ceiling_holds_whole_nodes,
    a_shared_pool_has_one_size,
    grants_fit_their_pool,
    shared_capacity_is_in_the_order_it_is_tried,
    shared_nodes_come_alike,
    shared_pools_have_names_of_their_own,
    topology_is_of_nodes_that_stay,
)
from stacks.schema import Platform
from tests.stacks.checks.registered import checks_of

BLOCK = {
    "name": "block",
    "instance_types": ["p5.48xlarge"],
    "zone": "use1-az4",
    "capacity": ["reserved"],
    "nodes": 4,
    "efa": True,
    "topology": True,
    "reservations": [
        {
            "kind": "capacity-block",
            "id": "cr-0a1b2c3d4e5f60718",
            "instances": 4,
            "starts": "2026-12-01T11:30Z",
            "ends": "2026-12-15T11:30Z",
        }
    ],
    "grants": [{"stack": "vision-prod", "gpus": 32, "until": "2026-12-15"}],
}
ELASTIC = {
    "name": "burst",
    "instance_types": ["g6e.12xlarge"],
    "zone": "use1-az4",
    "capacity": ["spot", "on-demand"],
    "max_gpus": 16,
    "idle_minutes": 20,
}


@pytest.fixture
def platform(valid):
    """A platform with one pool, which a test changes."""

    def make(base=BLOCK, **changes):
        pool = {key: value for key, value in {**base, **changes}.items() if value is not None}
        return valid.platform({"pools": [pool]})

    return make


@pytest.mark.parametrize("check", checks_of(None, Platform))
@pytest.mark.parametrize("base", [BLOCK, ELASTIC])
def test_good_pools_pass(platform, says, check, base):
    assert says(check, platform(base)) == []


@pytest.mark.parametrize(
    ("check", "base", "changes", "message"),
    [
        (
            shared_pools_have_names_of_their_own,
            BLOCK,
            {"name": "h100"},
            "`pools[0].name` is `h100`, the flavor of all teams' own nodes: take another name",
        ),
        (
            shared_capacity_is_in_the_order_it_is_tried,
            ELASTIC,
            {"capacity": ["on-demand", "reserved"]},
            "`pools[0].capacity` must be [reserved, on-demand], the order in which capacity is tried",
        ),
        (
            shared_capacity_is_in_the_order_it_is_tried,
            ELASTIC,
            {"capacity": ["spot", "spot"]},
            "`pools[0].capacity[1]` is `spot`, as entry 1 of the list is: keep one",
        ),
        (
            a_shared_pool_has_one_size,
            BLOCK,
            {"max_gpus": 32},
            "`pools[0]` must have either `nodes`, always there, or `max_gpus`, the most jobs may start: got both",
        ),
        (
            a_shared_pool_has_one_size,
            BLOCK,
            {"nodes": None},
            "`pools[0]` must have either `nodes`, always there, or `max_gpus`, the most jobs may start: got neither",
        ),
        (
            a_shared_pool_has_one_size,
            BLOCK,
            {"idle_minutes": 5},
            "`pools[0].idle_minutes` is for a pool with `max_gpus`: these nodes stay, idle or not",
        ),
        (
            a_shared_pool_has_one_size,
            BLOCK,
            {"capacity": ["spot"]},
            "`pools[0].capacity` must not have `spot` with `nodes`: EC2 takes spot nodes back, so they do not stay",
        ),
        (
            shared_nodes_come_alike,
            ELASTIC,
            {"instance_types": ["g6e.12xlarge", "g6e.48xlarge"]},
            "`pools[0].instance_types` must have as many GPUs each, got g6e.12xlarge (4), g6e.48xlarge (8)",
        ),
        (
            a_shared_ceiling_holds_whole_nodes,
            ELASTIC,
            {"max_gpus": 2},
            "`pools[0].max_gpus` must be a multiple of 4, the GPUs of one g6e.12xlarge, got 2",
        ),
        (
            topology_is_of_nodes_that_stay,
            ELASTIC,
            {"topology": True},
            "`pools[0].topology` must have `nodes` beside it: the queue places jobs on nodes that are there, and "
            "starts none",
        ),
        (
            topology_is_of_nodes_that_stay,
            BLOCK,
            {"instance_types": ["p5.4xlarge"]},
            "`pools[0].instance_types[0]` is p5.4xlarge, of whose place in the network EC2 tells nothing: leave "
            "`topology` out",
        ),
        (
            grants_fit_their_pool,
            BLOCK,
            {"grants": [{"stack": "vision-prod", "gpus": 24}, {"stack": "search-prod", "gpus": 16}]},
            "`pools[0].grants` must add up to at most the 32 GPUs of the pool, got 40 (vision-prod 24, search-prod 16)",
        ),
        (
            a_grant_ends_after_it_begins,
            BLOCK,
            {"grants": [{"stack": "vision-prod", "gpus": 4, "starts": "2026-12-02", "until": "2026-12-01"}]},
            "`pools[0].grants[0].until` must be on or after `starts`, 2026-12-02, got 2026-12-01",
        ),
        (
            grants_fit_their_pool,
            BLOCK,
            {"grants": [{"stack": "vision-prod", "gpus": 4}, {"stack": "vision-prod", "gpus": 4}]},
            "`pools[0].grants[1].stack` is `vision-prod`, as entry 1 of the list is: keep one",
        ),
        (
            types_have_efa,
            ELASTIC,
            {"efa": True, "instance_types": ["g6e.4xlarge"]},
            "`pools[0].instance_types[0]` is g6e.4xlarge, which has no EFA: of `l40s`, ",
        ),
        (
            nodes_have_efa_alike,
            ELASTIC,
            {"efa": True, "instance_types": ["g6e.12xlarge", "g6e.48xlarge"]},
            "`pools[0].instance_types` must have the same number of EFA interfaces, got g6e.12xlarge (1), "
            "g6e.48xlarge (4)",
        ),
        (
            pool_types_are_known,
            BLOCK,
            {"instance_types": ["p5.47xlarge"]},
            "`pools[0].instance_types[0]` is p5.47xlarge, which is not a known instance type",
        ),
        (
            a_pool_is_of_one_class,
            ELASTIC,
            {"instance_types": ["g6e.12xlarge", "g6.12xlarge"]},
            "`pools[0].instance_types` must be of one accelerator class, got g6e.12xlarge (l40s), g6.12xlarge (l4)",
        ),
        (
            a_pinned_zone_offers_the_types,
            BLOCK,
            {"instance_types": ["p5en.48xlarge"]},
            "`pools[0].zone` must offer p5en.48xlarge, as `use1-az2` or `use1-az6` does, got use1-az4",
        ),
    ],
)
def test_a_pool_that_fails_a_check_is_refused(platform, says, check, base, changes, message):
    [found] = says(check, platform(base, **changes))
    assert found.startswith(message)


def test_two_pools_have_two_names(valid, says):
    twice = valid.platform({"pools": [BLOCK, {**ELASTIC, "name": "block"}]})
    assert says(shared_pools_have_names_of_their_own, twice) == [
        "`pools[1].name` is `block`, as entry 1 of the list is: keep one"
    ]


def test_grants_may_use_the_pool_up(platform, says):
    full = [{"stack": "vision-prod", "gpus": 24}, {"stack": "search-prod", "gpus": 8}]
    assert says(grants_fit_their_pool, platform(grants=full)) == []


@pytest.mark.parametrize(
    ("starts", "fits"), [("2026-12-15", False), ("2026-12-16", True), ("2026-12-17", True), (None, False)]
)
def test_one_team_has_what_another_had_before(platform, says, starts, fits):
    first = {"stack": "vision-prod", "gpus": 32, "until": "2026-12-15"}
    second = {"stack": "search-prod", "gpus": 32} | ({"starts": starts} if starts else {})
    assert (says(grants_fit_their_pool, platform(grants=[first, second])) == []) == fits
