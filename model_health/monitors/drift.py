"""Drift: the distance of the window's distributions from those of the reference, by Evidently."""

import math
from collections.abc import Sequence
from typing import Any

import pandas as pd
from evidently import DataDefinition, Dataset, Report
from evidently.metrics import ValueDrift

from model_health.features import comparable, enough, features, kind
from model_health.outcome import CannotTell, Measured
from model_health.reading import Reader
from model_health.settings import Monitor, Settings

METHODS = {"numbers": "wasserstein", "words": "jensenshannon"}
"""Distances, not tests: with a hundred thousand rows any difference is significant, and few of them matter."""

CHANCE = 2.0
"""Divided by the root of the rows: more than the distance that chance gives two samples of one source, as a thousand
clean windows showed of heavy-tailed features too."""

SHOWN = 20


def data_drift(monitor: Monitor, settings: Settings, reader: Reader) -> Measured:
    """The share of features whose distance is at least `monitor.distance`."""
    reference, rows = reader.reference().frame, reader.log(monitor)
    names = features(monitor, settings, reference)
    found = distances(monitor, reference, rows.frame, names)
    drifted = sorted(name for name, far in found.items() if far >= monitor.distance)
    return Measured(
        value=len(drifted) / len(found),
        rows=len(rows.frame),
        details={**rows.facts, "drifted": drifted[:SHOWN], "distances": farthest(found)},
    )


def prediction_drift(monitor: Monitor, settings: Settings, reader: Reader) -> Measured:
    """The distance of the scores, or of the predictions where the log has no score."""
    reference, rows = reader.reference().frame, reader.log(monitor)
    columns = settings.columns
    name = columns.score if columns.score in reference and columns.score in rows.frame else columns.prediction
    found = distances(monitor, reference, rows.frame, [name])
    return Measured(value=found[name], rows=len(rows.frame), details={**rows.facts, "column": name})


def distances(
    monitor: Monitor, reference: pd.DataFrame, current: pd.DataFrame, names: Sequence[str]
) -> dict[str, float]:
    """The distance of each column, beyond that of chance. Raises CannotTell where they cannot be compared."""
    comparable(reference, current, names)
    enough(len(current), monitor)
    enough(len(reference), monitor, "rows of the reference")
    kinds = {name: kind(reference[name]) for name in names}
    definition = DataDefinition(
        numerical_columns=[name for name in names if kinds[name] == "numbers"],
        categorical_columns=[name for name in names if kinds[name] == "words"],
    )
    report = Report([ValueDrift(column=name, method=METHODS[kinds[name]]) for name in names])
    shot = report.run(dataset(current, kinds, definition), dataset(reference, kinds, definition))
    chance = CHANCE / math.sqrt(min(len(current), len(reference)))
    return {each["config"]["column"]: max(0.0, number(each) - chance) for each in shot.dict()["metrics"]}


def dataset(frame: pd.DataFrame, kinds: dict[str, str], definition: DataDefinition) -> Dataset:
    """The compared columns alone, a missing word as a word of its own: that more are missing is drift."""
    chosen = frame[list(kinds)].copy()
    for name in chosen:
        if kinds[name] == "words":
            chosen[name] = chosen[name].map(str, na_action="ignore").astype(object).fillna("(missing)")
    return Dataset.from_pandas(chosen, data_definition=definition)


def number(metric: dict[str, Any]) -> float:
    """The value of one metric. Raises CannotTell where Evidently found none."""
    value = metric["value"]
    if not isinstance(value, int | float) or math.isnan(value):
        raise CannotTell(f"Evidently tells no distance of column {metric['config']['column']}: {value}")
    return float(value)


def farthest(found: dict[str, float]) -> dict[str, float]:
    """The largest distances, rounded."""
    ordered = sorted(found.items(), key=lambda each: (-each[1], each[0]))
    return {name: round(far, 4) for name, far in ordered[:SHOWN]}
