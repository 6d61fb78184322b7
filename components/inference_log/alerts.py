"""The alerts of an inference log: nothing collects, or what is collected is lost."""

from typing import Any

from components.inference_log.log_args import InferenceLogArgs
from components.monitoring.runbooks import runbook, runbook_url
from reference.inference_log import COLLECTOR

DOWN, LOST = "InferenceLogDown", "InferenceLogIncomplete"


def rule_group(args: InferenceLogArgs, namespace: str) -> dict[str, Any]:
    """The rules of a team's log. `namespace` is that of the team's own stack."""
    return {"name": COLLECTOR, "rules": [down(args, namespace), incomplete(args, namespace)]}


def down(args: InferenceLogArgs, namespace: str) -> dict[str, Any]:
    """Fires when no collector is scraped. Endpoints go on answering, and agents drop what nobody takes."""
    return rule(
        args,
        DOWN,
        f'(sum(up{{namespace="{namespace}",pod=~"{COLLECTOR}-.+"}}) or vector(0)) == 0',
        f"Nothing collects the inference log of {args.stack}: what is asked now is not logged",
        wait="15m",
    )


def incomplete(args: InferenceLogArgs, namespace: str) -> dict[str, Any]:
    """Fires for an hour after anything was lost: too large, no room because S3 took nothing, or of no endpoint."""
    lost = f'sum by (reason) (increase(inference_log_dropped_total{{namespace="{namespace}"}}[1h])) > 0'
    return rule(
        args,
        LOST,
        lost,
        f"The inference log of {args.stack} has lost events ({{{{ $labels.reason }}}})",
        wait="0m",
    )


def rule(args: InferenceLogArgs, name: str, expression: str, summary: str, *, wait: str) -> dict[str, Any]:
    """An alert for working hours: an endpoint without a log still answers."""
    return {
        "alert": name,
        "expr": expression,
        "for": wait,
        "labels": {"namespace": args.stack, "team": args.team, "severity": "ticket"},
        "annotations": {
            "summary": summary,
            "description": "Monitors that read the log judge by what is left of it.",
            "runbook": runbook(name),
            "runbook_url": runbook_url(name),
        },
    }
