"""The features that were served: their age, and whether training reads the same."""

import numpy as np
import pandas as pd

from model_health.features import enough, kind
from model_health.outcome import CannotTell, Measured
from model_health.reading import Reader, require
from model_health.settings import Monitor, Settings

MOST_FROM_FUTURE = 0.01


def feature_freshness(monitor: Monitor, settings: Settings, reader: Reader) -> Measured:
    """The age in minutes, when they were served, that 95 of 100 requests' features were below."""
    rows, columns = reader.log(monitor), settings.columns
    require(rows.frame.columns, [columns.feature_time], "the inference log")
    enough(len(rows.frame), monitor)
    served, made = moments(rows.frame[columns.time]), moments(rows.frame[columns.feature_time])
    if made.isna().mean() > MOST_FROM_FUTURE:
        raise CannotTell(
            f"{made.isna().mean():.0%} of the requests say nothing of when their features were made"
        )
    minutes = (served - made).dt.total_seconds().dropna() / 60
    if (minutes < -1).mean() > MOST_FROM_FUTURE:
        raise CannotTell(f"{(minutes < -1).mean():.0%} of the features were made after they were served")
    return Measured(
        value=float(minutes.quantile(0.95)),
        rows=len(minutes),
        details={**rows.facts, "median": round(float(minutes.median()), 2)},
    )


def moments(values: pd.Series) -> pd.Series:
    """Times in UTC, of timestamps, of text, or of seconds since 1970; missing where there is none."""
    unit = "s" if kind(values) == "numbers" else None
    return pd.to_datetime(values, unit=unit, utc=True, errors="coerce")


def skew(monitor: Monitor, settings: Settings, reader: Reader) -> Measured:
    """The share of requests with a feature that was served other than training reads it."""
    rows, request = reader.log(monitor), settings.columns.request
    offline = reader.offline(monitor, rows)
    names = list(monitor.features) or [
        each for each in offline.columns if each not in settings.columns.names()
    ]
    require(offline.columns, names, "the features of training")
    require(rows.frame.columns, names, "the inference log")
    pairs = rows.frame[[request, *names]].merge(
        offline[[request, *names]], on=request, suffixes=("_served", "_trained")
    )
    enough(len(pairs), monitor, "requests that both sides know")
    differing = {name: differs(pairs, name, monitor.tolerance) for name in names}
    any_differs = np.logical_or.reduce(list(differing.values()))
    shares = {name: round(float(each.mean()), 4) for name, each in differing.items() if each.any()}
    return Measured(
        value=float(any_differs.mean()), rows=len(pairs), details={**rows.facts, "differing": shares}
    )


def differs(pairs: pd.DataFrame, name: str, tolerance: float) -> np.ndarray:
    """The requests whose served and trained value differ. Raises CannotTell for values of two types."""
    served, trained = pairs[f"{name}_served"], pairs[f"{name}_trained"]
    kinds = {kind(served), kind(trained)} - {"none"}
    if len(kinds) > 1:
        raise CannotTell(f"column {name} is {kind(trained)} for training and {kind(served)} in the log")
    absent = served.isna() & trained.isna()
    if kinds == {"numbers"}:
        same = np.isclose(served.astype(float), trained.astype(float), rtol=tolerance, atol=tolerance)
    else:
        same = (served == trained).to_numpy()
    found: np.ndarray = ~(same | absent.to_numpy())
    return found
