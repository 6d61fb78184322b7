"""The rates recorded from an objective's indicator, and its error ratios."""

from typing import Any

from components.monitoring.objective import Objective
from components.monitoring.samples import GOOD, ChecksPass, Fresh

WINDOWS = ("5m", "30m", "1h", "2h", "6h", "1d", "3d")
Rule = dict[str, Any]


def window_rules(objective: Objective) -> list[Rule]:
    """Events, bad ones and the error ratio of each window. The ratio has no sample while there is no event.

    A sample of 0 divided by 0 would be NaN, which no comparison finds and which spoils every sum over it.
    """
    indicator, rules = objective.indicator, list[Rule]()
    if isinstance(indicator, Fresh | ChecksPass):
        rules.append(record(GOOD, indicator.good(objective.subject), objective))
    for window in WINDOWS:
        rules += _rules_of_window(objective, window)
    return rules


def period_rule(objective: Objective, days: int) -> Rule:
    """The error ratio of the period, weighted by events: an idle hour weighs nothing."""
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
    indicator, subject = objective.indicator, objective.subject
    return [
        record(total, indicator.events(subject, window), objective, sloth_window=window),
        record(failed, indicator.bad(subject, window), objective, sloth_window=window),
        record(f"slo:sli_error:ratio_rate{window}", ratio, objective, sloth_window=window),
    ]
