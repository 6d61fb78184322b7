"""The time of the healthy week, and series over it in promtool's notation."""

HOUR, DAY = 60, 24 * 60
WEEK = 7 * DAY
EPOCH_OF_RUN = 30 * HOUR * 60
"""Seconds at which the long run starts; promtool's clock begins at 1970."""
GPU_NODE = "gpu-a"
KSM = 'job="kube-state-metrics"'
EXPORTER = 'job="node-exporter"'
RUN = (30 * HOUR, 60 * HOUR)
"""The first minute of the long run, and its minutes."""


def flat(value: float) -> str:
    """A value for the whole week."""
    return f"{value}x{WEEK}"


def during(start: int, minutes: int, value: float = 1, otherwise: str | float = "_") -> str:
    """A value for some minutes; `_` is a series that is not there."""
    return f"{otherwise}x{start} {value}x{minutes} {otherwise}x{WEEK - start - minutes}"


def daily(start: int, minutes: int, value: float, otherwise: float) -> str:
    """A value for some minutes of each day, and another one for the rest."""
    day = f"{otherwise}x{start - 1} {value}x{minutes - 1} {otherwise}x{DAY - start - minutes - 1}"
    return " ".join([day] * 7)


def counter(per_minute: float) -> str:
    """A counter that grows evenly."""
    return f"0+{per_minute}x{WEEK}"
