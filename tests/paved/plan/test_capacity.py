"""What a plan says of the platform's pools, and of what begins or ends near the day it is made."""

from datetime import date
from pathlib import Path

import pytest

from paved.plan.capacity import NO_SHARED_CAPACITY, grant_warnings, granted, shared_capacity
from paved.plan.planner import Planner
from stacks.schema.pools import Grant

RESEARCH = Path(__file__).parents[3] / "examples" / "research"


def capacity(name, as_of=None):
    planner = Planner.of_folder(RESEARCH, as_of=date.fromisoformat(as_of) if as_of else None)
    return shared_capacity(planner, name)


def test_without_a_day_nothing_is_near():
    assert capacity("platform-research").warnings == ()
    assert capacity("research-prod").warnings == ()
    assert [name for name, _ in capacity("platform-research").rows] == ["spring-block", "rack", "evaluation"]


def test_a_stack_without_shared_pools_has_nothing_to_say(planner):
    assert shared_capacity(planner, "foundation-prod") == NO_SHARED_CAPACITY
    assert shared_capacity(planner, "vision-prod") == NO_SHARED_CAPACITY
    assert shared_capacity(planner, "platform-prod") == NO_SHARED_CAPACITY


def test_only_a_full_pool_that_stays_changes_as_its_nodes_expire():
    """`rack` may have one more on demand, `evaluation` is elastic: Karpenter replaces their nodes."""
    rows = dict(capacity("platform-research").rows)
    full = "no room to replace a node: images and settings change as nodes expire, after 336 hours"
    assert {name for name, text in rows.items() if full in text} == {"spring-block"}


def test_a_team_hears_that_granted_nodes_are_on_another_bill():
    assert [name for name, _ in capacity("research-prod").rows] == [
        "granted spring-block",
        "granted rack",
        "granted evaluation",
        "unarmed: shared",
    ]


@pytest.mark.parametrize(
    ("as_of", "told"),
    [
        ("2026-11-16", []),
        (
            "2026-11-17",
            ["reservation begins in 14 days, at 2026-12-01T11:30Z; until then there are no nodes"],
        ),
        ("2026-12-01", ["reservation begins today", "Capacity Block ends in 14 days, at 2026-12-15T11:30Z"]),
        ("2026-12-14", ["ends in 1 day, at 2026-12-15T11:30Z; Karpenter drains its nodes from 10:50Z"]),
        ("2026-12-15", ["Capacity Block ends today"]),
    ],
)
def test_two_weeks_before_a_block_begins_or_ends_both_sides_hear_of_it(as_of, told):
    for name in ("platform-research", "research-prod"):
        found = [each for each in capacity(name, as_of).warnings if "the grant" not in each]
        assert len(found) == len(told)
        assert all(part in warning for part, warning in zip(told, found, strict=True))


@pytest.mark.parametrize(
    ("as_of", "left"), [("2026-12-02", "in 13 days"), ("2026-12-14", "in 1 day;"), ("2026-12-15", "today")]
)
def test_two_weeks_before_a_grant_ends_both_sides_hear_of_it(as_of, left):
    platform = [each for each in capacity("platform-research", as_of).warnings if "the grant" in each]
    assert [each.split("`")[3] for each in platform] == ["research-prod", "speech-prod"]
    [team] = [each for each in capacity("research-prod", as_of).warnings if "the grant" in each]
    assert left in team
    assert "until the team's next deploy" in team


def test_a_grant_is_near_from_two_weeks_before_its_last_day_is_over():
    assert not [each for each in capacity("research-prod", "2026-12-01").warnings if "the grant" in each]


def test_an_on_demand_reservation_ends_in_another_price():
    [warning] = capacity("platform-research", "2027-03-20").warnings
    assert "runs on at the on-demand price" in warning


LATER = Grant(stack="vision-prod", gpus=8, starts="2026-12-15", until="2026-12-20")


def test_a_grant_is_told_with_its_first_and_its_last_day():
    assert granted((LATER,)) == "granted to vision-prod 8 from 2026-12-15 until 2026-12-20"


@pytest.mark.parametrize(
    ("as_of", "told"),
    [
        ("2026-11-30", []),
        ("2026-12-01", ["begins on 2026-12-15, in 14 days; until then"]),
        ("2026-12-14", ["begins on 2026-12-15, in 1 day;", "ends after 2026-12-20, in 6 days;"]),
        ("2026-12-15", ["ends after 2026-12-20, in 5 days;"]),
    ],
)
def test_two_weeks_before_a_grant_begins_the_platform_hears_of_it(as_of, told):
    found = list(grant_warnings("rack", "", LATER, date.fromisoformat(as_of)))
    assert len(found) == len(told)
    assert all(part in warning for part, warning in zip(told, found, strict=True))
