from copy import deepcopy

import pytest

from stacks.checks.data import (
    a_bucket_has_one_owner_of_its_events,
    backups_are_possible,
    data_needs_a_registry,
    file_systems_are_where_efa_is,
    file_systems_have_a_size,
    last_days_are_in_the_calendar,
    links_and_mounts_have_a_source,
    links_are_apart,
    only_scratch_expires,
    regulated_data_has_the_teams_key,
    the_work_directory_is_the_teams,
    throughput_is_of_persistent_storage,
    volumes_have_names_of_their_own,
    writes_go_where_training_may_write,
    writes_stay_off_what_serves,
)
from stacks.schema import Team
from tests.stacks.checks.registered import checks_of
from tests.stacks.runs import RUN, SCHEDULE

TRAIN = {
    "name": "train",
    "deployment": "persistent",
    "storage_gib": 2400,
    "mbps_per_tib": 125,
    "zone": "use1-az4",
    "links": [{"path": "/datasets", "bucket": "datasets"}],
}
TABLES = {"name": "tables", "deployment": "scratch", "storage_gib": 1200, "zone": "use1-az4"}
IMAGES = {"name": "images", "dataset": "images"}
DATA = {"datasets": [{"name": "images"}], "file_systems": [TRAIN, TABLES], "mounts": [IMAGES]}


@pytest.fixture
def team(valid):
    """The valid team with data, and something in it or in the stack changed."""

    def make(changes=None, **stack):
        return valid.team({"data": deepcopy(DATA), **(changes or {}), **stack})

    return make


@pytest.mark.parametrize("check", checks_of("data", Team))
def test_good_data_and_none_pass(team, valid, says, check):
    assert says(check, team()) == []
    assert says(check, valid.team()) == []


def test_data_stands_on_the_registry(team, valid, says):
    assert says(data_needs_a_registry, team({"registry": valid.absent})) == [
        "`paved:data` needs `paved:registry`: its key, its buckets and the role of its `trainer`"
    ]


def test_a_claim_is_of_one_volume(team, says):
    assert says(volumes_have_names_of_their_own, team({"data.mounts.0.name": "train"})) == [
        "`data.mounts[0].name` is `train`, as a file system is called: a claim has one volume"
    ]
    assert says(volumes_have_names_of_their_own, team({"data.file_systems.1.name": "train"})) == [
        "`data.file_systems[1].name` is `train`, as entry 1 of the list is: keep one"
    ]


def test_a_size_that_fsx_does_not_have_is_refused_with_its_neighbours(team, says):
    assert says(file_systems_have_a_size, team({"data.file_systems.0.storage_gib": 3600})) == [
        "`data.file_systems[0].storage_gib` must be 1200 or a multiple of 2400, got 3600: take 2400 or 4800"
    ]


def test_throughput_is_bought_for_persistent_storage_and_for_it_alone(team, valid, says):
    missing = team({"data.file_systems.0.mbps_per_tib": valid.absent})
    assert says(throughput_is_of_persistent_storage, missing) == [
        "`data.file_systems[0].mbps_per_tib` is required where `deployment` is persistent: 125, 250, 500 or 1000"
    ]
    assert says(throughput_is_of_persistent_storage, team({"data.file_systems.1.mbps_per_tib": 125})) == [
        "`data.file_systems[1].mbps_per_tib` must be left out where `deployment` is scratch, which has "
        "200, got 125"
    ]


def test_neither_scratch_nor_what_is_linked_is_backed_up(team, says):
    both = team({"data.file_systems.0.backup_days": 7, "data.file_systems.1.backup_days": 7})
    assert says(backups_are_possible, both) == [
        "`data.file_systems[0].backup_days` must be 0 with `links`, whose data is in S3, got 7",
        "`data.file_systems[1].backup_days` must be 0 for scratch, got 7",
    ]
    alone = {"data.file_systems.0.backup_days": 7, "data.file_systems.0.links": []}
    assert says(backups_are_possible, team(alone)) == []


def test_only_scratch_has_a_last_day(team, says):
    both = team({"data.file_systems.0.expires": "2031-12-31", "data.file_systems.1.expires": "2031-12-31"})
    assert says(only_scratch_expires, both) == [
        "`data.file_systems[0].expires` is of scratch alone, got 2031-12-31 for a persistent one"
    ]


def test_a_last_day_is_one_of_the_calendar(team, says):
    assert says(last_days_are_in_the_calendar, team({"data.file_systems.1.expires": "2031-02-29"})) == [
        "`data.file_systems[1].expires` must be a day of the calendar, got 2031-02-29"
    ]
    assert says(last_days_are_in_the_calendar, team({"data.file_systems.1.expires": "2028-02-29"})) == []


def test_regulated_data_is_under_the_teams_key(team, says):
    assert says(regulated_data_has_the_teams_key, team(data_class="regulated")) == [
        "`data.file_systems[1].deployment` must be `persistent` for regulated data, which is encrypted with the "
        "team's key: scratch is not"
    ]


def test_a_file_system_is_in_the_zone_of_the_pool_with_efa(team, says):
    pinned = {"training.pools.0.efa": True, "training.pools.0.zone": "use1-az2"}
    assert says(file_systems_are_where_efa_is, team(pinned)) == [
        f"`data.file_systems[{position}].zone` must be `use1-az2`, where the pool with `efa` is, got use1-az4"
        for position in (0, 1)
    ]
    assert says(file_systems_are_where_efa_is, team({"training.pools.0.zone": "use1-az2"})) == []


