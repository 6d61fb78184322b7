"""The rates recorded from an objective's indicator, and its error ratios."""

from typing import Any

from components.monitoring.objective import Objective
from components.monitoring.samples import GOOD, Sampled

WINDOWS = ("5m", "30m", "1h")
"""The windows that are read from what servers export."""
LONG_WINDOWS = ("2h", "6h", "1d", "3d")
"""The windows that are read, of requests, from the rates of `5m`: of raw series they are most of what rules cost."""
Rule = dict[str, Any]


def window_rules(objective: Objective) -> list[Rule]:
    """Events, bad ones and the error ratio of each short window. The ratio has no sample while there is no event.

    A sample of 0 divided by 0 would be NaN, which no comparison finds and which spoils every sum over it.
    """
    indicator, subject, rules = objective.indicator, objective.subject, list[Rule]()
    if isinstance(indicator, Sampled):
        rules.append(record(GOOD, indicator.good(subject), objective))
    for window in WINDOWS:
        events, bad = indicator.events(subject, window), indicator.bad(subject, window)
        rules += _rules_of_window(objective, window, events, bad)
    return rules


def long_window_rules(objective: Objective) -> list[Rule]:
    """The same of each long window."""
    indicator, subject, rules = objective.indicator, objective.subject, list[Rule]()
    for window in LONG_WINDOWS:
        if isinstance(indicator, Sampled):
            events, bad = indicator.events(subject, window), indicator.bad(subject, window)
        else:
            events = _averaged("slo:sli_requests:rate5m", objective, window)
            bad = _averaged("slo:sli_failures:rate5m", objective, window)
        rules += _rules_of_window(objective, window, events, bad)
    return rules


def _averaged(name: str, objective: Objective, window: str) -> str:
    """The mean of a recorded rate over a window. A look without a sample counts as 0, as it does in `rate`."""
    looks = f"count_over_time({recorded('slo:objective:ratio', objective)}[{window}])"
    return f"sum_over_time({recorded(name, objective)}[{window}]) / on (sloth_id) group_left () {looks}"


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


def _rules_of_window(objective: Objective, window: str, events: str, bad: str) -> list[Rule]:
    total, failed = f"slo:sli_requests:rate{window}", f"slo:sli_failures:rate{window}"
    ratio = f"{recorded(failed, objective)} / ({recorded(total, objective)} > 0)"
    return [
        record(total, events, objective, sloth_window=window),
        record(failed, bad, objective, sloth_window=window),
        record(f"slo:sli_error:ratio_rate{window}", ratio, objective, sloth_window=window),
    ]
