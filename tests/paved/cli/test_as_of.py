"""`--as-of` is a day of the calendar: given, from the environment, or today in UTC."""

from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from paved.cli.as_of import as_of_date
from paved.errors import BadInput
from tests.conftest import STACKS


@given(st.dates())
def test_a_date_is_read_as_it_is_written(day):
    assert as_of_date(day.isoformat()) == day


def test_the_default_is_today_in_utc():
    assert abs(as_of_date(None) - datetime.now(UTC).date()) <= timedelta(days=1)


@pytest.mark.parametrize(
    "text",
    ["", "today", "20261121", "2026-W47-6", "2026-02-30", "26-11-21", "2026-11-21T00:00", "\uff12026-11-21"],
)
def test_another_text_is_refused_with_what_was_found(text):
    with pytest.raises(BadInput) as refused:
        as_of_date(text)
    assert f"got `{text}`" in str(refused.value)
    assert "2026-11-21" in refused.value.hint


@pytest.mark.parametrize(
    "command", [["validate"], ["plan", "risk-prod"], ["rehearse"], ["render", "risk-prod", "--out", "x"]]
)
def test_every_verb_that_runs_the_rules_takes_it(command, paved):
    answer = paved(*command, "--as-of", "tomorrow")
    assert "\nexit 2\n" in answer
    assert "got `tomorrow`" in answer


@pytest.mark.parametrize("verb", ["validate", "plan"])
def test_the_environment_gives_it_and_the_option_wins(verb, paved, monkeypatch):
    monkeypatch.setenv("PAVED_AS_OF", "yesterday")
    assert "got `yesterday`" in paved(verb, *(["--all"] if verb == "plan" else []))
    assert "got `never`" in paved(verb, *(["--all"] if verb == "plan" else []), "--as-of", "never")


def test_the_folder_and_the_planner_know_the_day():
    from paved.plan.planner import Planner

    assert Planner.of_folder(STACKS, as_of=date(2026, 11, 21)).as_of == date(2026, 11, 21)
    assert Planner.of_folder(STACKS).as_of is None
