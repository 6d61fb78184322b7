"""The share of alerts that somebody acted on: what rings and ends by itself is noise, and makes people deaf."""

import re
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from paved.errors import BadInput
from paved.operations.incidents import Incident
from paved.operations.pagerduty_page import pagerduty_entries
from paved.operations.period import Period, moment_of

BY_PERSON = ("acknowledge_log_entry", "resolve_log_entry")
"""Entries of PagerDuty's log that answer an incident, where a person made them."""
PERSON = "user"
"""The kind of agent that is a person; a service resolves what Alertmanager says is over."""
TITLED = re.compile(r"\[[^\]]*\] (\w+)\b")
"""The title that Alertmanager gives an incident here: its severity, the alert and the endpoint."""


@dataclass(frozen=True, kw_only=True)
class AlertQuality:
    """The incidents of one alert in the month: acted on by a person, ended by themselves, and neither yet.

    `waited` are the times until the first answer, sorted.
    """

    alert: str
    answered: int
    by_itself: int
    open: int
    waited: tuple[timedelta, ...]

    @property
    def actionable(self) -> float | None:
        """The share that a person acted on, of those that are decided; None without any."""
        decided = self.answered + self.by_itself
        return self.answered / decided if decided else None


def read_answers(path: Path) -> dict[str, datetime]:
    """The moment at which a person first answered each incident, by its id, of `GET /log_entries` of PagerDuty.

    Raises BadInput for a file that is none.
    """
    found: dict[str, datetime] = {}
    for place, entry in enumerate(pagerduty_entries(path, "log_entries")):
        where = f"`{path}`, entry {place + 1}"
        if _is_answer(where, entry):
            key, moment = str(entry["incident"]["id"]), moment_of(where, entry, "created_at")
            found[key] = min(moment, found.get(key, moment))
    return found


def _is_answer(where: str, entry: Any) -> bool:
    if not isinstance(entry, dict) or not isinstance(entry.get("type"), str):
        raise BadInput(f"{where}: must have a `type`")
    if entry["type"].removesuffix("_reference") not in BY_PERSON:
        return False
    agent, incident = entry.get("agent"), entry.get("incident")
    if not isinstance(agent, dict) or not isinstance(incident, dict) or not incident.get("id"):
        raise BadInput(f"{where}: must have an `agent`, and an `incident` with an `id`")
    return str(agent.get("type", "")).removesuffix("_reference") == PERSON


def alert_quality(
    incidents: Iterable[Incident], answers: Mapping[str, datetime], period: Period
) -> tuple[AlertQuality, ...]:
    """The figures of each alert of incidents that began in the month: the one with most noise first."""
    by_alert: dict[str, list[Incident]] = defaultdict(list)
    for each in incidents:
        if each.start in period:
            by_alert[_alert(each)].append(each)
    found = [_quality(alert, together, answers) for alert, together in by_alert.items()]
    return tuple(sorted(found, key=lambda each: (-each.by_itself, each.alert)))


def _alert(incident: Incident) -> str:
    """The alert that an incident is of, where its title is Alertmanager's; any other title as it is."""
    title = incident.alerts[0]
    named = TITLED.match(title)
    return named[1] if named else title


def _quality(alert: str, incidents: Sequence[Incident], answers: Mapping[str, datetime]) -> AlertQuality:
    answered = [each for each in incidents if each.key in answers]
    left = [each for each in incidents if each.key not in answers]
    return AlertQuality(
        alert=alert,
        answered=len(answered),
        by_itself=sum(each.end is not None for each in left),
        open=sum(each.end is None for each in left),
        waited=tuple(sorted(answers[each.key] - each.start for each in answered)),
    )


def together(rows: Iterable[AlertQuality]) -> AlertQuality:
    """The figures of all alerts."""
    every = tuple(rows)
    waited: list[timedelta] = []
    for each in every:
        waited += each.waited
    return AlertQuality(
        alert="all",
        answered=sum(each.answered for each in every),
        by_itself=sum(each.by_itself for each in every),
        open=sum(each.open for each in every),
        waited=tuple(sorted(waited)),
    )
