from dataclasses import replace

import pytest

from stacks.checks.queues import (
    priorities_are_in_order,
    weights_are_for_fair_sharing,
    who_borrows_finds_a_lender,
)
from stacks.schema import Platform
from tests.stacks.checks.registered import checks_of


def borrower(valid, gpus, **changes):
    """A team that has a pool of 32 H100s, is promised 8 and borrows."""
    quota = [{"pool": "h100", "gpus": 8, "borrow_gpus": gpus}]
    return valid.team({"owner.team": "search", "training.quota": quota, **changes})


@pytest.mark.parametrize("check", checks_of("queues", Platform))
def test_a_good_platform_passes(valid, says, check):
    assert says(check, valid.platform()) == []


@pytest.mark.parametrize("check", checks_of("queues"))
def test_good_stacks_pass(valid, says, check):
    assert says(check, valid.organisation()) == []
    loner = valid.team({"training": valid.absent, "serving": valid.absent})
    assert says(check, valid.organisation(vision_prod=loner)) == []


def test_priorities_read_from_the_most_urgent_down(valid, says):
    priorities = [
        {"name": name, "value": value, "description": "A class"}
        for name, value in (("high", 10), ("same", 10), ("higher", 11), ("high", -1))
    ]
    assert says(priorities_are_in_order, valid.platform({"queues.priorities": priorities})) == [
        "`queues.priorities[3].name` is `high`, as entry 1 of the list is: keep one",
        "`queues.priorities[1].value` must be less than the 10 of `high` above it, got 10",
        "`queues.priorities[2].value` must be less than the 10 of `same` above it, got 11",
    ]


def test_a_team_borrows_what_others_lend(valid, says):
    assert says(who_borrows_finds_a_lender, valid.organisation(search_prod=borrower(valid, 24))) == []
    lender = valid.team({"training.quota.0.lend_gpus": 16})
    assert (
        says(
            who_borrows_finds_a_lender,
            valid.organisation(vision_prod=lender, search_prod=borrower(valid, 16)),
        )
        == []
    )
    assert says(
        who_borrows_finds_a_lender, valid.organisation(vision_prod=lender, search_prod=borrower(valid, 17))
    ) == [
        "search-prod: `training.quota[0].borrow_gpus` must be at most the `h100` that other teams of "
        "`platform-prod` lend, 16 (vision-prod 16), got 17"
    ]


def test_a_team_whose_file_cannot_be_read_may_lend(valid, says):
    made = replace(valid.organisation(search_prod=borrower(valid, 99)), unreadable=frozenset({"ads-prod"}))
    assert says(who_borrows_finds_a_lender, made) == []


def test_a_team_does_not_borrow_from_itself(valid, says):
    alone = borrower(valid, 8, **{"owner.team": "vision"})
    assert says(who_borrows_finds_a_lender, valid.organisation(vision_prod=alone)) == [
        "vision-prod: `training.quota[0].borrow_gpus` must be at most the `h100` that other teams of "
        "`platform-prod` lend, 0 (none), got 8"
    ]


def test_two_pools_of_a_class_borrow_together(valid, says):
    changes = {
        "training.pools.1.instance_types": ["p5.4xlarge"],
        "training.quota": [
            {"pool": "h100", "gpus": 8, "borrow_gpus": 20},
            {"pool": "l40s", "gpus": 1, "borrow_gpus": 13},
        ],
    }
    organisation = valid.organisation(search_prod=borrower(valid, 0, **changes))
    (message,) = says(who_borrows_finds_a_lender, organisation)
    assert message.startswith("search-prod: `training.quota[1].borrow_gpus` must be")
    assert message.endswith("32 (vision-prod 32), got 33")


def test_other_platforms_lend_nothing(valid, says):
    organisation = valid.organisation(
        platform_other=valid.platform(), search_prod=borrower(valid, 8, platform="platform-other")
    )
    (message,) = says(who_borrows_finds_a_lender, organisation)
    assert message.endswith("`platform-other` lend, 0 (none), got 8")


def test_a_weight_is_for_fair_sharing(valid, says):
    heavy = valid.team({"training.weight": 2})
    assert says(weights_are_for_fair_sharing, valid.organisation(vision_prod=heavy)) == []
    platform = valid.platform({"queues.sharing": "first-come"})
    assert says(
        weights_are_for_fair_sharing, valid.organisation(platform_prod=platform, vision_prod=heavy)
    ) == [
        "vision-prod: `training.weight` must be 1 on `platform-prod`, whose `queues.sharing` is `first-come`, got 2"
    ]
