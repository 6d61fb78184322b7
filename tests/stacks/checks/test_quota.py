import pytest

from stacks.checks.quota import (
    a_team_lends_what_it_has,
    every_pool_is_used,
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


def test_a_pool_that_nothing_uses_is_refused(valid, says):
    assert says(every_pool_is_used, valid.team({"training.quota": [{"pool": "l40s", "gpus": 8}]})) == [
        "`training.pools[0].name` is `h100`, which no quota and no endpoint uses: add one to `training.quota`"
    ]


def test_a_team_lends_no_more_than_it_has(valid, says):
    assert says(a_team_lends_what_it_has, valid.team({"training.quota.1.lend_gpus": 8})) == []
    assert says(a_team_lends_what_it_has, valid.team({"training.quota.1.lend_gpus": 9})) == [
        "`training.quota[1].lend_gpus` must be at most the 8 `gpus` of the entry, got 9"
    ]
