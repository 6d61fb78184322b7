"""YAML of which every parser makes the same, and the refusal of all other."""

import pytest
import yaml

from stacks.checks.folder import checked_file
from stacks.reading.problems import shown

FILE = "Pulumi.vision-prod.yaml"
QUOTE = "put it in quotes"
WRITE = "write a number in decimal digits, or put text in quotes"
BOOLEANS = ("yes", "No", "ON", "Off", "y", "N", "True", "FALSE")
BASES = ("0x10", "0XfF", "0o7", "0b1", "010", "-010", "00", "012345678901")
NUMBERS = ("1_000", "1e3", "1.0e+3", "1E400", "+1", ".5", "1.", "-.5")
LONG = ("99.123456789012345678", "9007199254740993", "1" * 400)


class TestYamlThatParsersReadDifferently:
    @pytest.mark.parametrize(
        ("text", "reading"),
        [
            *((text, f"a boolean to some parsers and text to others: {QUOTE}") for text in BOOLEANS),
            *((text, f"null to some parsers and text to others: {QUOTE}") for text in ("~", "NULL", "Null")),
            *(
                (text, f"a number of base 60 in YAML 1.1: {QUOTE}")
                for text in ("22:22", "1:30", "-1:30:00.5")
            ),
            *((text, f"a date to some parsers: {QUOTE}") for text in ("2026-01-01", "2026-1-1T10:00:00Z")),
            *((text, f"not a finite number: {WRITE}") for text in (".inf", "-.INF", ".nan", ".NaN")),
            *((text, f"a number in base 2, 8 or 16 to some parsers: {WRITE}") for text in BASES),
            *((text, f"a number to some parsers and text to others: {WRITE}") for text in NUMBERS),
            *((text, f"a number with more digits than parsers keep: {WRITE}") for text in LONG),
            ("=", f"a sign with a meaning of its own in YAML 1.1: {QUOTE}"),
        ],
    )
    def test_is_refused_with_the_remedy(self, edited, complaints, text, reading):
        path = edited("vision-prod", "max: 8", f"max: {text}")
        assert complaints(path) == [
            f"{FILE}:49: `serving.endpoints[0].replicas.max` is {shown(text, limit=60)}, {reading}"
        ]

    @pytest.mark.parametrize("text", ["Yes", "22:22", "2026-01-01", "0x10", "010", "1e3", "~", "<<"])
    def test_is_text_in_quotes(self, edited, complaints, text):
        path = edited("vision-prod", "team: vision", f'team: "{text}"')
        (message,) = complaints(path)
        assert message.endswith(f'at most 30 characters, got "{text}"')

    def test_a_version_without_quotes_is_refused(self, edited, complaints):
        path = edited("foundation-prod", 'release: "2026.11"', "release: 2026.10")
        assert complaints(path) == [
            "Pulumi.foundation-prod.yaml:4: `paved:release` must be a release of the platform, quoted, "
            'such as "2026.11", got 2026.1'
        ]

    def test_a_key_set_twice_is_refused_with_both_lines(self, edited, complaints):
        path = edited("vision-prod", "team: vision\n", "team: vision\n    team: search\n")
        assert complaints(path) == [f"{FILE}:8: `owner.team` is set on line 7 and again on line 8: keep one"]

    def test_a_section_set_twice_is_refused_with_both_lines(self, edited, complaints):
        path = edited(
            "vision-prod", "  paved:residency: us\n", '  paved:residency: us\n  "paved:residency": eu\n'
        )
        assert complaints(path) == [
            f"{FILE}:17: `paved:residency` is set on line 16 and again on line 17: keep one"
        ]

    def test_anchors_aliases_merges_and_tags_are_refused(self, written, complaints):
        text = "a: &x 1\nb: *x\nc:\n  <<: {d: 1}\ne: !!str 5\nf: !!python/object/apply:os.system [ls]\n"
        found = complaints(written(f"config:\n{text.replace('a:', '  a:').splitlines()[0]}\n{text}"))
        for message in (
            "has the anchor `&x`: take it out",
            "`b` uses the alias `*x`: write the value out",
            "`c.<<` is a merge key: write the values out",
            "`e` has the tag `tag:yaml.org,2002:str`: take it out",
            "`f` has the tag `tag:yaml.org,2002:python/object/apply:os.system`: take it out",
        ):
            assert sum(message in line for line in found) >= 1, message

    def test_a_bomb_of_aliases_is_refused_at_once(self, written, complaints):
        bomb = "a: &a [x,x,x,x,x,x,x,x,x]\n" + "".join(
            f"{name}: &{name} [{','.join([f'*{before}'] * 9)}]\n"
            for before, name in zip("abcdef", "bcdefg", strict=True)
        )
        found = complaints(written(bomb))
        assert f"{FILE}:1: `a` has the anchor `&a`: take it out" in found


def test_both_parsers_of_yaml_give_one_answer(folder, monkeypatch):
    import stacks.reading.yaml_source

    fast = checked_file(folder / FILE)
    monkeypatch.setattr(stacks.reading.yaml_source, "_Loader", yaml.SafeLoader)
    slow = checked_file(folder / FILE)
    assert (slow.stack, slow.lines) == (fast.stack, fast.lines)
