"""A mistake anywhere in a stack file is told: no check stumbles over what is left of the file, or of its folder."""

import re
import shutil
from datetime import date
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from stacks.checks.folder import Folder

RESEARCH = Path(__file__).parents[3] / "examples" / "research"
FILES = sorted(RESEARCH.glob("Pulumi.*.yaml"))
VALUES = ["lots", "-1", "0", "99999999", "[]", "{}", '""', "true", "3.5", "[a, b]", "{a: b}", "2026-13-01"]
SETTING = re.compile(r"(\s*(?:- )?)([\w:-]+):( .*)?")


@pytest.fixture(scope="module")
def research(tmp_path_factory):
    folder = tmp_path_factory.mktemp("research")
    for file in FILES:
        shutil.copy(file, folder)
    return folder


@settings(max_examples=60)
@given(st.data())
def test_any_setting_may_be_wrong(research, data):
    file = data.draw(st.sampled_from(FILES))
    text = file.read_text(encoding="utf-8")
    lines = text.splitlines()
    settings_of_file = [number for number, line in enumerate(lines) if SETTING.fullmatch(line)]
    number = data.draw(st.sampled_from(settings_of_file))
    start, key, value = SETTING.fullmatch(lines[number]).groups()
    wrong = [f"{start}{key}x:{value or ''}", "", *(f"{start}{key}: {each}" for each in VALUES)]
    lines[number] = data.draw(st.sampled_from(wrong))
    changed = research / file.name
    changed.write_text("\n".join(lines), encoding="utf-8")
    try:
        found = Folder.read(research, date(2026, 11, 21)).problems
        assert all("\n" not in problem.message for problem in found)
    finally:
        changed.write_text(text, encoding="utf-8")
