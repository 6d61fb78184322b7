"""Fields of the model say their type, limits, words and whether they have to be there."""

import pytest

from stacks.reading.field_schema import allowed, field_schema, is_required, limits, type_in_words


@pytest.mark.parametrize(
    ("path", "words"),
    [
        (("training", "pools", 0, "max_gpus"), "whole number"),
        (("budget", "monthly_usd"), "number"),
        (("training", "frozen"), "true or false"),
        (("training", "pools", 0, "capacity"), "list of one of these words"),
        (("training",), "mapping"),
        (("data_class",), "one of these words"),
        (("owner", "email"), "text"),
    ],
)
def test_a_type_is_told_in_words(path, words):
    assert type_in_words(field_schema("team", path)) == words


def test_limits_are_told_in_words():
    assert limits(field_schema("team", ("budget", "monthly_usd"))) == ["more than 0", "at most 100000000"]
    assert limits(field_schema("team", ("budget", "notify"))) == ["at least 1 items", "at most 10 items"]


def test_words_and_numbers_that_are_allowed_are_listed():
    assert allowed(field_schema("team", ("training", "pools", 0, "capacity"))) == ["spot", "on-demand"]
    assert allowed(field_schema("team", ("serving", "endpoints", 0, "tier"))) == ["1", "2", "3"]


def test_a_field_is_required_where_its_mapping_is():
    assert is_required("team", ("budget",))
    assert is_required("team", ("budget", "notify"))
    assert not is_required("team", ("training",))
    assert not is_required("team", ("budget", "freeze"))
