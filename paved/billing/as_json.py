"""The report as JSON data. Money is text, so that no reader makes a float of it; null is unknown, never zero."""

from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from typing import Any

from paved.billing.anomalies import Anomaly
from paved.billing.backtest import Backtest
from paved.billing.commitments import Commitments, CommitmentUse
from paved.billing.completeness import Completeness
from paved.billing.cost_owner import CostOwner
from paved.billing.drivers import Driver, Drivers
from paved.billing.forecast import CONFIDENCE, Forecast
from paved.billing.idle_gpus import PoolCost
from paved.billing.reconciliation import Reconciliation
from paved.billing.report import MonthReport
from paved.billing.report_lines import LineTable, ReportLine
from paved.billing.showback import Showback, ShowbackShare
from paved.billing.unseen_spend import UnseenSpend

SCHEMA_VERSION = "2"


def as_json(report: MonthReport) -> dict[str, Any]:
    """The report as data, the same bytes for the same input."""
    return {
        "schema_version": SCHEMA_VERSION,
        "month": str(report.month),
        "as_of": report.as_of.isoformat(),
        "currency": report.actuals.currency,
        "source": _source(report),
        "metric": report.column,
        "total": _exact(report.total),
        "outside": _by_owner(report.outside),
        "billed": _exact(report.invoice),
        "effective": _exact(report.effective),
        "reconciliation": _reconciliation(report.reconciliation),
        "unseen_by_aws_budgets": _all_unseen(report.unseen),
        "owned_percent": _exact(report.ownership.percent),
        "budgets_judged": report.ownership.is_judged,
        "completeness": _completeness(report.completeness),
        "commitments": _commitments(report.commitments),
        "settled_through": report.horizon.through.isoformat(),
        "closed": report.horizon.is_closed,
        "forecast": _forecast(report.forecast),
        "backtests": [_backtest(report, each) for each in report.backtests],
        "tables": _tables(report),
        "showback": _showback(report.showback),
        "drivers": _drivers(report.drivers),
        "anomalies": [_anomaly(each) for each in report.anomalies],
        "daily": _daily(report.daily),
    }


def _source(report: MonthReport) -> dict[str, Any]:
    estimate = report.estimate
    return {
        "actuals": report.actuals.source,
        "rehearsed": report.actuals.rehearsed,
        "payer": report.actuals.payer,
        "lines": report.actuals.rows,
        "notes": list(report.actuals.notes),
        "prices_as_of": estimate.prices_as_of if estimate else None,
        "unpriced": estimate.unpriced if estimate else None,
    }


def _reconciliation(reconciliation: Reconciliation) -> dict[str, Any]:
    return {
        "total": _exact(reconciliation.total),
        "parts": [{"label": part.label, "amount": _exact(part.amount)} for part in reconciliation.parts],
        "billed": _exact(reconciliation.invoice),
        "exact": reconciliation.is_exact,
    }


def _all_unseen(unseen: tuple[UnseenSpend, ...] | None) -> list[dict[str, Any]] | None:
    return None if unseen is None else [_unseen(each) for each in unseen]


def _unseen(unseen: UnseenSpend) -> dict[str, Any]:
    return {"team": unseen.team, "reason": unseen.reason, "amount": _exact(unseen.amount)}


def _completeness(completeness: Completeness) -> dict[str, Any]:
    by_account = completeness.missing_by_account
    return {
        "whole": completeness.is_whole,
        "through": completeness.through.isoformat(),
        "days_missing": [day.isoformat() for day in completeness.missing],
        "days_missing_by_account": {
            name: [day.isoformat() for day in days] for name, days in by_account.items()
        },
        "accounts_absent": list(completeness.absent),
    }


def _commitments(commitments: Commitments | None) -> dict[str, Any] | None:
    if commitments is None:
        return None
    return {
        "coverage_percent": _exact(commitments.coverage_percent),
        "covered": _exact(commitments.covered),
        "eligible": _exact(commitments.eligible),
        "basis": commitments.basis,
        "unused": _exact(commitments.unused),
        "each": [_commitment(each) for each in commitments.each],
    }


def _commitment(use: CommitmentUse) -> dict[str, Any]:
    return {
        "id": use.id,
        "type": use.type or None,
        "fee_billed": _exact(use.fee),
        "used": _exact(use.used),
        "unused": _exact(use.unused),
        "utilisation_percent": _exact(use.utilisation_percent),
    }


