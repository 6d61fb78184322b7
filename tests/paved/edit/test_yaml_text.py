"""A value set in a YAML text changes that value alone, whatever the layout around it."""

import difflib

import pytest
import yaml

from paved.edit.scalar_text import of_text, text_of
from paved.edit.yaml_text import with_value
from paved.errors import BadInput
from tests.conftest import STACKS

TEXT = """\
# First.
config:
  paved:owner:   # who
    team: "vision"
    chat: '#ml'    # where

  # The pools.
  paved:training:
    pools:
    - name: a   # no indent
      types: [x, y]
      # How many.
      most: 8

    - {name: b, most: 4}
    notes:
      - one
      # two is better
      - two

  # Money.
  paved:budget:
    usd: 10
"""


def changed(path, value, text=TEXT):
    """The lines that go and come."""
    new = with_value(text, ("config", *path), value)
    lines = difflib.ndiff(text.split("\n"), new.split("\n"))
    return new, [line for line in lines if line[0] in "+-"]


@pytest.mark.parametrize(
    ("path", "value", "lines"),
    [
        (("paved:owner", "team"), '"search"', ['-     team: "vision"', '+     team: "search"']),
        (("paved:owner", "chat"), '"#a"', ["-     chat: '#ml'    # where", '+     chat: "#a"    # where']),
        (("paved:training", "pools", 0, "most"), "16", ["-       most: 8", "+       most: 16"]),
        (("paved:training", "pools", 0, "types"), "[z]", ["-       types: [x, y]", "+       types: [z]"]),
        (
            ("paved:training", "pools", 1, "most"),
            "5",
            ["-     - {name: b, most: 4}", "+     - {name: b, most: 5}"],
        ),
        (
            ("paved:training", "pools", 1, "efa"),
            "true",
            ["-     - {name: b, most: 4}", "+     - {name: b, most: 4, efa: true}"],
        ),
        (("paved:training", "pools", 0, "efa"), "true", ["+       efa: true"]),
        (("paved:owner", "email"), "a@b.c", ["+     email: a@b.c"]),
        (("paved:budget", "freeze", "percent"), "110", ["+     freeze:", "+       percent: 110"]),
        (("paved:tracking", "size"), "small", ["+   paved:tracking:", "+     size: small"]),
    ],
)
def test_only_the_lines_of_the_value_change(path, value, lines):
    new, found = changed(path, value)
    assert [line for line in found if line.strip() != "+"] == lines
    at = yaml.safe_load(new)["config"]
    for step in path:
        at = at[step]
    assert at == yaml.safe_load(value)


def test_a_new_key_stands_above_the_comment_of_what_follows():
    new, _ = changed(("paved:owner", "email"), "a@b.c")
    assert "    chat: '#ml'    # where\n    email: a@b.c\n\n  # The pools.\n" in new


def test_a_list_with_a_comment_within_is_not_replaced():
    with pytest.raises(BadInput, match="comments within it"):
        changed(("paved:training", "notes"), "[three]")


@pytest.mark.parametrize("end", ["", "\n", "\n\n# the end\n"])
def test_the_last_line_may_end_in_any_way(end):
    text = TEXT.rstrip("\n") + end
    new, found = changed(("paved:budget", "more"), "1", text)
    assert yaml.safe_load(new)["config"]["paved:budget"] == {"usd": 10, "more": 1}
    assert [line for line in found if "more" in line] == ["+     more: 1"]


@pytest.mark.parametrize("path", sorted(STACKS.glob("Pulumi.*.yaml")), ids=lambda path: path.stem)
def test_every_scalar_of_a_sample_can_be_set_to_what_it_is(path):
    text = path.read_text(encoding="utf-8")
    for keys in _scalars(yaml.safe_load(text)["config"], ("config",)):
        root = yaml.safe_load(text)
        for step in keys:
            root = root[step]
        new = with_value(text, keys, text_of(root))
        assert yaml.safe_load(new) == yaml.safe_load(text)
        assert sum(line[0] in "+-" for line in difflib.ndiff(text.split("\n"), new.split("\n"))) in (
            0,
            2,
            3,
            4,
        )


def _scalars(value, path):
    items = value.items() if isinstance(value, dict) else enumerate(value)
    for key, inner in items:
        if isinstance(inner, dict | list):
            yield from list(_scalars(inner, (*path, key)))[:3]
        else:
            yield (*path, key)


@pytest.mark.parametrize(
    "text",
    ["a: b", "a #b", "- a", "yes", "0x1F", "1e3", "2026-12-01", "{a}", "[a", "'", '"', "a\nb", "\ufeff", "", " a", "~",
     "null", "*a", "&a", "!a", "%a", "@a", "`a", "12:30:45", "é", "\u2028", "<<", "=", "a\\b"],
)  # fmt: skip
def test_a_text_is_read_back_as_it_was_in_a_line_and_in_brackets(text):
    assert yaml.safe_load(f"a: {of_text(text)}") == {"a": text}
    assert yaml.safe_load(f"a: {text_of([text, {text or 'k': text}])}") == {"a": [text, {text or "k": text}]}
