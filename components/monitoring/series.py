"""The series of model servers that count as served and as failed, and the rates recorded from them."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from components.monitoring.counters import INFERENCE, Selector
from components.monitoring.objective import Objective

WINDOWS = ("5m", "30m", "1h", "2h", "6h", "1d", "3d")
Rule = dict[str, Any]


@dataclass(frozen=True, kw_only=True)
class Outcomes:
    """The requests of a model server in two disjoint sets, which together are all that reached it."""

    served: Selector
    failed: Selector


REST = "rest_server_requests_total"

OUTCOMES: Mapping[str, Outcomes] = {
    # A request that its own client cancelled failed nobody. An ensemble counts its parts as well as itself.
    "triton": Outcomes(
        served=Selector(metric="nv_inference_request_success"),
        failed=Selector(metric="nv_inference_request_failure", matchers=('reason!="CANCELED"',)),
    ),
    # By status, because `model_infer_request_failure_total` takes a caller's mistake for a failure.
    "mlserver": Outcomes(
        served=Selector(metric=REST, matchers=(INFERENCE, 'status_code!~"5.."')),
        failed=Selector(metric=REST, matchers=(INFERENCE, 'status_code=~"5.."')),
    ),
}


def requests(objective: Objective, window: str) -> str:
    """All requests per second: 0 when idle, and there as soon as one of the two series is."""
    served, failed = _rates(objective, window)
    return f"({served} or 0 * {failed}) + ({failed} or 0 * {served})"


def failures(objective: Objective, window: str) -> str:
    """Failed requests per second: 0 while no request has failed, when the server has no such series."""
    served, failed = _rates(objective, window)
    return f"{failed} or 0 * {served}"


def window_rules(objective: Objective) -> list[Rule]:
    """Requests, failures and the error ratio of each window. The ratio has no sample while there is no request.

    A sample of 0 divided by 0 would be NaN, which no comparison finds and which spoils every sum over it.
    """
    rules: list[Rule] = []
    for window in WINDOWS:
        rules += _rules_of_window(objective, window)
    return rules


def period_rule(objective: Objective, days: int) -> Rule:
    """The error ratio of the period, weighted by requests: an idle hour weighs nothing."""
    window = f"{days}d"
    total = f"sum_over_time({recorded('slo:sli_requests:rate5m', objective)}[{window}])"
    failed = f"sum_over_time({recorded('slo:sli_failures:rate5m', objective)}[{window}])"
    return record(
        f"slo:sli_error:ratio_rate{window}", f"{failed} / ({total} > 0)", objective, sloth_window=window
    )


def recorded(name: str, objective: Objective) -> str:
    """The selector of a series recorded for this SLO."""
    return f'{name}{{sloth_id="{objective.id}"}}'


def record(name: str, expr: str, objective: Objective, **labels: str) -> Rule:
    """A recording rule that carries the identity of its SLO."""
    return {"record": name, "expr": expr, "labels": {**objective.identity, **labels}}


def _rules_of_window(objective: Objective, window: str) -> list[Rule]:
    total, failed = f"slo:sli_requests:rate{window}", f"slo:sli_failures:rate{window}"
    ratio = f"{recorded(failed, objective)} / ({recorded(total, objective)} > 0)"
    return [
        record(total, requests(objective, window), objective, sloth_window=window),
        record(failed, failures(objective, window), objective, sloth_window=window),
        record(f"slo:sli_error:ratio_rate{window}", ratio, objective, sloth_window=window),
    ]


def _rates(objective: Objective, window: str) -> tuple[str, str]:
    outcomes = OUTCOMES[objective.runtime]
    return outcomes.served.rate(objective.job, window), outcomes.failed.rate(objective.job, window)