@pytest.mark.parametrize(
    ("changes", "found"), [({"bucket": "models", "dataset": "images"}, "both"), ({}, "neither")]
)
def test_a_mount_shows_one_place(team, says, changes, found):
    assert says(links_and_mounts_have_a_source, team({"data.mounts.0": {"name": "images", **changes}})) == [
        f"`data.mounts[0].bucket` or `dataset` must be given, one of the two, got {found}"
    ]


def test_a_dataset_that_is_shown_is_one_that_is_used(team, says):
    assert says(links_and_mounts_have_a_source, team({"data.mounts.0.dataset": "image"})) == [
        "`data.mounts[0].dataset` must name one of `data.datasets`, got `image`; did you mean `images`?"
    ]


def test_nothing_is_written_where_training_only_reads(team, says):
    wrong = {
        "data.mounts.0.writable": True,
        "data.file_systems.0.links.0.exports": ["new"],
    }
    assert says(writes_go_where_training_may_write, team(wrong)) == [
        "`data.file_systems[0].links[0].exports` is not possible on `datasets`, which training only reads: "
        "take `models`",
        "`data.mounts[0].writable` needs `access: write` of `images` in `data.datasets`",
    ]


def test_models_and_ones_own_dataset_are_written(team, says):
    right = {
        "data.datasets.0.access": "write",
        "data.mounts.0.writable": True,
        "data.file_systems.0.links.0": {
            "path": "/out",
            "bucket": "models",
            "prefix": "scratch/out",
            "exports": ["new"],
        },
    }
    assert says(writes_go_where_training_may_write, team(right)) == []
    assert says(writes_stay_off_what_serves, team(right)) == []


@pytest.mark.parametrize("prefix", [None, "detector", "lineage", "scratchpad/a", "detector/scratch"])
def test_nothing_is_written_over_what_serves(team, says, prefix):
    link = {"path": "/out", "bucket": "models", "exports": ["new"], **({"prefix": prefix} if prefix else {})}
    assert says(writes_stay_off_what_serves, team({"data.file_systems.0.links.0": link})) == [
        "`data.file_systems[0].links[0].exports` needs a `prefix` in `candidates`, `checkpoints`, `mlflow` or "
        "`scratch`: elsewhere in `models` is what endpoints load"
    ]
    mount = {"name": "out", "bucket": "models", "writable": True, **({"prefix": prefix} if prefix else {})}
    assert len(says(writes_stay_off_what_serves, team({"data.mounts.0": mount}))) == 1


@pytest.mark.parametrize("path", ["/datasets", "/datasets/images"])
def test_directories_of_links_are_apart(team, says, path):
    links = [{"path": "/datasets", "bucket": "datasets"}, {"path": path, "bucket": "models"}]
    assert says(links_are_apart, team({"data.file_systems.0.links": links})) == [
        f"`data.file_systems[0].links[1].path` is {path}, which /datasets of another link overlaps"
    ]


@pytest.mark.parametrize(("one", "other"), [({}, {"prefix": "a"}), ({"prefix": "a"}, {"prefix": "a/b"})])
def test_no_two_links_show_one_part_of_s3(team, says, one, other):
    links = [{"path": "/one", "bucket": "models", **one}, {"path": "/other", "bucket": "models", **other}]
    assert says(links_are_apart, team({"data.file_systems.0.links": links})) == [
        "`data.file_systems[0].links[1].prefix` shows a part of S3 that the link /one shows too"
    ]


def test_neighbours_are_not_taken_for_each_other(team, says):
    links = [
        {"path": "/a", "bucket": "models", "prefix": "a"},
        {"path": "/ab", "bucket": "models", "prefix": "ab"},
        {"path": "/c", "bucket": "datasets", "prefix": "a"},
    ]
    assert says(links_are_apart, team({"data.file_systems.0.links": links})) == []


def test_an_event_is_named_once(team, says):
    assert says(links_are_apart, team({"data.file_systems.0.links.0.imports": ["new", "new"]})) == [
        "`data.file_systems[0].links[0].imports[1]` is `new`, as entry 1 of the list is: keep one"
    ]


NEW_DATA = {**RUN, "name": "new-labels", "new_data": {}}
NIGHTLY = {**RUN, "name": "new-labels", "schedule": SCHEDULE}


def test_a_bucket_whose_objects_start_runs_is_imported_by_no_link(team, says):
    starting = {"registry.repositories": ["trainer"], "retraining": {"triggers": [NEW_DATA]}}
    nightly = {**starting, "retraining": {"triggers": [NIGHTLY]}}
    [message] = says(a_bucket_has_one_owner_of_its_events, team(starting))
    assert message == (
        "`data.file_systems[0].links[0].imports` must be [], got new, changed, deleted: a bucket has one configuration "
        "of events, and that of `datasets` is for `new_data` of `new-labels`. Import by a task of FSx, or take "
        "`schedule`"
    )
    link = "data.file_systems.0.links.0"
    assert says(a_bucket_has_one_owner_of_its_events, team(nightly)) == []
    assert says(a_bucket_has_one_owner_of_its_events, team({**starting, f"{link}.imports": []})) == []
    elsewhere = {**starting, f"{link}.bucket": "models"}
    assert says(a_bucket_has_one_owner_of_its_events, team(elsewhere)) == []


@pytest.mark.parametrize(("path", "refused"), [("/work", True), ("/work/in", True), ("/workers", False)])
def test_no_link_lies_where_the_team_owns_the_directory(team, says, path, refused):
    found = says(the_work_directory_is_the_teams, team({"data.file_systems.0.links.0.path": path}))
    assert bool(found) is refused
    assert not refused or found == [
        f"`data.file_systems[0].links[0].path` is {path}, but `/work` is the team's own to write in: take another"
    ]