def _backtest(report: MonthReport, test: Backtest) -> dict[str, Any]:
    return {
        "month": str(report.month.previous),
        "known_days": test.known_days,
        "forecast": _forecast(test.forecast),
        "actual": _cents(test.actual),
        "error_percent": _exact(test.error_percent),
        "in_interval": test.forecast.holds(test.actual),
    }


def _anomaly(anomaly: Anomaly) -> dict[str, Any]:
    return {
        "first": anomaly.first.isoformat(),
        "last": anomaly.last.isoformat(),
        "days": anomaly.days,
        "holder": anomaly.owner.stack_or_label,
        "what": anomaly.item,
        "cost": _exact(anomaly.cost),
        "usual": _exact(anomaly.usual),
        "impact": _exact(anomaly.impact),
    }


def _exact(amount: Decimal | None) -> str | None:
    return None if amount is None else f"{amount:f}"


def _cents(amount: Decimal | None) -> str | None:
    return None if amount is None else f"{amount:.2f}"


def _forecast(forecast: Forecast | None) -> dict[str, Any] | None:
    if forecast is None:
        return None
    # An estimate's limits are no interval of statistics, so they have no confidence.
    has_confidence = forecast.basis != "estimate" and forecast.low is not None
    return {
        "amount": _cents(forecast.amount),
        "low": _cents(forecast.low),
        "high": _cents(forecast.high),
        "confidence_percent": CONFIDENCE if has_confidence else None,
        "basis": forecast.basis,
    }


def _tables(report: MonthReport) -> dict[str, Any]:
    return {table.by.lower().replace(" ", "_"): _table(table) for table in report.tables.every}


def _table(table: LineTable) -> dict[str, Any]:
    return {
        "lines": [_line(line) for line in table.lines],
        "teams": _line(table.teams) if table.teams else None,
        "total": _line(table.total),
    }


def _line(line: ReportLine) -> dict[str, Any]:
    return {
        "label": line.label,
        "budget": _exact(line.budget),
        "estimate": _exact(line.estimate),
        "actual": _exact(line.actual),
        "forecast": _exact(line.forecast),
        "variance": _exact(line.variance),
        "variance_percent": _exact(line.variance_percent),
    }


def _showback(showback: Showback) -> dict[str, Any]:
    return {
        "rules": list(showback.rules),
        "teams": [_share(each) for each in showback.teams],
        "shared": _by_owner(showback.shared),
        "common": _by_owner(showback.common),
        "distributed": not showback.undistributed,
        "unallocated": _by_owner(showback.unallocated),
        "pools": [_pool(each) for each in showback.pools],
        "proof": {
            "used": _exact(showback.used),
            "idle": _exact(showback.idle),
            "shared": _exact(showback.shared_total),
            "common": _exact(showback.common_total),
            "unallocated": _exact(showback.unallocated_total),
            "total": _exact(showback.total),
            "conserved": showback.is_conserved,
        },
    }


def _share(share: ShowbackShare) -> dict[str, Any]:
    return {
        "team": share.owner.team,
        "stack": share.owner.stack or None,
        "used": _exact(share.used),
        "idle": _exact(share.idle),
        "shared": _exact(share.shared),
        "common": _exact(share.common),
        "total": _exact(share.total),
    }


def _by_owner(amounts: Mapping[CostOwner, Decimal]) -> list[dict[str, Any]]:
    return [{"holder": owner.stack_or_label, "amount": _exact(amount)} for owner, amount in amounts.items()]


def _pool(pool: PoolCost) -> dict[str, Any]:
    return {
        "team": pool.team,
        "stack": pool.use.stack,
        "pool": pool.use.pool,
        "gpu_hours": _exact(pool.use.gpu_hours),
        "used_gpu_hours": _exact(pool.use.used_gpu_hours),
        "cost": _exact(pool.cost),
        "idle": _exact(pool.idle),
        "per_used_gpu_hour": _exact(pool.per_used_gpu_hour),
    }


def _drivers(drivers: Drivers) -> dict[str, Any]:
    return {
        "days_compared": drivers.days,
        "largest": [_driver(each) for each in drivers.largest],
        "changed": [_driver(each) for each in drivers.changed],
    }


def _driver(driver: Driver) -> dict[str, Any]:
    return {
        "holder": driver.owner.stack_or_label if driver.owner else None,
        "what": driver.item,
        "before": _exact(driver.before),
        "now": _exact(driver.now),
        "change": _exact(driver.change),
    }


def _daily(daily: Mapping[date, Decimal]) -> list[dict[str, Any]]:
    return [{"day": day.isoformat(), "cost": _cents(amount)} for day, amount in daily.items()]
