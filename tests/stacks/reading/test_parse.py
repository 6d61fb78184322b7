"""Sections become a stack, whoever hands them over."""

import json

import pytest

from stacks.checks import stack_problems
from stacks.reading.file_text import DEEPEST, LONGEST_LINE
from stacks.reading.parse import CREDENTIAL, is_below, parse, parsed
from stacks.reading.problems import ConfigError, at
from stacks.schema.base import MistakenValue

KEY = "a key holds a character that a reader cannot see, or a credential"


def said(valid, section, value):
    sections = {**valid.sections("vision-prod"), section: json.dumps(value)}
    with pytest.raises(ConfigError) as caught:
        parse("vision-prod", sections, stack_problems)
    return [problem.message for problem in caught.value.problems]


def nested(levels):
    return {"a": nested(levels - 1)} if levels else 1


def test_valid_sections_are_the_stack_of_the_file(valid):
    assert parse("vision-prod", valid.sections("vision-prod"), stack_problems) == valid.team()


def test_the_checks_that_are_given_are_asked_of_the_typed_stack(valid):
    asked = []

    def checks(name, stack):
        asked.append((name, stack))
        return [at("budget", says="is too large"), at("owner", "team", says="is unheard of")]

    with pytest.raises(ConfigError) as caught:
        parse("vision-prod", valid.sections("vision-prod"), checks)
    assert asked == [("vision-prod", valid.team())]
    assert str(caught.value) == "`paved:budget` is too large\n`owner.team` is unheard of"


def test_checks_see_no_value_that_the_model_refuses(valid):
    sections = valid.sections("vision-prod", {"residency": "moon", "training.pools.0.max_gpus": "lots"})

    def checks(name, stack):
        assert stack.training.pools[0].capacity == ("on-demand",)
        for section, field in ((stack, "residency"), (stack.training.pools[0], "max_gpus")):
            with pytest.raises(MistakenValue, match=f"`{field}` of "):
                getattr(section, field)
        return [at("budget", says="is too large"), at("residency", says="is far")]

    with pytest.raises(ConfigError) as caught:
        parse("vision-prod", sections, checks)
    paths = [problem.path for problem in caught.value.problems]
    assert paths == [("residency",), ("training", "pools", 0, "max_gpus"), ("budget",)]


def test_a_mistaken_value_is_none_of_its_default(valid):
    for change in ({"security": "high"}, {"usage": []}, {"retraining": 5}):
        (key,) = change
        found = parsed("vision-prod", valid.sections("vision-prod", change), lambda *_: [])
        with pytest.raises(MistakenValue):
            getattr(found.stack, key)


def test_all_but_the_mistakes_is_as_in_the_whole_stack(valid):
    found = parsed("vision-prod", valid.sections("vision-prod", {"residency": 5}), lambda *_: [])
    whole = valid.team()
    for name in type(whole).model_fields.keys() - {"residency"}:
        assert getattr(found.stack, name) == getattr(whole, name), name


@pytest.mark.parametrize("kind", ["moon", 5, [], {}, None])
def test_of_a_stack_of_no_kind_nothing_is_readable(valid, kind):
    found = parsed(
        "vision-prod", valid.sections("vision-prod", {"kind": kind}), lambda *_: pytest.fail("was asked")
    )
    assert found.stack is None
    assert found.problems


def test_a_text_may_be_so_long_and_no_longer(valid):
    (message,) = said(valid, "platform", "a" * (LONGEST_LINE + 1))
    assert message == "`paved:platform` has 1001 characters, at most 1000 are read"
    (message,) = said(valid, "platform", "a" * LONGEST_LINE)
    assert message.startswith("`paved:platform` must be the name of a stack")


def test_nesting_may_be_so_deep_and_no_deeper(valid):
    assert said(valid, "registry", nested(DEEPEST)) == [f"`registry.a` is nested more than {DEEPEST} deep"]
    (message,) = said(valid, "registry", nested(DEEPEST - 1))
    assert message.startswith("`registry.a` is not a setting of `paved:registry`")


@pytest.mark.parametrize("key", ["AKIAIOSFODNN7EXAMPLE", "a\u202eb", "a\nb"])
def test_a_key_that_must_not_be_shown_is_not(valid, key):
    assert said(valid, "registry", {key: 1}) == [KEY]


def test_a_key_that_names_a_credential_is_refused_whatever_it_holds(valid):
    assert said(valid, "registry", {"password": 5}) == [f"`registry.password` {CREDENTIAL}"]


def test_a_character_nobody_sees_is_named(valid):
    assert said(valid, "platform", "platform\u200d-prod") == [
        "`paved:platform` has the character U+200D ZERO WIDTH JOINER, which a reader cannot see"
    ]


def test_a_path_is_below_itself_and_what_is_around_it():
    assert is_below(("a", 0), {("a", 0)})
    assert is_below(("a", 0, "b"), {("a",)})
    assert is_below(("a",), {()})
    assert not is_below(("a",), {("a", 0), ("b",)})
