"""Data quality: the cells of the window that its reference does not allow."""

from typing import Any

import pandas as pd

from model_health.features import enough, features, kind
from model_health.outcome import CannotTell, Measured
from model_health.reading import Reader, require
from model_health.settings import Monitor, Settings

SLACK = 0.5
"""The part of the reference's range by which a number may lie outside of it."""


def data_quality(monitor: Monitor, settings: Settings, reader: Reader) -> Measured:
    """The share of cells that are missing, of another type, out of range or a word that the reference does not have.

    A column that the log lacks counts whole: the schema is part of the question. A share of missing cells that the
    reference has too is no fault.
    """
    reference, rows = reader.reference().frame, reader.log(monitor)
    names = features(monitor, settings, reference)
    require(reference.columns, names, "the reference")
    enough(len(rows.frame), monitor)
    faults = {name: fault(name, reference[name], rows.frame) for name in names}
    value = sum(share for share, _ in faults.values()) / len(names)
    told = {name: {"share": round(share, 4), "why": why} for name, (share, why) in faults.items() if share}
    return Measured(value=value, rows=len(rows.frame), details={**rows.facts, "faults": told})


def fault(name: str, reference: pd.Series, current: pd.DataFrame) -> tuple[float, str]:
    """The share of wrong cells of a column, and the reason. Raises CannotTell for a reference without values."""
    before = kind(reference)
    if before == "none":
        raise CannotTell(f"column {name} has no value in the reference")
    if name not in current:
        return 1.0, "the log has no such column"
    now = kind(current[name])
    if now == "none":
        return 1.0, "all values are missing"
    if now != before:
        return 1.0, f"{now} where the reference has {before}"
    missing = max(0.0, float(current[name].isna().mean() - reference.isna().mean()))
    strange = float(outside(before, reference, current[name]).mean())
    return missing + strange, f"missing {missing:.2%} more than before, unknown or out of range {strange:.2%}"


def outside(kind_of: str, reference: pd.Series, current: pd.Series) -> Any:
    """The cells with a value that the reference's range, widened by half of itself, or its words do not have."""
    if kind_of == "numbers":
        low, high = float(reference.min()), float(reference.max())
        slack = SLACK * (high - low)
        return current.notna() & ~current.between(low - slack, high + slack)
    return current.notna() & ~current.isin(reference.dropna().unique())
