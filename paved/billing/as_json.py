"""The report as JSON data. Money is text, so that no reader makes a float of it; null is unknown, never zero."""

from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from typing import Any

from paved.billing.anomalies import Anomaly
from paved.billing.backtest import Backtest
from paved.billing.drivers import Driver
from paved.billing.forecast import CONFIDENCE, Forecast
from paved.billing.idle import PoolCost
from paved.billing.report import MonthReport
from paved.billing.report_lines import LineTable, ReportLine
from paved.billing.showback import Showback

SCHEMA_VERSION = "1"


def as_json(report: MonthReport) -> dict[str, Any]:
    """The report as data, the same bytes for the same input."""
    tables = (report.teams, report.cost_centers, report.environments, report.areas)
    return {
        "schema_version": SCHEMA_VERSION,
        "month": str(report.month),
        "as_of": report.as_of.isoformat(),
        "currency": report.actuals.currency,
        "source": _source(report),
        "bill": _money(report.bill),
        "amortised": _money(report.amortised),
        "settled_through": report.horizon.through.isoformat(),
        "closed": report.horizon.is_closed,
        "forecast": _forecast(report.forecast),
        "backtests": [_backtest(report, each) for each in report.backtests],
        "tables": {table.by.lower().replace(" ", "_"): _table(table) for table in tables},
        "showback": _showback(report.showback),
        "drivers": {
            "days_compared": report.drivers.days,
            "largest": [_driver(each) for each in report.drivers.largest],
            "changed": [_driver(each) for each in report.drivers.changed],
        },
        "anomalies": [_anomaly(each) for each in report.anomalies],
        "daily": _daily(report.daily),
    }


def _source(report: MonthReport) -> dict[str, Any]:
    return {
        "actuals": report.actuals.source,
        "rehearsed": report.actuals.rehearsed,
        "payer": report.actuals.payer,
        "lines": report.actuals.rows,
        "notes": list(report.actuals.notes),
        "prices_as_of": report.estimate.prices_as_of if report.estimate else None,
        "unpriced": report.estimate.unpriced if report.estimate else None,
    }


def _backtest(report: MonthReport, test: Backtest) -> dict[str, Any]:
    return {
        "month": str(report.month.previous),
        "known_days": test.known_days,
        "forecast": _forecast(test.forecast),
        "actual": _cents(test.actual),
        "error_percent": _money(test.error_percent),
        "in_interval": test.forecast.holds(test.actual),
    }


def _anomaly(anomaly: Anomaly) -> dict[str, Any]:
    return {
        "first": anomaly.first.isoformat(),
        "last": anomaly.last.isoformat(),
        "days": anomaly.days,
        "holder": anomaly.holder.place,
        "what": anomaly.what,
        "cost": _money(anomaly.cost),
        "usual": _money(anomaly.usual),
        "impact": _money(anomaly.impact),
    }


def _money(amount: Decimal | None) -> str | None:
    return None if amount is None else f"{amount:f}"


def _cents(amount: Decimal | None) -> str | None:
    return None if amount is None else f"{amount:.2f}"


def _forecast(made: Forecast | None) -> dict[str, Any] | None:
    if made is None:
        return None
    low, high = _cents(made.low), _cents(made.high)
    percent = None if made.basis == "estimate" or made.low is None else CONFIDENCE
    amount = _cents(made.amount)
    return {"amount": amount, "low": low, "high": high, "confidence_percent": percent, "basis": made.basis}


def _table(table: LineTable) -> dict[str, Any]:
    return {
        "lines": [_line(line) for line in table.lines],
        "teams": _line(table.teams) if table.teams else None,
        "bill": _line(table.bill),
    }


def _line(line: ReportLine) -> dict[str, Any]:
    return {
        "label": line.label,
        "budget": _money(line.budget),
        "estimate": _money(line.estimate),
        "actual": _money(line.actual),
        "forecast": _money(line.forecast),
        "variance": _money(line.variance),
        "variance_percent": _money(line.variance_percent),
    }


def _showback(showback: Showback) -> dict[str, Any]:
    return {
        "rule": showback.rule,
        "teams": [
            {
                "team": share.holder.team,
                "stack": share.holder.stack or None,
                "used": _money(share.used),
                "idle": _money(share.idle),
                "shared": _money(share.shared),
                "total": _money(share.total),
            }
            for share in showback.teams
        ],
        "shared": [
            {"holder": each.place, "amount": _money(amount)} for each, amount in showback.shared.items()
        ],
        "unallocated": [
            {"holder": each.place, "amount": _money(amount)} for each, amount in showback.unallocated.items()
        ],
        "pools": [_pool(each) for each in showback.pools],
        "proof": {
            "used": _money(showback.used),
            "idle": _money(showback.idle),
            "shared": _money(showback.shared_total),
            "unallocated": _money(showback.unallocated_total),
            "bill": _money(showback.bill),
            "conserved": showback.is_conserved,
        },
    }


def _pool(pool: PoolCost) -> dict[str, Any]:
    return {
        "team": pool.team,
        "stack": pool.use.stack,
        "pool": pool.use.pool,
        "gpu_hours": _money(pool.use.gpu_hours),
        "used_gpu_hours": _money(pool.use.used_gpu_hours),
        "cost": _money(pool.cost),
        "idle": _money(pool.idle),
        "per_used_gpu_hour": _money(pool.per_used_gpu_hour),
    }


def _driver(driver: Driver) -> dict[str, Any]:
    return {
        "holder": driver.holder.place if driver.holder else None,
        "what": driver.what,
        "before": _money(driver.before),
        "now": _money(driver.now),
        "change": _money(driver.change),
    }


def _daily(daily: Mapping[date, Decimal]) -> list[dict[str, str | None]]:
    return [{"day": day.isoformat(), "billed": _cents(amount)} for day, amount in daily.items()]
