"""The advisories that nobody fails for are owned, reasoned, and end."""

from pathlib import Path

import pytest

from paved.dependencies.advisories import parse_advisories, read_advisories
from paved.errors import BadInput

ROOT = Path(__file__).parents[3]
ENTRY = """
  - id: GHSA-abcd-1234-wxyz
    package: jinja2
    owner: platform
    reason: The sandbox it is about is not used here.
    expires: 2027-01-31
"""


def written(tmp_path, text):
    path = tmp_path / "advisories.yaml"
    path.write_text(text, encoding="utf-8")
    return path


def test_the_file_of_this_repository_can_be_read():
    assert isinstance(read_advisories(ROOT / ".ci" / "advisories.yaml"), tuple)


def test_an_entry_names_package_owner_reason_and_last_day(tmp_path):
    (entry,) = read_advisories(written(tmp_path, f"schema_version: 1\nignored:{ENTRY}"))
    assert (entry.id, entry.package, entry.owner, str(entry.expires)) == (
        "GHSA-abcd-1234-wxyz",
        "jinja2",
        "platform",
        "2027-01-31",
    )


@pytest.mark.parametrize("key", ["id", "package", "owner", "reason", "expires"])
def test_an_entry_without_one_of_its_keys_is_refused(tmp_path, key):
    entry = "\n".join(
        f"    {line.lstrip(' -')}"
        for line in ENTRY.strip().splitlines()
        if not line.lstrip(" -").startswith(key)
    )
    text = f"schema_version: 1\nignored:\n  - {entry.lstrip()}\n"
    with pytest.raises(BadInput, match=rf"`ignored\[0\]\.{key}`: Field required"):
        read_advisories(written(tmp_path, text))


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("", "`the file`"),
        ("schema_version: 1", "`ignored`: Field required"),
        ("schema_version: 1\nignored: [{id: x}]", "`ignored[0].id`"),
        ("schema_version: 1\nignored: []\nignore: []", "`ignore`"),
        ("schema_version: 1\nignored: [", "is not YAML"),
        (f"schema_version: 1\nignored:{ENTRY}{ENTRY}", "stands twice"),
    ],
)
def test_a_file_that_says_something_else_is_refused(tmp_path, text, said):
    with pytest.raises(BadInput) as refused:
        read_advisories(written(tmp_path, text))
    assert said in str(refused.value)


def test_a_file_that_is_not_there_is_refused(tmp_path):
    with pytest.raises(BadInput, match=r"advisories\.yaml: cannot be read"):
        read_advisories(tmp_path / "advisories.yaml")


def test_every_mistake_is_told_at_once():
    with pytest.raises(BadInput) as refused:
        parse_advisories({"schema_version": 2, "ignored": [{"id": "CVE-2026-1"}]}, "f.yaml")
    assert len(str(refused.value).splitlines()) == 5
