"""Inputs remember what was taken, leaf by leaf."""

import pytest

from paved.aws.creating.inputs import Inputs
from paved.runtime.values import Secret

NESTED = {
    "name": "web",
    "ports": [80, 443],
    "tags": {"a": "1"},
    "disk": {"size": 10, "kind": "gp3"},
    "rules": [{"from": 1, "to": 2}, {"from": 3, "to": 4}],
}


def test_everything_is_unmapped_until_it_is_taken():
    assert list(Inputs(NESTED).unmapped()) == [
        "disk.kind",
        "disk.size",
        "name",
        "ports",
        "rules[0].from",
        "rules[0].to",
        "rules[1].from",
        "rules[1].to",
        "tags.a",
    ]


def test_a_block_counts_leaf_by_leaf():
    inputs = Inputs(NESTED)
    inputs.take("name")
    inputs.take("ports")
    inputs.take_map("tags")
    inputs.block("disk").take("size")
    for rule in inputs.blocks("rules"):
        rule.take("from")
    inputs.blocks("rules")[1].take("to")
    assert list(inputs.unmapped()) == ["disk.kind", "rules[0].to"]


@pytest.mark.parametrize("key", ["disk", "rules"])
def test_a_nested_value_cannot_be_taken_whole(key):
    with pytest.raises(TypeError, match=f"`{key}` is nested"):
        Inputs(NESTED).take(key)


@pytest.mark.parametrize("value", [{"a": {"b": 1}}, {"a": [1]}, "text"])
def test_a_map_holds_scalars_alone(value):
    with pytest.raises(TypeError, match="`labels` is not a map of scalars"):
        Inputs({"labels": value}).take_map("labels")


def test_a_list_of_blocks_is_no_single_block():
    with pytest.raises(TypeError, match="`rules` is a list"):
        Inputs(NESTED).block("rules")


def test_what_is_absent_or_none_reads_as_the_default():
    inputs = Inputs({"a": None})
    assert (inputs.take("a"), inputs.take("b", 3), inputs.block("c"), inputs.blocks("d")) == (
        None,
        3,
        None,
        [],
    )
    assert not list(inputs.unmapped())


def test_an_empty_list_is_an_input_too():
    inputs = Inputs({"ingress": []})
    assert list(inputs.unmapped()) == ["ingress"]
    assert inputs.blocks("ingress") == []
    assert not list(inputs.unmapped())


def test_settings_of_the_provider_itself_need_no_call():
    inputs = Inputs({"forceDestroy": True})
    inputs.leave_to_provider("forceDestroy", "skipDestroy")
    assert not list(inputs.unmapped())


def test_secrets_are_passed_on_as_what_they_hold():
    inputs = Inputs({"a": Secret("x"), "b": [Secret({"c": Secret("y")})]})
    assert inputs.take("a") == "x"
    assert inputs.blocks("b")[0].take("c") == "y"
