"""An alert of the platform, and a group of them as Prometheus reads it."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from components.monitoring.objective import Severity
from components.monitoring.runbooks import runbook, runbook_url


@dataclass(frozen=True, kw_only=True)
class Alert:
    """A condition that somebody has to act on once it has lasted for `duration`.

    `summary` describes the fault, with Prometheus's templates; `action` the remedy.
    """

    name: str
    expression: str
    duration: str
    severity: Severity
    summary: str
    action: str


def alert_group(name: str, alerts: Sequence[Alert], *, team: str) -> dict[str, Any]:
    """One group of a PrometheusRule whose alerts belong to `team`."""
    return {
        "name": name,
        "rules": [
            {
                "alert": alert.name,
                "expr": alert.expression,
                "for": alert.duration,
                "labels": {"severity": alert.severity, "team": team},
                "annotations": {
                    "summary": alert.summary,
                    "description": alert.action,
                    "runbook": runbook(alert.name),
                    "runbook_url": runbook_url(alert.name),
                },
            }
            for alert in alerts
        ],
    }
