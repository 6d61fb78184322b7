"""Rules between a platform's grants and the teams that use them."""

from dataclasses import replace
from datetime import date

import pytest

from stacks.checks.grants import (
    granted_quota_is_of_a_pool,
    grants_are_to_teams_of_the_platform,
    quotas_stay_within_their_grants,
    shared_zones_are_the_foundations,
    training_has_a_queue,
    who_borrows_a_grant_finds_a_lender,
)
from stacks.schema import Team
from tests.stacks.checks.registered import checks_of

POOL = {
    "name": "rack",
    "instance_types": ["g6e.48xlarge"],
    "zone": "use1-az4",
    "capacity": ["on-demand"],
    "nodes": 2,
    "grants": [
        {"stack": "vision-prod", "gpus": 8, "until": "2026-12-15"},
        {"stack": "search-prod", "gpus": 8},
    ],
}


@pytest.fixture
def organisation(valid):
    """Two teams on a platform with one pool that both may use."""

    def make(pool=(), vision=(), search=(), as_of=None):
        platform = valid.platform({"pools": [{**POOL, **dict(pool)}]})
        entry = {"pool": "rack", "gpus": 8}
        first = valid.team({"training.granted": [{**entry, **dict(vision)}]})
        other = valid.team({"owner.team": "search", "training.granted": [{**entry, **dict(search)}]})
        made = valid.organisation(platform_prod=platform, vision_prod=first, search_prod=other)
        return replace(made, as_of=date.fromisoformat(as_of) if as_of else None)

    return make


@pytest.mark.parametrize("check", checks_of("grants"))
def test_good_grants_pass(organisation, says, check):
    assert says(check, organisation(as_of="2026-12-15")) == []
    assert says(check, organisation(vision={"lend_gpus": 4}, search={"borrow_gpus": 4})) == []


@pytest.mark.parametrize("check", checks_of("grants", Team))
def test_a_team_without_a_grant_passes(valid, says, check):
    assert says(check, valid.team()) == []
    assert says(check, valid.team({"training": valid.absent, "serving": valid.absent})) == []


def test_a_queue_has_a_quota(valid, says):
    bare = valid.team({"training": {}})
    assert says(training_has_a_queue, bare) == [
        "`paved:training` must have `quota`, of pools of the team's own, or `granted`, of the platform's"
    ]
    alone = valid.team({"training": {"granted": [{"pool": "rack", "gpus": 8}]}})
    assert says(training_has_a_queue, alone) == []


@pytest.mark.parametrize(
    ("entries", "message"),
    [
        (
            [{"pool": "rack", "gpus": 8}, {"pool": "rack", "gpus": 8}],
            "`training.granted[1].pool` is `rack`, as entry 1 of the list is: keep one",
        ),
        (
            [{"pool": "rack", "gpus": 8, "lend_gpus": 9}],
            "`training.granted[0].lend_gpus` must be at most the 8 `gpus` of the entry, got 9",
        ),
        (
            [{"pool": "rack", "gpus": 0}],
            "`training.granted[0].borrow_gpus` must be at least 1 where `gpus` is 0: the entry admits nothing",
        ),
    ],
)
def test_an_entry_that_fails_a_check_is_refused(valid, says, entries, message):
    assert says(granted_quota_is_of_a_pool, valid.team({"training.granted": entries})) == [message]


def test_a_pool_is_in_a_zone_of_the_foundation(organisation, says):
    assert says(shared_zones_are_the_foundations, organisation({"zone": "use1-az1"})) == [
        "platform-prod: `pools[0].zone` must be a zone of `foundation-prod`, `use1-az2`, `use1-az4` or `use1-az6`, "
        "got use1-az1"
    ]


