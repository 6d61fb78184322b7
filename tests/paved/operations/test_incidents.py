"""Incidents are found again, once each, whoever tells of them."""

from datetime import timedelta

import pytest

from tests.paved.operations.world import (
    DETECTOR,
    alert,
    at,
    endpoint_alert,
    period,
    rfc3339,
    step,
)


def test_incidents_of_an_endpoint_are_one_while_any_alert_fires(report, folder):
    folder.watchdog()
    folder.export(
        "alerts",
        endpoint_alert("EndpointDown", step(9, 1), step(9, 2)),
        endpoint_alert("EndpointErrorBudgetBurnsFast", step(9, 1, 30), step(9, 3)),
        alert("KarpenterDown", "page", step(12, 4), step(12, 4, 10), team="ml-platform"),
        alert("TargetDown", "critical", 1, 5, namespace="monitoring"),
        alert("GpuHardwareError", "page", step(30, 23), period().steps, team="ml-platform"),
    )
    figures = report().figures.incidents
    assert [(each.subject, each.tier) for each in figures.begun] == [
        (DETECTOR, "1"),
        ("KarpenterDown", "platform"),
        ("GpuHardwareError", "platform"),
    ]
    detector, karpenter, _ = figures.begun
    assert (detector.start, detector.duration) == (at(9, 0, 55), timedelta(hours=2, minutes=5))
    assert karpenter.duration == timedelta(minutes=15)
    assert (figures.carried_over, figures.going_on) == (1, 1)
    assert report().summary.restore_seconds == (900, 7500)
    assert [each.subject for each in report("vision").figures.incidents.begun] == [DETECTOR]


@pytest.mark.parametrize(("pause", "found"), [(10, 1), (20, 2)])
def test_alerts_that_follow_within_a_quarter_of_an_hour_are_one_incident(report, folder, pause, found):
    folder.watchdog()
    folder.export(
        "alerts",
        endpoint_alert("EndpointDown", step(9, 1), step(9, 2)),
        endpoint_alert("EndpointErrorBudgetBurnsFast", step(9, 2, pause + 5), step(9, 3)),
    )
    assert len(report().figures.incidents.begun) == found


@pytest.mark.parametrize(("pause", "found"), [(10, 1), (20, 2)])
def test_an_alert_that_pauses_shortly_is_one_incident(report, folder, pause, found):
    folder.watchdog()
    labels, values = endpoint_alert("EndpointDown", step(9, 1), step(9, 2))
    _, more = endpoint_alert("EndpointDown", step(9, 2, pause + 5), step(9, 3))
    folder.export("alerts", (labels, values | more))
    assert len(report().figures.incidents.begun) == found


def test_no_alert_is_no_incident_only_where_somebody_looked(report, folder):
    folder.export("alerts")
    assert report("vision").summary.incidents is None
    folder.watchdog()
    assert report("vision").summary.incidents == 0
    assert report("risk").summary.incidents is None  # its platform exported nothing


def test_alertmanager_and_pagerduty_tell_of_incidents_too(report, folder):
    labels = {"alertname": "EndpointDown", "severity": "page", "sloth_service": DETECTOR}
    fired = {
        "labels": labels,
        "startsAt": rfc3339(at(3, 1)),
        "endsAt": rfc3339(at(3, 2)),
        "updatedAt": rfc3339(at(3, 2)),
    }
    firing = {**fired, "startsAt": rfc3339(at(5)), "endsAt": rfc3339(at(6)), "updatedAt": rfc3339(at(5, 23))}
    folder.write("platform-prod/alertmanager.json", [fired, firing])
    assert [each.duration for each in report().figures.incidents.begun] == [timedelta(hours=1), None]
    of_service = {"service": {"summary": DETECTOR}, "escalation_policy": {"summary": "vision-primary"}}
    other = {"service": {"summary": "door"}, "escalation_policy": {"summary": "vision-primary"}}
    incident = {
        "status": "resolved",
        "urgency": "high",
        "title": "down",
        "created_at": "2026-11-03T02:00:00+01:00",
    }
    incident |= {"resolved_at": "2026-11-03T02:30:00Z"}
    folder.write(
        "pagerduty.json", {"incidents": [{**incident, **of_service}, {**incident, **other}], "more": False}
    )
    assert [(each.tier, each.team, each.duration) for each in report().figures.incidents.begun] == [
        ("not stated", "vision", timedelta(minutes=90)),
        ("1", "vision", timedelta(minutes=90)),
    ]
