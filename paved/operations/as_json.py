"""The report as JSON data, of which the trend of later months is made. Money is text; null is unknown, never zero."""

from dataclasses import asdict
from datetime import datetime
from typing import Any

from paved.operations.alert_quality import AlertQuality
from paved.operations.figures import GpuRow, StackDeployments
from paved.operations.goodput import GpuUse
from paved.operations.incidents import Incident
from paved.operations.objectives import Attainment
from paved.operations.period import STEP_SECONDS
from paved.operations.report import OperationsReport, ScopeReport
from paved.operations.summary import SCHEMA_VERSION


def as_json(report: OperationsReport) -> dict[str, Any]:
    """The report as data, the same bytes for the same files."""
    return {
        "schema_version": SCHEMA_VERSION,
        "month": str(report.period.month),
        "as_of": report.as_of.isoformat(),
        "closed": report.period.is_over,
        "sources": {
            "files": list(report.files),
            "git": report.has_git,
            "incidents": report.incident_source,
            "gpu_prices": report.prices.basis,
            "seen": dict(report.seen),
        },
        "platform": _scope(report.platform),
        "teams": {scope.scope: _scope(scope) for scope in report.teams},
    }


def _scope(scope: ScopeReport) -> dict[str, Any]:
    told = scope.figures
    return {
        "summary": scope.summary.model_dump(mode="json"),
        "deployments": None if told.stacks is None else [_stack(each) for each in told.stacks],
        "incidents": None if told.incidents is None else [_incident(each) for each in told.incidents.begun],
        "alert_quality": None
        if told.alert_quality is None
        else [_alert_quality(each) for each in told.alert_quality],
        "carried_over": None if told.incidents is None else told.incidents.carried_over,
        "objectives": None if told.objectives is None else [_objective(each) for each in told.objectives],
        "gpus": None if told.gpus is None else [_gpus(each) for each in told.gpus],
        "evictions": None if told.evictions is None else dict(told.evictions),
        "models": None if told.models is None else [asdict(each) for each in told.models],
        "releases": None if told.releases is None else [_plain(asdict(each)) for each in told.releases],
        "toil": None if told.toil is None else [_plain(asdict(each)) for each in told.toil],
        "initiatives": None
        if told.initiatives is None
        else [_plain(asdict(each)) for each in told.initiatives],
    }


def _stack(each: StackDeployments) -> dict[str, Any]:
    lead = each.lead
    return {
        "stack": each.stack.name,
        "environment": each.stack.environment,
        "deployments": [_moment(update.end) for update in each.deployments],
        "failed": [
            {"started": _moment(failed.update.start), "commit": failed.update.commit, "reason": failed.reason}
            for failed in each.failed
        ],
        "lead_time_seconds": None if lead is None else [int(time.total_seconds()) for time in lead.times],
        "without_commit": None if lead is None else lead.unknown,
        "by_hand": [{"started": _moment(update.start), "kind": update.kind} for update in each.manual],
        "history_begins_within": each.begins_within,
    }


def _incident(each: Incident) -> dict[str, Any]:
    return {
        "subject": each.subject,
        "alerts": list(each.alerts),
        "severity": each.severity,
        "tier": each.tier,
        "team": each.team or None,
        "stack": each.stack or None,
        "started": _moment(each.start),
        "ended": _moment(each.end),
    }


def _alert_quality(each: AlertQuality) -> dict[str, Any]:
    return {
        "alert": each.alert,
        "acted_on": each.answered,
        "ended_by_itself": each.by_itself,
        "open": each.open,
        "actionable": each.actionable,
        "answered_after_seconds": [int(time.total_seconds()) for time in each.waited],
    }


def _objective(each: Attainment) -> dict[str, Any]:
    return {
        "service": each.promise.service,
        "slo": each.promise.slo,
        "team": each.team or None,
        "tier": each.tier,
        "counted_in": each.counted_in,
        "objective": each.objective,
        "attained": each.attained,
        "budget_left": each.budget_left,
        "met": each.is_met,
        "measured": each.measured,
        "judgement": each.judgement,
    }


def _gpus(row: GpuRow) -> dict[str, Any]:
    return {
        "label": row.label,
        "gpu_seconds": _gpu_seconds(row.use),
        "cost": None if row.cost is None else str(row.cost),
        "costs": {use: str(amount) for use, amount in row.costs.items()} if row.costs else None,
        "usd_per_useful_gpu_hour": None if row.useful_hour is None else str(row.useful_hour),
        "sm_active": row.sm_active,
        "pending_gpu_hours": None if row.pending_hours is None else f"{row.pending_hours:.3f}",
    }


def _gpu_seconds(use: GpuUse) -> dict[str, int]:
    return {name: steps * STEP_SECONDS for name, steps in use.by_name.items()}


def _plain(data: dict[str, Any]) -> dict[str, Any]:
    """Values as JSON has them: a moment or a day as text, and a number of a file as text."""
    return {key: value if isinstance(value, bool | str) else str(value) for key, value in data.items()}


def _moment(moment: datetime | None) -> str | None:
    return None if moment is None else moment.isoformat().replace("+00:00", "Z")
