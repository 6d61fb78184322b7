"""Performance against labels, which come late, twice, or contradict each other."""

from collections.abc import Callable, Mapping

import pandas as pd
from sklearn import metrics

from model_health.features import enough
from model_health.outcome import CannotTell, Measured
from model_health.reading import Reader, require
from model_health.settings import Monitor, Settings

OF_PREDICTIONS: Mapping[str, Callable[[pd.Series, pd.Series], float]] = {
    "accuracy": metrics.accuracy_score,
    "f1": lambda label, found: metrics.f1_score(label, found, average="macro", zero_division=0),
    "precision": lambda label, found: metrics.precision_score(label, found, average="macro", zero_division=0),
    "recall": lambda label, found: metrics.recall_score(label, found, average="macro", zero_division=0),
    "mae": metrics.mean_absolute_error,
    "rmse": metrics.root_mean_squared_error,
}


def performance(monitor: Monitor, settings: Settings, reader: Reader) -> Measured:
    """The metric over the requests whose label has come, if that is enough of them."""
    rows, columns = reader.log(monitor), settings.columns
    name = columns.score if monitor.metric == "roc_auc" else columns.prediction
    require(rows.frame.columns, [name], "the inference log")
    answered = rows.frame.dropna(subset=[name])
    if answered.empty:
        raise CannotTell(f"column {name} has no value in the window")
    found = reader.labelled(rows).dropna(subset=[name])
    percent = 100 * len(found) / len(answered)
    if percent < monitor.min_label_percent:
        raise CannotTell(
            f"{percent:.0f} % of the predictions have a label, of {monitor.min_label_percent:g} % that are needed: "
            "those that come early may be of another kind"
        )
    enough(len(found), monitor, "labelled requests")
    value = score(monitor.metric, found[columns.label], found[name])
    return Measured(
        value=value, rows=len(found), details={**rows.facts, "labelled_percent": round(percent, 1)}
    )


def score(metric: str, label: pd.Series, found: pd.Series) -> float:
    """One metric. Raises CannotTell for one that is not known, or that these values have not."""
    if metric == "roc_auc" and label.nunique() != 2:
        raise CannotTell(f"the labels of the window have {label.nunique()} values, and roc_auc is of two")
    if metric != "roc_auc" and metric not in OF_PREDICTIONS:
        raise CannotTell(f"metric {metric!r} is not known")
    try:
        if metric == "roc_auc":
            return float(metrics.roc_auc_score(label, found))
        return float(OF_PREDICTIONS[metric](label, found))
    except (TypeError, ValueError) as error:
        raise CannotTell(f"labels and predictions cannot be compared: {error}") from None
