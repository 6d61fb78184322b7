"""RE-13 takes what the components make of a file's hours and planned work, and no more."""

from datetime import UTC, datetime

import pytest

from components.monitoring.receivers import AlertReceiversArgs, Receiver, receiver_spec
from components.monitoring.routing import route
from components.monitoring.time_intervals import Hours, Window, time_intervals
from policies.silence import silences
from policies.values import Truth, Value

HOURS = Hours(first_day="monday", last_day="friday", start="08:00", end="17:00")


def window(start, end):
    return Window(start=start, end=end, title="new drivers (ines)")


NEW_YEAR = window(datetime(2026, 12, 30, 22, 30, tzinfo=UTC), datetime(2027, 1, 1, 6, tzinfo=UTC))
TO_MIDNIGHT = window(datetime(2028, 2, 28, tzinfo=UTC), datetime(2028, 3, 1, tzinfo=UTC))


def refused(spec):
    return [each.message for each in silences(Value(spec, "spec")) if each.holds is not Truth.YES]


@pytest.mark.parametrize("takes", [["page"], ["ticket"], ["page", "page-in-hours", "ticket"]])
@pytest.mark.parametrize("hours", [None, HOURS])
@pytest.mark.parametrize("windows", [[], [NEW_YEAR], [NEW_YEAR, TO_MIDNIGHT]])
def test_receivers_with_hours_and_planned_work_are_taken(takes, hours, windows):
    args = AlertReceiversArgs(namespace="a-prod", receivers=[], hours=hours, windows=windows, labels={})
    receiver = Receiver(name="pager", kind="pagerduty", secret="pager", takes=takes)
    assert refused(receiver_spec(receiver, args)) == []


def test_mail_with_planned_work_is_taken():
    spec = {"route": route((), [NEW_YEAR]), "muteTimeIntervals": time_intervals(None, [NEW_YEAR])}
    assert refused(spec) == []


def test_planned_work_of_four_days_is_refused_however_it_is_cut():
    days = [
        window(datetime(2026, 12, n, tzinfo=UTC), datetime(2026, 12, n, 18, tzinfo=UTC)) for n in (1, 2, 3, 4)
    ]
    spec = {"route": route((), days), "muteTimeIntervals": time_intervals(None, days)}
    assert refused(spec) == ["pages are silenced for more than 3 days at a stretch"]


def test_an_interval_of_no_known_form_is_no_date():
    spec = {
        "route": {"muteTimeIntervals": ["x"]},
        "muteTimeIntervals": [{"name": "x", "timeIntervals": [{"years": 5}]}],
    }
    assert refused(spec) == ["`spec.muteTimeIntervals[0]` silences alerts at other times than on dates"]
