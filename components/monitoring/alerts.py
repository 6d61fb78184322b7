"""What an alert is, and how a group of them is written for Prometheus."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from components.monitoring.objective import Severity

RUNBOOKS = "docs/runbooks"
"""Where the runbook of each alert is, under the alert's name."""


@dataclass(frozen=True, kw_only=True)
class Alert:
    """A condition that somebody has to act on once it has lasted for `lasting`.

    `summary` says what is wrong, with Prometheus's templates; `action` what to do about it.
    """

    name: str
    expression: str
    lasting: str
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
                "for": alert.lasting,
                "labels": {"severity": alert.severity, "team": team},
                "annotations": {
                    "summary": alert.summary,
                    "description": alert.action,
                    "runbook": f"{RUNBOOKS}/{alert.name}.md",
                },
            }
            for alert in alerts
        ],
    }
