"""Performance without labels: estimated from the scores by nannyml's CBPE, which the reference calibrates."""

import math

from nannyml import CBPE

from model_health.features import enough, kind
from model_health.outcome import CannotTell, Measured
from model_health.reading import Reader, require
from model_health.settings import Monitor, Settings


def estimated_performance(monitor: Monitor, settings: Settings, reader: Reader) -> Measured:
    """The metric that the scores of the window let expect. It sees no change of what the labels mean."""
    reference, rows = reader.reference().frame, reader.log(monitor)
    columns = settings.columns
    require(reference.columns, [columns.score, columns.prediction, columns.label], "the reference")
    require(rows.frame.columns, [columns.score, columns.prediction], "the inference log")
    known = reference.dropna(subset=[columns.score, columns.prediction, columns.label])
    current = rows.frame.dropna(subset=[columns.score, columns.prediction])
    enough(len(known), monitor, "labelled rows of the reference")
    enough(len(current), monitor, "requests with a score")
    if known[columns.label].nunique() != 2:
        raise CannotTell(
            f"the labels of the reference have {known[columns.label].nunique()} values, and CBPE takes two"
        )
    for frame, where in ((known, "reference"), (current, "log")):
        if kind(frame[columns.score]) != "numbers" or not frame[columns.score].between(0, 1).all():
            raise CannotTell(f"column {columns.score} of the {where} is no probability from 0 to 1")
    estimator = CBPE(
        y_pred_proba=columns.score,
        y_pred=columns.prediction,
        y_true=columns.label,
        metrics=[monitor.metric],
        problem_type="classification_binary",
        chunk_number=1,
    ).fit(known[[columns.score, columns.prediction, columns.label]].reset_index(drop=True))
    found = estimator.estimate(current[[columns.score, columns.prediction]].reset_index(drop=True))
    row = found.filter(period="analysis").to_df()[monitor.metric].iloc[0]
    if math.isnan(row["value"]):
        raise CannotTell("CBPE gives no estimate for the window")
    error = {
        "lower": float(row["lower_confidence_boundary"]),
        "upper": float(row["upper_confidence_boundary"]),
    }
    return Measured(value=float(row["value"]), rows=len(current), details={**rows.facts, "interval": error})
