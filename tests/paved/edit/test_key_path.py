"""A key is found by place or name, and one that is none is told with the nearest."""

import pytest

from paved.edit.key_path import found_path, near_key, typed_path
from paved.errors import BadInput

POOLS = {"training": {"pools": [{"name": "h100", "max_gpus": 8}, {"name": "l4", "max_gpus": 4}]}}


@pytest.mark.parametrize("key", ["training.pools[1].max_gpus", "paved:training.pools[l4].max_gpus"])
def test_an_item_is_named_by_place_or_by_name(key):
    assert found_path("team", typed_path(key), POOLS) == ("training", "pools", 1, "max_gpus")


def test_a_key_that_the_file_leaves_out_is_found_in_the_model():
    assert found_path("team", typed_path("budget.freeze.percent"), {}) == ("budget", "freeze", "percent")


def test_the_only_item_of_a_list_needs_no_name():
    only = {"training": {"pools": POOLS["training"]["pools"][:1]}}
    assert found_path("team", typed_path("training.pools.efa"), only) == ("training", "pools", 0, "efa")


@pytest.mark.parametrize(
    ("key", "says"),
    [
        ("training.pools[0].max_gpu", "did you mean `max_gpus`"),
        ("training.pools[l5].max_gpus", "has no item `l5`: it has h100, l4"),
        ("training.pools[7].max_gpus", "there is no \\[7\\]"),
        ("training.pools.max_gpus", "is a list: name an item"),
        ("trainin", "did you mean `training`"),
        ("owner.team.x", "has no keys below it"),
        ("owner[0]", "is no list"),
    ],
)
def test_a_key_that_is_none_is_told(key, says):
    with pytest.raises(BadInput, match=says):
        found_path("team", typed_path(key), {**POOLS, "owner": {"team": "a"}})


@pytest.mark.parametrize(
    "key",
    [
        "",
        ".",
        "a..b",
        "../x",
        "a/b",
        "a b",
        "A",
        "a[",
        "a]",
        "a[]",
        "a[b]c",
        "a\nb",
        "a" * 400,
        "__class__",
        "a: b",
    ],
)
def test_a_text_that_is_no_key_is_refused(key):
    with pytest.raises(BadInput, match="is no key"):
        typed_path(key)


@pytest.mark.parametrize(
    ("typed", "near"),
    [("budgt", "`budget`"), ("training.pool.max_gpus", "`training.pools.max_gpus`"), ("zzzzzz", "")],
)
def test_the_nearest_of_all_keys_is_named(typed, near):
    assert near in near_key(typed)
    assert near or not near_key(typed)