def test_a_grant_is_to_a_team_of_the_platform(organisation, says):
    grants = [{"stack": "vison-prod", "gpus": 8}, {"stack": "platform-prod", "gpus": 8}]
    first, second = says(grants_are_to_teams_of_the_platform, organisation({"grants": grants}))
    assert first == (
        "platform-prod: `pools[0].grants[0].stack` is `vison-prod`, which is no team stack of this platform; did "
        "you mean `vision-prod`?"
    )
    assert second.startswith(
        "platform-prod: `pools[0].grants[1].stack` is `platform-prod`, which is no team stack"
    )


def test_a_grant_to_a_file_that_cannot_be_read_is_not_judged(valid, organisation, says):
    made = organisation({"grants": [{"stack": "broken-prod", "gpus": 8}]})
    check = grants_are_to_teams_of_the_platform
    assert says(check, replace(made, unreadable=frozenset({"broken-prod"}))) == []
    assert len(says(check, made)) == 1


def test_a_grant_that_is_over_is_told(organisation, says):
    assert says(grants_are_to_teams_of_the_platform, organisation(as_of="2026-12-16")) == [
        "platform-prod: `pools[0].grants[0].until` is 2026-12-15, past on 2026-12-16: take the grant out, and its "
        "entry in `vision-prod`"
    ]
    assert says(grants_are_to_teams_of_the_platform, organisation()) == []


def test_a_team_uses_a_grant_from_its_first_day_on(organisation, says):
    grants = [{"stack": "vision-prod", "gpus": 8, "starts": "2026-12-01"}, POOL["grants"][1]]
    early = organisation({"grants": grants}, as_of="2026-11-30")
    assert says(quotas_stay_within_their_grants, early) == [
        "vision-prod: `training.granted[0].pool` is `rack`, which `platform-prod` grants from 2026-12-01 on: add it "
        "that day, the queue would have it with the next deploy"
    ]
    assert says(grants_are_to_teams_of_the_platform, early) == []
    for as_of in ("2026-12-01", None):
        assert says(quotas_stay_within_their_grants, organisation({"grants": grants}, as_of=as_of)) == []


def test_a_team_uses_no_more_than_it_was_granted(organisation, says):
    assert says(quotas_stay_within_their_grants, organisation(vision={"gpus": 9})) == [
        "vision-prod: `training.granted[0].gpus` must be at most the 8 that `platform-prod` grants, got 9"
    ]


def test_a_team_uses_what_it_was_granted(organisation, says):
    assert says(quotas_stay_within_their_grants, organisation(vision={"pool": "rock"})) == [
        "vision-prod: `training.granted[0].pool` is `rock`, which `platform-prod` does not grant to `vision-prod`; "
        "did you mean `rack`?"
    ]
    others = organisation({"grants": POOL["grants"][1:]})
    assert says(quotas_stay_within_their_grants, others) == [
        "vision-prod: `training.granted[0].pool` is `rack`, which `platform-prod` does not grant to `vision-prod`: "
        "ask its owner for an entry in the pool's `grants`"
    ]


def test_who_borrows_finds_a_lender_of_the_pool(organisation, says):
    check = who_borrows_a_grant_finds_a_lender
    assert says(check, organisation(vision={"lend_gpus": 4}, search={"borrow_gpus": 5})) == [
        "search-prod: `training.granted[0].borrow_gpus` must be at most what other teams lend of `rack`, 4 "
        "(vision-prod 4), got 5"
    ]
    guest = {"gpus": 0, "borrow_gpus": 8}
    assert says(check, organisation(search=guest)) == []
    assert says(check, organisation(vision=guest, search=guest)) == [
        f"{name}: `training.granted[0].borrow_gpus` must be at most what other teams lend of `rack`, 0 ({other} 0), "
        "got 8"
        for name, other in (("search-prod", "vision-prod"), ("vision-prod", "search-prod"))
    ]


def test_a_file_that_cannot_be_read_may_lend(organisation, says):
    made = replace(
        organisation(vision={"lend_gpus": 4}, search={"borrow_gpus": 5}), unreadable=frozenset({"ads-prod"})
    )
    assert says(who_borrows_a_grant_finds_a_lender, made) == []
