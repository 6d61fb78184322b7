"""The alerts of monitored endpoints: a check that fails, one that cannot tell, and results that do not come."""

from typing import Any

from components.model_health.monitored import ModelHealthArgs, MonitoredEndpoint
from components.monitoring.objective import Severity
from components.monitoring.runbooks import runbook, runbook_url
from components.retraining.events import DRIFT_SIGNAL
from reference.exported_series import CHECK_CANNOT_TELL, CHECK_PASSED, CHECKS_RUN

FAILED = {
    "data-drift": "ModelDrifted",
    "prediction-drift": "ModelDrifted",
    "performance": "ModelPerformanceLow",
    "estimated-performance": "ModelPerformanceLow",
    "data-quality": "ModelInputBad",
    "feature-freshness": "ModelInputBad",
    "skew": "ModelInputBad",
    "language": "ModelAnswersBad",
}
"""The alert of each kind of monitor, by what is to be done about it."""

UNKNOWN, MISSING = "ModelHealthUnknown", "ModelHealthMissing"


def rule_group(args: ModelHealthArgs, namespace: str, endpoint: MonitoredEndpoint) -> dict[str, Any]:
    """The rules of one endpoint. `namespace` is that of the team's own stack."""
    rules = [failed(args, namespace, endpoint, monitor) for monitor in endpoint.monitors]
    return {
        "name": endpoint.name,
        "rules": [*rules, unknown(args, namespace, endpoint), missing(args, namespace, endpoint)],
    }


def failed(
    args: ModelHealthArgs, namespace: str, endpoint: MonitoredEndpoint, monitor: dict[str, Any] | Any
) -> dict[str, Any]:
    """Fires while the newest result of a monitor is a failure. One that starts a retraining bears its signal."""
    labels = {"monitor": monitor["name"], **(DRIFT_SIGNAL if monitor.get("retrain") else {})}
    chosen = f'{series(namespace, endpoint)},monitor="{monitor["name"]}"'
    return rule(
        args,
        endpoint,
        FAILED[monitor["kind"]],
        f"max({CHECK_PASSED}{{{chosen}}}) == 0",
        endpoint.severity(monitor),
        f"The monitor {monitor['name']} ({monitor['kind']}) of {endpoint.endpoint} of {args.stack} fails",
        labels,
    )


def unknown(args: ModelHealthArgs, namespace: str, endpoint: MonitoredEndpoint) -> dict[str, Any]:
    """Fires for each monitor whose newest result tells nothing: its failures would go unseen."""
    return rule(
        args,
        endpoint,
        UNKNOWN,
        f"max by (monitor) ({CHECK_CANNOT_TELL}{{{series(namespace, endpoint)}}}) == 1",
        "ticket",
        f"The monitor {{{{ $labels.monitor }}}} of {endpoint.endpoint} of {args.stack} cannot tell",
    )


def missing(args: ModelHealthArgs, namespace: str, endpoint: MonitoredEndpoint) -> dict[str, Any]:
    """Fires when no result is young enough: the job, the exporter or the scrape of it has failed."""
    newest = f"{CHECKS_RUN}{{{series(namespace, endpoint)}}}"
    return rule(
        args,
        endpoint,
        MISSING,
        f"absent({newest}) or (time() - max({newest}) > {endpoint.most_hours * 3600})",
        "ticket",
        f"{endpoint.endpoint} of {args.stack} has no result of its monitors of the last {endpoint.most_hours} hours",
        wait="1h",  # a new endpoint's first run, and an exporter that moves to another node
    )


def series(namespace: str, endpoint: MonitoredEndpoint) -> str:
    """The labels of an endpoint's series. Prometheus sets the namespace of the exporter's pod itself."""
    return f'namespace="{namespace}",endpoint="{endpoint.endpoint}"'


def rule(
    args: ModelHealthArgs,
    endpoint: MonitoredEndpoint,
    name: str,
    expression: str,
    severity: Severity,
    summary: str,
    labels: dict[str, str] | None = None,
    wait: str = "5m",
) -> dict[str, Any]:
    """An alert with the labels that route it, and its runbook."""
    owner = {"endpoint": endpoint.endpoint, "namespace": args.stack, "team": args.team}
    return {
        "alert": name,
        "expr": expression,
        "for": wait,
        "labels": {**owner, "severity": severity, **(labels or {})},
        "annotations": {
            "summary": summary,
            "description": "The log of the newest job, and its record in the models bucket, say what was found.",
            "runbook": runbook(name),
            "runbook_url": runbook_url(name),
        },
    }
