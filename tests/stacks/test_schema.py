"""The model: strict to the letter, and of one mind with the schema that editors use."""

import json
from decimal import Decimal

import jsonschema
import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import TypeAdapter, ValidationError

from stacks.reading.editor_schema import editor_schema
from stacks.schema import Stack, Team
from tests.stacks.every_setting import OPTIONAL

MODEL = TypeAdapter(Stack)
NAMES = ("foundation-prod", "platform-prod", "vision-prod")
EDITOR = jsonschema.Draft7Validator(editor_schema())


def is_valid(data):
    try:
        MODEL.validate_json(json.dumps(data))
    except ValidationError:
        return False
    return True


def editor_accepts(data):
    return EDITOR.is_valid({"config": {f"paved:{key}": value for key, value in data.items()}})


def leaves(value, path=()):
    if isinstance(value, dict | list):
        for key, item in value.items() if isinstance(value, dict) else enumerate(value):
            yield from leaves(item, (*path, key))
    else:
        yield path, value


def replaced(data, path, value):
    copy = json.loads(json.dumps(data))
    inner = copy
    for step in path[:-1]:
        inner = inner[step]
    inner[path[-1]] = value
    return copy


@pytest.fixture(scope="module")
def complete(valid):
    """The valid stacks with every setting written out."""
    return {name: as_written(valid.stack(name, OPTIONAL[name])) for name in NAMES}


def as_written(stack):
    """A stack as data, its money as numbers."""

    def numbers(value):
        match value:
            case dict():
                return {key: numbers(item) for key, item in value.items()}
            case list() | tuple():
                return [numbers(item) for item in value]
            case Decimal():
                return float(value)
            case _:
                return value

    return numbers(stack.model_dump())


@pytest.mark.parametrize("name", NAMES)
def test_a_stack_with_every_setting_written_out_is_the_same_stack(valid, complete, name):
    assert is_valid(complete[name])
    assert editor_accepts(complete[name])
    assert MODEL.validate_json(json.dumps(complete[name])) == valid.stack(name, OPTIONAL[name])


@pytest.mark.parametrize("name", NAMES)
def test_no_text_takes_a_blank_a_line_break_or_a_lookalike(complete, name):
    texts = [(path, value) for path, value in leaves(complete[name]) if isinstance(value, str)]
    assert texts
    for path, value in texts:
        for wrong in (
            f"{value}\n",
            f" {value}",
            f"{value} ",
            f"{value}\u0660",
            f"\u0430{value}",
            f"{value}\u200d",
            "",
        ):
            assert not is_valid(replaced(complete[name], path, wrong)), (path, wrong)


@pytest.mark.parametrize("name", NAMES)
def test_no_number_takes_text_a_boolean_or_a_fraction(complete, name):
    for path, value in leaves(complete[name]):
        if isinstance(value, int) and not isinstance(value, bool):
            for wrong in (str(value), True, False, value + 0.5, float(value), [value]):
                assert not is_valid(replaced(complete[name], path, wrong)), (path, wrong)
        if isinstance(value, float):
            for wrong in (str(value), True, value + 0.00001, -value, 1e400, float("nan")):
                assert not is_valid(replaced(complete[name], path, wrong)), (path, wrong)


def test_a_switch_takes_neither_a_number_nor_text(complete):
    switches = [path for path, value in leaves(complete["vision-prod"]) if isinstance(value, bool)]
    assert switches
    for path in switches:
        for wrong in (0, 1, "true", "yes"):
            assert not is_valid(replaced(complete["vision-prod"], path, wrong)), (path, wrong)


@pytest.mark.parametrize("name", NAMES)
def test_no_mapping_takes_a_further_key(complete, name):
    def mappings(value, path=()):
        if isinstance(value, dict):
            yield path
        if isinstance(value, dict | list):
            for key, item in value.items() if isinstance(value, dict) else enumerate(value):
                yield from mappings(item, (*path, key))

    for path in mappings(complete[name]):
        assert not is_valid(replaced(complete[name], (*path, "extra"), 1)), path


@given(
    st.sampled_from(NAMES),
    st.randoms(use_true_random=False),
    st.integers(-2, 20_000) | st.sampled_from([True, "x", "a-b", "", 1.5, [], {}, [1], "10.0.0.0/8", "é"]),
)
def test_the_editor_takes_what_the_model_takes(complete, name, dice, value):
    path, _ = dice.choice(list(leaves(complete[name])))
    if path == ("kind",):
        return
    data = replaced(complete[name], path, value)
    assert editor_accepts(data) == is_valid(data), (path, value)


def test_a_typed_stack_cannot_be_changed(valid):
    team = valid.team()
    assert isinstance(team, Team)
    with pytest.raises(ValidationError, match="frozen"):
        team.budget.monthly_usd = 1
