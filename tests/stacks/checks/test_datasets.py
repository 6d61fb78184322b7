from copy import deepcopy
from dataclasses import replace
from datetime import date

import pytest

from stacks.checks.datasets import (
    datasets_have_names_of_their_own,
    drivers_are_installed,
    file_systems_are_in_the_foundations_zones,
    scratch_has_not_expired,
    teams_use_what_they_may,
    users_of_datasets_may_hold_them,
)
from tests.stacks.checks.registered import checks_of

IMAGES = {"name": "images", "data_class": "confidential", "owner": "vision-prod", "readers": ["search-prod"]}
STORAGE = {"drivers": ["fsx-lustre", "mountpoint-s3"], "datasets": [IMAGES]}
TABLES = {"name": "tables", "deployment": "scratch", "storage_gib": 1200, "zone": "use1-az4"}
DATA = {
    "datasets": [{"name": "images", "access": "write"}],
    "file_systems": [TABLES],
    "mounts": [{"name": "images", "dataset": "images"}],
}


@pytest.fixture
def organisation(valid):
    """A foundation with one shared dataset, its owner and one reader. Stacks are changed by name."""

    def make(**changes):
        return valid.organisation(
            foundation_prod=valid.foundation({"storage": deepcopy(STORAGE), **changes.get("foundation", {})}),
            vision_prod=valid.team({"data": deepcopy(DATA), **changes.get("owner", {})}),
            search_prod=valid.team(
                {
                    "owner.team": "search",
                    "data": {"datasets": [{"name": "images"}]},
                    **changes.get("reader", {}),
                }
            ),
        )

    return make


@pytest.mark.parametrize("check", checks_of("datasets"))
def test_good_stacks_pass(organisation, valid, says, check):
    assert says(check, organisation()) == []
    assert says(check, valid.organisation()) == []


def test_names_are_given_once(valid, says):
    twice = {"storage": {"drivers": ["fsx-lustre", "fsx-lustre"], "datasets": [IMAGES, IMAGES]}}
    assert says(datasets_have_names_of_their_own, valid.foundation(twice)) == [
        "`storage.drivers[1]` is `fsx-lustre`, as entry 1 of the list is: keep one",
        "`storage.datasets[1].name` is `images`, as entry 1 of the list is: keep one",
    ]


def test_an_owner_is_no_reader(valid, says):
    owner = {"storage": deepcopy(STORAGE), "storage.datasets.0.readers": ["vision-prod"]}
    assert says(datasets_have_names_of_their_own, valid.foundation(owner)) == [
        "`storage.datasets[0].readers` must not have `vision-prod`, the owner, which reads it anyway"
    ]


def test_a_team_of_a_lower_data_class_may_not_hold_a_dataset(organisation, says):
    low = organisation(reader={"data_class": "internal"})
    assert says(users_of_datasets_may_hold_them, low) == [
        "foundation-prod: `storage.datasets[0].readers[0]` is `search-prod`, whose data is `internal`: `images` is "
        "`confidential`"
    ]
    assert says(users_of_datasets_may_hold_them, organisation(owner={"data_class": "internal"})) == [
        "foundation-prod: `storage.datasets[0].owner` is `vision-prod`, whose data is `internal`: `images` is "
        "`confidential`"
    ]


def test_a_team_of_a_higher_data_class_may(organisation, says):
    assert says(users_of_datasets_may_hold_them, organisation(reader={"data_class": "regulated"})) == []


def test_users_stand_on_the_foundation(organisation, says):
    unknown = organisation(foundation={"storage.datasets.0.readers": ["serch-prod"]})
    assert says(users_of_datasets_may_hold_them, unknown) == [
        "foundation-prod: `storage.datasets[0].readers[0]` must name a team stack on `foundation-prod`, got "
        "`serch-prod`; did you mean `search-prod`?"
    ]


def test_a_user_whose_file_cannot_be_read_is_not_called_unknown(organisation, says):
    whole = organisation()
    others = {name: stack for name, stack in whole.stacks.items() if name != "search-prod"}
    broken = replace(whole, stacks=others, unreadable=frozenset({"search-prod"}))
    assert says(users_of_datasets_may_hold_them, broken) == []


def test_a_team_uses_datasets_that_exist_and_name_it(organisation, says):
    assert says(teams_use_what_they_may, organisation(reader={"data.datasets.0.name": "image"})) == [
        "search-prod: `data.datasets[0].name` must name a dataset of `foundation-prod`, got `image`; did you mean "
        "`images`?"
    ]
    assert says(teams_use_what_they_may, organisation(foundation={"storage.datasets.0.readers": []})) == [
        "search-prod: `data.datasets[0].name` is `images`, whose `readers` in `foundation-prod` do not name "
        "`search-prod`"
    ]


def test_a_reader_does_not_write(organisation, says):
    assert says(teams_use_what_they_may, organisation(reader={"data.datasets.0.access": "write"})) == [
        "search-prod: `data.datasets[0].access` must be `read`: `images` is written by `vision-prod`"
    ]


def test_a_volume_needs_its_driver(organisation, says):
    assert says(drivers_are_installed, organisation(foundation={"storage.drivers": []})) == [
        "vision-prod: `data.file_systems` need the driver `fsx-lustre`: add it to `storage.drivers` of "
        "`foundation-prod`",
        "vision-prod: `data.mounts` need the driver `mountpoint-s3`: add it to `storage.drivers` of "
        "`foundation-prod`",
    ]


def test_a_file_system_is_in_a_zone_of_the_foundation(organisation, says):
    elsewhere = organisation(owner={"data.file_systems.0.zone": "use1-az1"})
    assert says(file_systems_are_in_the_foundations_zones, elsewhere) == [
        "vision-prod: `data.file_systems[0].zone` must be a zone of `foundation-prod`, `use1-az2`, `use1-az4` or "
        "`use1-az6`, got use1-az1"
    ]


@pytest.mark.parametrize(("as_of", "refused"), [("2031-12-31", False), ("2032-01-01", True), (None, False)])
def test_scratch_is_refused_from_the_day_after_its_last(organisation, says, as_of, refused):
    stacks = organisation(owner={"data.file_systems.0.expires": "2031-12-31"})
    found = says(scratch_has_not_expired, replace(stacks, as_of=date.fromisoformat(as_of) if as_of else None))
    assert found == (
        [
            "vision-prod: `data.file_systems[0].expires` was 2031-12-31, and it is 2032-01-01: take `tables` out, "
            "which deletes it, or give it another day"
        ]
        if refused
        else []
    )
