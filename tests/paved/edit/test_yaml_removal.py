"""What is taken out of a YAML text goes with its own comments, and nothing else goes."""

import difflib

import pytest
import yaml

from paved.edit.yaml_removal import without

TEXT = """\
# First.
config:
  paved:owner:   # who
    team: vision

  # Who gets in.
  paved:access:
    members: [a, b, c]
    # Others.
    promoters: [d]

  paved:training:
    pools:
    # The first.
    - name: a
      # How many.
      most: 8   # at most
      # And no more.
    # The second.
    - {name: b, most: 4}
    notes:
      # The only one.
      - one

  # Money.
  paved:budget:
    usd: 10
"""


@pytest.mark.parametrize(
    ("path", "gone"),
    [
        (
            ("paved:access",),
            TEXT.split("\n")[4:10],
        ),
        (("paved:budget",), ["", "  # Money.", "  paved:budget:", "    usd: 10"]),
        (
            ("paved:training", "pools", 0),
            TEXT.split("\n")[13:18],
        ),
        (("paved:training", "pools", 1), ["    # The second.", "    - {name: b, most: 4}"]),
    ],
)
def test_a_key_or_an_item_goes_with_its_comments(path, gone):
    lines = difflib.ndiff(TEXT.split("\n"), without(TEXT, ("config", *path)).split("\n"))
    assert sorted(line[2:] for line in lines if line[0] in "+-") == sorted(gone)


@pytest.mark.parametrize(
    ("path", "line"),
    [
        (("paved:access", "members", 0), "members: [b, c]"),
        (("paved:access", "members", 1), "members: [a, c]"),
        (("paved:access", "members", 2), "members: [a, b]"),
        (("paved:access", "promoters", 0), "promoters: []"),
        (("paved:training", "pools", 1, "most"), "- {name: b}"),
        (("paved:training", "notes", 0), "notes: []"),
    ],
)
def test_a_list_in_brackets_stays_one_and_an_only_item_leaves_it_empty(path, line):
    after = without(TEXT, ("config", *path))
    assert line in after
    wanted = yaml.safe_load(TEXT)
    inner = wanted["config"]
    for step in path[:-1]:
        inner = inner[step]
    del inner[path[-1]]
    assert yaml.safe_load(after) == wanted


@pytest.mark.parametrize("path", [("paved:serving",), ("paved:training", "pools", 2), ("paved:a", "b")])
def test_what_is_not_there_is_not_taken_out(path):
    with pytest.raises(KeyError):
        without(TEXT, ("config", *path))
