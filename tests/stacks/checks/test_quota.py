import pytest

from stacks.checks.quota import (
    a_team_lends_what_it_has,
    borrowing_fits_the_pool,
    endpoints_fit_their_pool,
    every_pool_is_used,
    gpus_of_endpoints,
    quota_fits_its_pool,
    quota_is_of_a_pool,
)
from stacks.schema import Team
from tests.stacks.checks.registered import checks_of


@pytest.mark.parametrize("check", checks_of("quota", Team))
def test_a_good_quota_and_none_pass(valid, says, check):
    assert says(check, valid.team()) == []
    assert says(check, valid.team({"training": valid.absent, "serving": valid.absent})) == []


def test_a_quota_is_of_one_pool_that_exists(valid, says):
    quota = [{"pool": "h10", "gpus": 1}, {"pool": "l40s", "gpus": 1}, {"pool": "l40s", "gpus": 2}]
    assert says(quota_is_of_a_pool, valid.team({"training.quota": quota})) == [
        "`training.quota[2].pool` is `l40s`, as entry 2 of the list is: keep one",
        "`training.quota[0].pool` must name one of `training.pools`, got `h10`; did you mean `h100`?",
    ]


def test_a_quota_is_at_most_what_its_pool_runs(valid, says):
    assert says(quota_fits_its_pool, valid.team({"training.quota.0.gpus": 33})) == [
        "`training.quota[0].gpus` must be at most what pool `h100` runs, 32, got 33"
    ]


def test_a_quota_leaves_room_for_the_endpoints(valid, says):
    assert says(quota_fits_its_pool, valid.team({"training.quota.1.gpus": 9})) == [
        "`training.quota[1].gpus` must be at most what pool `l40s` runs, 16 beside 8 of endpoints at their most, "
        "got 9"
    ]


def test_a_pool_without_quota_holds_its_endpoints(valid, says):
    changes = {"training.quota": [{"pool": "h100", "gpus": 32}], "training.pools.1.max_gpus": 4}
    assert says(endpoints_fit_their_pool, valid.team({**changes, "training.pools.1.max_gpus": 8})) == []
    assert says(endpoints_fit_their_pool, valid.team(changes)) == [
        "`training.pools[1].max_gpus` must hold the 8 GPUs of its endpoints at their most, got 4"
    ]


def test_a_pool_that_nothing_uses_is_refused(valid, says):
    assert says(every_pool_is_used, valid.team({"training.quota": [{"pool": "l40s", "gpus": 8}]})) == [
        "`training.pools[0].name` is `h100`, which no quota and no endpoint uses: add one to `training.quota`"
    ]


def test_the_gpus_of_endpoints_are_those_of_every_replica(valid):
    assert gpus_of_endpoints(valid.team({"serving.endpoints.0.resources.gpus": 2})) == {"l40s": 16}


def test_a_team_lends_no_more_than_it_has(valid, says):
    assert says(a_team_lends_what_it_has, valid.team({"training.quota.1.lend_gpus": 8})) == []
    assert says(a_team_lends_what_it_has, valid.team({"training.quota.1.lend_gpus": 9})) == [
        "`training.quota[1].lend_gpus` must be at most the 8 `gpus` of the entry, got 9"
    ]


def test_a_team_borrows_no_more_than_its_own_nodes_can_run(valid, says):
    fits = {"training.quota.0.gpus": 8, "training.quota.0.borrow_gpus": 24}
    assert says(borrowing_fits_the_pool, valid.team(fits)) == []
    assert says(borrowing_fits_the_pool, valid.team({**fits, "training.quota.0.borrow_gpus": 25})) == [
        "`training.quota[0].borrow_gpus` must be at most what pool `h100` can run beyond its quota and its "
        "endpoints, 24, since borrowed GPUs are nodes of the team's own: got 25"
    ]


def test_endpoints_leave_no_room_to_borrow(valid, says):
    changes = {"training.quota.1.borrow_gpus": 1}
    (message,) = says(borrowing_fits_the_pool, valid.team(changes))
    assert message.startswith(
        "`training.quota[1].borrow_gpus` must be at most what pool `l40s` can run beyond"
    )
    assert message.endswith(", 0, since borrowed GPUs are nodes of the team's own: got 1")


def test_a_pool_with_too_much_quota_is_not_told_twice(valid, says):
    """`quota_fits_its_pool` says it."""
    assert says(borrowing_fits_the_pool, valid.team({"training.quota.0.gpus": 40})) == []
