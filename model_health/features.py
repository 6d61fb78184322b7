"""The features of a log that can be compared with those of its reference."""

from collections.abc import Sequence

import pandas as pd
from pandas.api.types import is_bool_dtype, is_numeric_dtype

from model_health.outcome import CannotTell
from model_health.reading import require
from model_health.settings import Monitor, Settings


def features(monitor: Monitor, settings: Settings, reference: pd.DataFrame) -> list[str]:
    """The monitor's features, or all columns of the reference without a meaning of their own."""
    if monitor.features:
        return list(monitor.features)
    found = [each for each in reference.columns if each not in settings.columns.names()]
    if not found:
        raise CannotTell("the reference has no feature")
    return found


def comparable(reference: pd.DataFrame, current: pd.DataFrame, names: Sequence[str]) -> None:
    """Raise CannotTell for a column that one side lacks, of another type, or without any value."""
    require(reference.columns, list(names), "the reference")
    require(current.columns, list(names), "the inference log")
    for name in names:
        before, now = kind(reference[name]), kind(current[name])
        if before == "none" or now == "none":
            where = "the reference" if before == "none" else "the window"
            raise CannotTell(f"column {name} has no value in {where}")
        if before != now:
            raise CannotTell(f"column {name} is {before} in the reference and {now} in the log")


def kind(values: pd.Series) -> str:
    """The kind of a column's values: `numbers`, `words`, or `none` where all are missing."""
    if values.isna().all():
        return "none"
    return "numbers" if is_numeric_dtype(values) and not is_bool_dtype(values) else "words"


def enough(found: int, monitor: Monitor, what: str = "requests of the window") -> None:
    """Raise CannotTell for fewer rows than the monitor asks for."""
    if found < monitor.min_rows:
        raise CannotTell(f"{found} {what} are too few, of {monitor.min_rows} that are needed")
