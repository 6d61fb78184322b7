"""`paved calendar` lists what ends, as text, data or a calendar, and one of them at a time."""

import json
import shutil

import pytest

from paved.cli import run
from tests.conftest import STACKS


def test_the_calendar_of_the_samples_reads_as_reviewed(paved, golden):
    golden("cli/calendar.txt", paved("calendar", "--as-of", "2026-11-30"))


def test_data_and_calendar_tell_the_same(capsys):
    assert run(["calendar", "--json", "--as-of", "2026-11-30"]) == 0
    data = json.loads(capsys.readouterr().out)
    assert run(["calendar", "--ics", "--as-of", "2026-11-30"]) == 0
    assert capsys.readouterr().out.count("BEGIN:VEVENT") == len(data["ends"]) > 0


def test_two_forms_are_refused(capsys):
    assert run(["calendar", "--json", "--ics"]) == 2


@pytest.mark.parametrize("broken", ["Pulumi.vision-prod.yaml", "policy.yaml"])
def test_a_file_that_cannot_be_read_is_told_and_nothing_is_left_out(broken, tmp_path, capsys):
    for path in STACKS.glob("*.yaml"):
        shutil.copy(path, tmp_path)
    (tmp_path / broken).write_text("config: [", encoding="utf-8")
    assert run(["calendar", "--stacks", str(tmp_path)]) == 2
    said = capsys.readouterr()
    assert (said.out, broken in said.err) == ("", True)
