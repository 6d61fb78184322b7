"""The share of alerts that somebody acted on, from PagerDuty's incidents and the log of them."""

from datetime import timedelta

import pytest

from paved.operations.alert_quality import together
from paved.operations.alert_section import alerts_section
from tests.paved.operations.world import DETECTOR, at, rfc3339

SERVICE = {"service": {"summary": DETECTOR}, "escalation_policy": {"summary": "vision-primary"}}


def incident(key, title="[page] EndpointDown detector", day=3, status="resolved", **changes):
    over = {"resolved_at": rfc3339(at(day, 2))} if status == "resolved" else {}
    made = {"id": key, "title": title, "status": status, "urgency": "high", "created_at": rfc3339(at(day, 1))}
    return {**made, **SERVICE, **over, **changes}


def entry(key, kind="acknowledge_log_entry", agent="user_reference", minutes=5, day=3):
    when = rfc3339(at(day, 1) + timedelta(minutes=minutes))
    return {"type": kind, "created_at": when, "agent": {"type": agent}, "incident": {"id": key}}


@pytest.fixture
def quality(folder, report):
    """The figures of some incidents and entries of their log."""

    def make(incidents, entries, scope="*"):
        folder.write("pagerduty.json", {"incidents": incidents, "more": False})
        folder.write("pagerduty-log.json", {"log_entries": entries, "more": False})
        return report(scope)

    return make


def test_what_a_person_answers_is_acted_on_and_what_ends_by_itself_is_not(quality):
    incidents = [incident("A"), incident("B"), incident("C"), incident("D", status="triggered")]
    entries = [
        entry("A"),
        entry("A", "resolve_log_entry", "service_reference", minutes=60),
        entry("B", "resolve_log_entry", "service_reference", minutes=60),
        entry("C", "resolve_log_entry", minutes=30),
        entry("D", "notify_log_entry"),
    ]
    (found,) = quality(incidents, entries).figures.alert_quality
    assert found.alert == "EndpointDown"
    assert (found.answered, found.by_itself, found.open) == (2, 1, 1)
    assert found.actionable == pytest.approx(2 / 3)
    assert found.waited == (timedelta(minutes=5), timedelta(minutes=30))


def test_the_first_answer_counts_whatever_the_order_of_the_log(quality):
    entries = [entry("A", minutes=20), entry("A", minutes=4), entry("A", minutes=9)]
    (found,) = quality([incident("A")], entries).figures.alert_quality
    assert found.waited == (timedelta(minutes=4),)


def test_a_reference_of_an_entry_is_read_as_the_entry(quality):
    entries = [entry("A", "acknowledge_log_entry_reference", agent="user")]
    (found,) = quality([incident("A")], entries).figures.alert_quality
    assert found.answered == 1


def test_each_alert_has_figures_of_its_own_and_the_noisiest_is_first(quality):
    incidents = [
        incident("A"),
        incident("B", "[page] KueueDown"),
        incident("C", "[page] KueueDown"),
        incident("D", "by hand"),
    ]
    found = quality(incidents, [entry("A"), entry("D")]).figures.alert_quality
    assert [(each.alert, each.actionable) for each in found] == [
        ("KueueDown", 0.0),
        ("EndpointDown", 1.0),
        ("by hand", 1.0),
    ]
    whole = together(found)
    assert (whole.answered, whole.by_itself, whole.actionable) == (2, 2, 0.5)


def test_only_incidents_of_the_month_and_of_the_team_count(quality):
    other = {"service": {"summary": "door"}, "escalation_policy": {"summary": "risk-primary"}}
    before = incident("B", created_at="2026-10-30T01:00:00Z")
    report = quality([incident("A"), before, incident("C", **other)], [], scope="vision")
    assert [(each.alert, each.by_itself) for each in report.figures.alert_quality] == [("EndpointDown", 1)]


def test_without_the_log_nothing_is_known(folder, report):
    folder.write("pagerduty.json", {"incidents": [incident("A")], "more": False})
    scope = report()
    assert scope.figures.alert_quality is None
    assert "pagerduty-log.json" in alerts_section(scope).absent


def test_the_section_has_the_whole_before_each_alert(quality):
    (table,) = alerts_section(
        quality([incident("A"), incident("B", status="triggered")], [entry("A")])
    ).tables
    assert [row[1:] for row in table.rows] == [("1", "0", "1", "100.0 %", "5 min")] * 2
    assert table.rows[0][0] == "All"


def test_a_month_in_which_nobody_was_called_says_so(quality):
    assert alerts_section(quality([], [])).says == ("Nobody was called in the month.",)
