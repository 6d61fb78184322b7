"""Rules of reservations and their windows, each broken once."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from stacks.checks import stack_problems
from stacks.checks.reservations import (
    a_block_stands_alone,
    a_reservation_is_chosen_one_way,
    reserved_capacity_has_reservations,
    reserved_pools_fit_their_reservations,
    windows_are_not_past,
    windows_are_sold_by_aws,
)
from stacks.schema import Platform
from tests.stacks.checks.registered import checks_of

BLOCK = {
    "kind": "capacity-block",
    "id": "cr-0a1b2c3d4e5f60718",
    "instances": 4,
    "starts": "2026-12-01T11:30Z",
    "ends": "2026-12-15T11:30Z",
}
ODCR = {"kind": "on-demand", "tags": [{"key": "purpose", "value": "research"}], "instances": 2}
POOL = {
    "name": "block",
    "instance_types": ["p5.48xlarge"],
    "zone": "use1-az4",
    "capacity": ["reserved"],
    "nodes": 4,
}


@pytest.fixture
def platform(valid):
    """A platform with one pool of these reservations, which a test changes."""

    def make(*reservations, **changes):
        pool = {**POOL, "reservations": list(reservations), **changes}
        return valid.platform({"pools": [{k: v for k, v in pool.items() if v is not None}]})

    return make


@pytest.fixture
def as_of(valid, platform):
    """The organisation with those reservations, as of a day."""

    def make(day, *reservations, **changes):
        organisation = valid.organisation(platform_prod=platform(*reservations, **changes))
        return replace(organisation, as_of=date.fromisoformat(day) if day else None)

    return make


@pytest.mark.parametrize("check", checks_of("reservations", Platform))
def test_good_reservations_pass(platform, says, check):
    assert says(check, platform(BLOCK)) == []
    assert says(check, platform(ODCR, capacity=["reserved", "on-demand"], nodes=4)) == []
    assert says(check, platform(ODCR, capacity=["reserved", "spot"], nodes=None, max_gpus=64)) == []


@pytest.mark.parametrize(
    ("check", "reservations", "changes", "message"),
    [
        (
            reserved_capacity_has_reservations,
            [],
            {},
            "`pools[0].reservations` must name at least one: `capacity` has `reserved`",
        ),
        (
            reserved_capacity_has_reservations,
            [ODCR],
            {"capacity": ["on-demand"]},
            "`pools[0].capacity` must begin with `reserved`: the pool names reservations",
        ),
        (
            a_block_stands_alone,
            [BLOCK],
            {"capacity": ["reserved", "spot", "on-demand"]},
            "`pools[0].capacity` must be [reserved] alone for a Capacity Block, got `spot` or `on-demand` too: give "
            "that a pool of its own",
        ),
        (
            a_block_stands_alone,
            [BLOCK, ODCR],
            {},
            "`pools[0].reservations` must be of one kind, got `capacity-block` or `on-demand`: make two pools",
        ),
        (
            a_reservation_is_chosen_one_way,
            [{**ODCR, "id": "cr-0a1b2c3d4e5f60718"}],
            {},
            "`pools[0].reservations[0]` must be chosen either by `id` or by `tags`, got both",
        ),
        (
            a_reservation_is_chosen_one_way,
            [{"kind": "on-demand", "instances": 2}],
            {},
            "`pools[0].reservations[0]` must be chosen either by `id` or by `tags`, got neither",
        ),
        (
            a_reservation_is_chosen_one_way,
            [{**BLOCK, "owner_account": "111122223333"}],
            {},
            "`pools[0].reservations[0].owner_account` is for `tags`: an id is that of one reservation, whoever owns it",
        ),
        (
            a_reservation_is_chosen_one_way,
            [{**ODCR, "tags": [{"key": "a", "value": "b"}, {"key": "a", "value": "c"}]}],
            {},
            "`pools[0].reservations[0].tags[1].key` is `a`, as entry 1 of the list is: keep one",
        ),
        (
            a_reservation_is_chosen_one_way,
            [BLOCK, BLOCK],
            {},
            "`pools[0].reservations[1].id` is cr-0a1b2c3d4e5f60718, which another entry has: a reservation belongs to "
            "one pool",
        ),
        (
            windows_are_sold_by_aws,
            [{**BLOCK, "starts": "2026-12-16T11:30Z"}],
            {},
            "`pools[0].reservations[0].ends` must be after `starts`, 2026-12-16T11:30Z, got 2026-12-15T11:30Z",
        ),
        (
            windows_are_sold_by_aws,
            [{**BLOCK, "starts": "2026-12-15T11:30Z"}],
            {},
            "`pools[0].reservations[0].ends` must be after `starts`, 2026-12-15T11:30Z, got 2026-12-15T11:30Z",
        ),
        (
            windows_are_sold_by_aws,
            [{**ODCR, "starts": "2026-12-16T11:30Z", "ends": "2026-12-15T11:30Z"}],
            {"capacity": ["reserved", "on-demand"]},
            "`pools[0].reservations[0].ends` must be after `starts`, 2026-12-16T11:30Z, got 2026-12-15T11:30Z",
        ),
        (
            windows_are_sold_by_aws,
            [{**BLOCK, "ends": "2026-12-15T12:00Z"}],
            {},
            "`pools[0].reservations[0].ends` must be at 11:30Z, when every Capacity Block ends, got 2026-12-15T12:00Z",
        ),
        (
            windows_are_sold_by_aws,
            [{**BLOCK, "ends": "2027-12-15T11:30Z"}],
            {},
            "`pools[0].reservations[0].ends` must be at most 182 days after `starts`, 2026-12-01T11:30Z, got "
            "2027-12-15T11:30Z",
        ),
        (
            windows_are_sold_by_aws,
            [{key: value for key, value in BLOCK.items() if key != "ends"}],
            {},
            "`pools[0].reservations[0].ends` must be given for a Capacity Block, as EC2 tells it",
        ),
        (
            reserved_pools_fit_their_reservations,
            [BLOCK],
            {"nodes": 5},
            "`pools[0].nodes` must be at most the 4 instances reserved at one time, got 5",
        ),
        (
            reserved_pools_fit_their_reservations,
            [BLOCK],
            {"nodes": None, "max_gpus": 40},
            "`pools[0].max_gpus` must be at most 32, the GPUs of 4 reserved instances, got 40",
        ),
    ],
)
def test_a_reservation_that_fails_a_check_is_refused(platform, says, check, reservations, changes, message):
    assert says(check, platform(*reservations, **changes)) == [message]


def test_blocks_that_follow_each_other_are_not_added_up(platform, says):
    second = {**BLOCK, "id": "cr-0a1b2c3d4e5f60719", "starts": BLOCK["ends"], "ends": "2026-12-22T11:30Z"}
    assert says(reserved_pools_fit_their_reservations, platform(BLOCK, second, nodes=5)) != []
    beside = {**second, "starts": "2026-12-08T11:30Z"}
    assert says(reserved_pools_fit_their_reservations, platform(BLOCK, beside, nodes=8)) == []


def test_what_is_not_reserved_may_be_more(platform, says):
    more = platform(ODCR, capacity=["reserved", "on-demand"], nodes=40)
    assert says(reserved_pools_fit_their_reservations, more) == []


@pytest.mark.parametrize(
    ("day", "message"),
    [
        ("2026-12-15", None),
        (
            "2026-12-16",
            "ends` is 2026-12-15T11:30Z, past on 2026-12-16: take the reservation out, and the grants that it carried",
        ),
        ("2026-10-06", None),
        (
            "2026-10-05",
            "starts` must be within 8 weeks of 2026-10-05, as far ahead as a Capacity Block is sold, got "
            "2026-12-01T11:30Z",
        ),
        (None, None),
    ],
)
def test_a_window_is_judged_as_of_a_day(as_of, says, day, message):
    expected = [f"platform-prod: `pools[0].reservations[0].{message}"] if message else []
    assert says(windows_are_not_past, as_of(day, BLOCK)) == expected


def test_a_reservation_that_is_no_block_may_begin_later(as_of, says):
    later = {**ODCR, "starts": "2027-12-01T00:00Z"}
    assert says(windows_are_not_past, as_of("2026-12-01", later, capacity=["reserved", "on-demand"])) == []


@given(
    st.datetimes(min_value=datetime(2026, 1, 1), max_value=datetime(2030, 1, 1)),
    st.integers(min_value=1, max_value=182),
)
def test_every_block_that_aws_sells_passes(valid, start, days):
    """It ends at 11:30 UTC on the day that is nearest to the duration that was asked for."""
    starts = start.replace(second=0, microsecond=0, tzinfo=UTC)
    ends = (starts + timedelta(days=days)).replace(hour=11, minute=30)
    if ends <= starts:
        ends += timedelta(days=1)
    block = {**BLOCK, "starts": f"{starts:%Y-%m-%dT%H:%MZ}", "ends": f"{ends:%Y-%m-%dT%H:%MZ}"}
    platform = valid.platform({"pools": [{**POOL, "reservations": [block]}]})
    assert stack_problems("platform-prod", platform) == []
