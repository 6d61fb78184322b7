"""Incidents, from alerts that fired in Prometheus, from Alertmanager, or from PagerDuty."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from paved.errors import BadInput
from paved.files import read_json
from paved.operations.exports import INCIDENT_SEVERITIES
from paved.operations.organisation import PLATFORM, OrganisationFacts, StackFacts
from paved.operations.pagerduty_page import pagerduty_entries
from paved.operations.period import STEP_SECONDS, Period, moment_of
from paved.operations.range_export import ExportedSeries

STEP = timedelta(seconds=STEP_SECONDS)
PAUSE = 3 * STEP
"""Silence after which an alert of the same subject is another incident. A shorter one is a scrape that was missed."""

NEVER = datetime.max.replace(tzinfo=UTC)
"""The end of what goes on."""


@dataclass(frozen=True, kw_only=True)
class Incident:
    """One incident: an unbroken time in which alerts of one subject fired. `end` is None while it goes on.

    `subject` is an endpoint as `<stack>.<endpoint>`, or the alert. `stack` is that of the team, or the platform.
    `key` is PagerDuty's id of it, empty elsewhere.
    """

    subject: str
    alerts: tuple[str, ...]
    severity: str
    tier: str
    team: str
    stack: str
    start: datetime
    end: datetime | None
    key: str = ""

    @property
    def duration(self) -> timedelta | None:
        """The time until it was restored; None while it goes on."""
        return self.end - self.start if self.end else None

    @property
    def is_page(self) -> bool:
        """Whether somebody was woken."""
        return self.severity in ("page", "critical", "high")


@dataclass(frozen=True, kw_only=True)
class FiringAlert:
    """One alert over an unbroken time; `end` is None while it fires."""

    labels: Mapping[str, str]
    start: datetime
    end: datetime | None


def firings(series: Iterable[ExportedSeries], period: Period, last_step: int) -> Iterator[FiringAlert]:
    """The unbroken times of each alert's series, to within a step. `last_step` is the last that was seen.

    An alert that fires in the first step began before the month, nobody knows when.
    """
    for each in series:
        steps = sorted(step for step, value in each.values.items() if value > 0)
        for first, last in _unbroken(steps):
            yield FiringAlert(
                labels=each.labels,
                start=period.moment(first - 1) if first > 1 else period.start - STEP,
                end=period.moment(last) if last < last_step else None,
            )


def _unbroken(steps: Sequence[int]) -> Iterator[tuple[int, int]]:
    allowed = PAUSE // STEP
    first = before = None
    for step in steps:
        if first is None or before is None:
            first = step
        elif step - before > allowed:
            yield first, before
            first = step
        before = step
    if first is not None and before is not None:
        yield first, before


def read_alertmanager(path: Path) -> list[FiringAlert]:
    """Alerts as `GET /api/v2/alerts` of Alertmanager answers. Raises BadInput for a file that is none."""
    entries = read_json(path)
    if not isinstance(entries, list):
        raise BadInput(f"`{path}` must be a list of alerts, as `GET /api/v2/alerts` of Alertmanager answers")
    return [_of_alertmanager(f"`{path}`, alert {n + 1}", entry) for n, entry in enumerate(entries)]


def _of_alertmanager(where: str, entry: Any) -> FiringAlert:
    labels = entry.get("labels") if isinstance(entry, dict) else None
    if not isinstance(labels, dict) or not labels.get("alertname"):
        raise BadInput(f"{where}: must have `labels` with an `alertname`")
    start, end = moment_of(where, entry, "startsAt"), moment_of(where, entry, "endsAt")
    # Alertmanager sets the end of an alert that still fires to when it gives it up without another word.
    is_over = end <= moment_of(where, entry, "updatedAt")
    return FiringAlert(labels=labels, start=start, end=end if is_over else None)


def incidents(
    alerts: Iterable[FiringAlert], organisation: OrganisationFacts, platform: str
) -> tuple[Incident, ...]:
    """The incidents of a platform and of the teams on it: alerts of one subject that overlap are one."""
    by_subject: dict[tuple[str, str], list[FiringAlert]] = defaultdict(list)
    for alert in alerts:
        if alert.labels.get("severity") in INCIDENT_SEVERITIES:
            by_subject[_subject(alert.labels)].append(alert)
    found: list[Incident] = []
    for (subject, _), of_subject in by_subject.items():
        for together in _overlapping(of_subject):
            found.append(_incident(subject, together, organisation, platform))
    return tuple(sorted(found, key=lambda incident: (incident.start, incident.subject)))


def _subject(labels: Mapping[str, str]) -> tuple[str, str]:
    """An endpoint, whichever of its alerts fires; else the alert, in its namespace."""
    service = labels.get("sloth_service", "")
    return (service, "") if service else (labels.get("alertname", ""), labels.get("namespace", ""))


def _overlapping(alerts: Iterable[FiringAlert]) -> Iterator[list[FiringAlert]]:
    together: list[FiringAlert] = []
    until = NEVER
    for alert in sorted(alerts, key=lambda each: each.start):
        if together and alert.start - until > PAUSE:
            yield together
            together = []
        end = alert.end or NEVER
        until = max(until, end) if together else end
        together.append(alert)
    if together:
        yield together


def _incident(
    subject: str, alerts: Sequence[FiringAlert], organisation: OrganisationFacts, platform: str
) -> Incident:
    labels = alerts[0].labels
    ends = [alert.end for alert in alerts]
    stack, tier = _place(subject, labels, organisation)
    return Incident(
        subject=subject,
        alerts=tuple(sorted({alert.labels["alertname"] for alert in alerts})),
        severity=min((alert.labels["severity"] for alert in alerts), key=_urgency),
        tier=tier,
        team=stack.team if stack else labels.get("team", "") or organisation.stacks[platform].team,
        stack=stack.name if stack else platform,
        start=min(alert.start for alert in alerts),
        end=None if None in ends else max(end for end in ends if end),
    )


def _place(
    subject: str, labels: Mapping[str, str], organisation: OrganisationFacts
) -> tuple[StackFacts | None, str]:
    """The team's stack and the tier of an endpoint; of another alert the stack of its namespace, and no tier."""
    endpoint = organisation.endpoint(subject)
    if endpoint:
        stack, name = endpoint
        return stack, str(stack.tiers[name])
    tier = labels.get("tier", "")
    return organisation.team_stack(labels.get("namespace", "")), tier or PLATFORM


