"""Actions of past incidents are read whole or refused, and told until they are done."""

import re
from datetime import date
from pathlib import Path

import pytest

from paved.cli import run
from paved.ends.ends import ends
from paved.errors import BadInput
from paved.incident.actions import FILE, overdue, read_past_incidents
from paved.incident.page import data
from tests.conftest import STACKS

GUIDE = Path(__file__).parents[3] / "docs" / "guides" / "post-incident.md"
EXAMPLE = re.search(r"```yaml\n(.*?)```", GUIDE.read_text(encoding="utf-8"), re.DOTALL)[1]
NAMES = ("vision-prod", "platform-prod")


@pytest.fixture
def read(tmp_path):
    """Read the guide's example, with texts of it replaced."""

    def make(*replaced):
        text = EXAMPLE
        for old, new in replaced:
            assert old in text
            text = text.replace(old, new)
        (tmp_path / FILE).write_text(text, encoding="utf-8")
        return read_past_incidents(tmp_path, NAMES)

    return make


@pytest.fixture
def stacks(tmp_path):
    """The sample stacks with the guide's example beside them."""
    for path in STACKS.iterdir():
        (tmp_path / path.name).write_bytes(path.read_bytes())
    (tmp_path / FILE).write_text(EXAMPLE, encoding="utf-8")
    return tmp_path


def test_the_example_of_the_guide_is_read(read):
    (incident,) = read()
    assert (incident.date, incident.stack) == (date(2026, 11, 15), "vision-prod")
    assert [action.done for action in incident.actions] == [None, date(2026, 11, 20)]


def test_a_folder_without_the_file_has_no_incidents(tmp_path):
    assert read_past_incidents(tmp_path, NAMES) == ()


def test_only_an_open_action_is_overdue_and_not_on_its_day(read):
    incidents = read()
    assert list(overdue(incidents, date(2026, 12, 1))) == []
    ((_, action),) = overdue(incidents, date(2026, 12, 2))
    assert action.what == "a second instance type in the pool"


@pytest.mark.parametrize(
    ("old", "new", "says"),
    [
        ("stack: vision-prod", "stack: vision-prd", "a stack of this folder, got `vision-prd`; did you mean"),
        ('due: "2026-12-01"', 'due: "2026-11-01"', "`actions[0].due` must not be before the incident"),
        ('done: "2026-11-20"', 'done: "2026-11-01"', "`actions[1].done` must not be before the incident"),
        ('due: "2026-12-01"', "due: soon", '`actions[0].due` must be a day as "YYYY-MM-DD"'),
        ("owner: ines", "who: ines", "`actions[0].who` is no key here"),
        ("      owner: ines\n", "", "`actions[0].owner` must be who does it"),
        ("  title: detector without replicas\n", "", "`title` must be text of 1 to 200"),
        ("  page: docs/incidents/2026-11-15-detector.md\n", "", "`page` must be the path or address"),
    ],
)
def test_a_mistake_is_refused_with_its_place(read, old, new, says):
    with pytest.raises(BadInput) as refused:
        read((old, new))
    assert says in str(refused.value)
    assert "`incidents.yaml`, line 2" in str(refused.value)


@pytest.mark.parametrize("text", ["a: 1\n", "- 5\n", "- date: [\n"])
def test_a_file_that_is_no_list_of_incidents_is_refused(tmp_path, text):
    (tmp_path / FILE).write_text(text, encoding="utf-8")
    with pytest.raises(BadInput):
        read_past_incidents(tmp_path, NAMES)


def test_an_incident_without_actions_is_refused(tmp_path):
    text = EXAMPLE[: EXAMPLE.index("  actions:")] + "  actions: []\n"
    (tmp_path / FILE).write_text(text, encoding="utf-8")
    with pytest.raises(BadInput, match="`actions` must be a list of at least one"):
        read_past_incidents(tmp_path, NAMES)


def test_the_calendar_has_what_is_open(read):
    (end,) = ends({}, (), read())
    assert (end.stack, end.at.date()) == ("vision-prod", date(2026, 12, 2))
    assert "incident of 2026-11-15: a second instance type" in end.what


def test_the_page_of_the_next_incident_shows_what_is_open(facts, lines, stacks):
    assert lines("Actions of earlier incidents that are open", stacks=stacks) == [
        "- `a second instance type in the pool`: `ines`, due 2026-12-01, of `detector without replicas` "
        "(2026-11-15, `docs/incidents/2026-11-15-detector.md`)"
    ]
    (action,) = data(facts(stacks))["open_actions"]
    assert action["what"] == "a second instance type in the pool"
    assert action["page"] == "docs/incidents/2026-11-15-detector.md"
    assert lines("Actions of earlier incidents that are open") == ["None."]


def test_validate_names_what_is_late_and_refuses_nothing_for_it(stacks, capsys):
    arguments = ["validate", "--stacks", str(stacks), "--as-of"]
    assert run([*arguments, "2026-12-01"]) == 0
    assert "overdue" not in capsys.readouterr().err
    assert run([*arguments, "2026-12-02"]) == 0
    said = "overdue: vision-prod, incident of 2026-11-15: a second instance type in the pool (ines, due 2026-12-01)"
    assert said in capsys.readouterr().err


def test_validate_refuses_a_mistake_of_the_file(stacks, capsys):
    (stacks / FILE).write_text(EXAMPLE.replace("owner: ines", "who: ines"), encoding="utf-8")
    assert run(["validate", "--stacks", str(stacks), "--as-of", "2026-12-01"]) == 2
    assert "`actions[0].who` is no key here" in capsys.readouterr().err


def test_calendar_prints_the_time_for_an_action(stacks, capsys):
    assert run(["calendar", "--stacks", str(stacks), "--as-of", "2026-11-21", "--json"]) == 0
    assert "time for an action of the incident of 2026-11-15" in capsys.readouterr().out


@pytest.mark.parametrize("key", ["what", "owner", "title"])
def test_a_credential_that_somebody_pasted_is_told_by_nobody(facts, lines, stacks, capsys, key):
    word = {
        "what": "a second instance type in the pool",
        "owner": "ines",
        "title": "detector without replicas",
    }[key]
    secret = "AKIA" + "IOSFODNN7EXAMPLE"
    (stacks / FILE).write_text(EXAMPLE.replace(word, secret), encoding="utf-8")
    section = lines("Actions of earlier incidents that are open", stacks=stacks)
    assert secret not in " ".join(section)
    assert "withheld" in section[0]
    assert secret not in str(data(facts(stacks)))
    for command in (["validate"], ["calendar"]):
        run([*command, "--stacks", str(stacks), "--as-of", "2026-12-10"])
        assert secret not in str(capsys.readouterr())


def test_text_of_a_page_is_no_markup(lines, stacks):
    wild = "[ines](https://example.com) `x` <b> @team"
    text = EXAMPLE.replace("owner: ines", f"owner: '{wild}'")
    (stacks / FILE).write_text(text, encoding="utf-8")
    (line,) = lines("Actions of earlier incidents that are open", stacks=stacks)
    assert "`[ines](https://example.com) 'x' <b> @team`" in line


def test_a_mistake_within_an_action_is_told_once(read):
    with pytest.raises(BadInput) as refused:
        read(('due: "2026-12-01"', "due: soon"))
    assert len(str(refused.value).splitlines()) == 1
