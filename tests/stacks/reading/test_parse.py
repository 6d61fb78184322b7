"""Sections become a stack, whoever hands them over."""

import json

import pytest

from stacks.checks import stack_problems
from stacks.reading.file_text import DEEPEST, LONGEST_LINE
from stacks.reading.parse import CREDENTIAL, is_below, parse
from stacks.reading.problems import ConfigError, at

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


def test_checks_are_asked_of_no_stack_that_the_model_refuses(valid):
    sections = valid.sections("vision-prod", {"residency": "moon"})
    with pytest.raises(ConfigError, match="paved:residency"):
        parse("vision-prod", sections, lambda name, stack: pytest.fail("was asked"))


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