def _urgency(severity: str) -> int:
    order = ("page", "critical", "page-in-hours")
    return order.index(severity)


def read_pagerduty(path: Path, organisation: OrganisationFacts) -> tuple[Incident, ...]:
    """Incidents as `GET /incidents` of PagerDuty answers. Raises BadInput for a file that is none.

    A service that bears the name of an endpoint, `<stack>.<endpoint>`, tells its stack and tier; any other incident
    belongs to the team whose stack files name its escalation policy.
    """
    entries = pagerduty_entries(path, "incidents")
    found = [
        _of_pagerduty(f"`{path}`, incident {n + 1}", each, organisation) for n, each in enumerate(entries)
    ]
    return tuple(sorted(found, key=lambda incident: (incident.start, incident.subject)))


def _of_pagerduty(where: str, entry: Any, organisation: OrganisationFacts) -> Incident:
    if not isinstance(entry, dict) or entry.get("status") not in ("triggered", "acknowledged", "resolved"):
        raise BadInput(f"{where}: must have a `status`: triggered, acknowledged or resolved")
    service = _summary(where, entry, "service")
    endpoint = organisation.endpoint(service)
    team = organisation.team_of_escalation(_summary(where, entry, "escalation_policy"))
    is_over = entry["status"] == "resolved"
    # Older answers have no `resolved_at`; of an incident that is resolved the last change of status was that.
    ended = "resolved_at" if entry.get("resolved_at") else "last_status_change_at"
    return Incident(
        subject=service,
        alerts=(str(entry.get("title") or entry.get("summary") or ""),),
        severity=str(entry.get("urgency", "high")),
        tier=str(endpoint[0].tiers[endpoint[1]]) if endpoint else "not stated",
        team=endpoint[0].team if endpoint else team or "",
        stack=endpoint[0].name if endpoint else "",
        start=moment_of(where, entry, "created_at"),
        end=moment_of(where, entry, ended) if is_over else None,
        key=str(entry.get("id", "")),
    )


def _summary(where: str, entry: Mapping[str, Any], key: str) -> str:
    named = entry.get(key)
    if not isinstance(named, dict) or not isinstance(named.get("summary"), str):
        raise BadInput(f"{where}: `{key}` must be a reference with a `summary`")
    return str(named["summary"])
