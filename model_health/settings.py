"""The settings of a run: one endpoint, the places and columns of its data, and its monitors."""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from typing import Any, TypeVar

LOWER_IS_WORSE = frozenset({"accuracy", "f1", "precision", "recall", "roc_auc", "groundedness", "judge"})
"""The metrics of which more is better: a check fails below its threshold, and above it for any other."""

KINDS = (
    "data-drift",
    "prediction-drift",
    "performance",
    "estimated-performance",
    "data-quality",
    "feature-freshness",
    "skew",
    "language",
)


class BadSettings(ValueError):
    """The settings do not say what is to be checked."""


@dataclass(frozen=True, kw_only=True)
class Columns:
    """The names of columns with a meaning of their own. All others of the reference are features."""

    request: str = "request_id"
    time: str = "time"
    prediction: str = "prediction"
    score: str = "score"
    label: str = "label"
    feature_time: str = "feature_time"
    answer: str = "answer"
    context: str = "context"
    judge: str = "judge_score"
    latency: str = "latency_ms"
    version: str = "model_version"

    def names(self) -> frozenset[str]:
        """All names with a meaning."""
        return frozenset(getattr(self, each.name) for each in fields(self))


@dataclass(frozen=True, kw_only=True)
class Monitor:
    """One question. `offline` is the place of the features that training read, `delay_hours` the wait for labels.

    `distance` is that of two distributions from which on a feature counts as drifted, `features` are all if empty.
    """

    name: str
    kind: str
    threshold: float
    window_hours: float
    severity: str = "ticket"
    metric: str = ""
    min_rows: int = 500
    features: tuple[str, ...] = ()
    distance: float = 0.1
    delay_hours: float = 0.0
    min_label_percent: float = 50.0
    offline: str | None = None
    tolerance: float = 1e-6
    retrain: str | None = None

    @property
    def lower_is_worse(self) -> bool:
        """Whether a check fails below its threshold."""
        return self.metric in LOWER_IS_WORSE

    def fails(self, value: float) -> bool:
        """Whether a value is beyond the threshold, which itself passes."""
        return value < self.threshold if self.lower_is_worse else value > self.threshold


@dataclass(frozen=True, kw_only=True)
class Settings:
    """An endpoint and its monitors. Places are `s3://` addresses or folders, with data in Parquet, or lines of JSON.

    At most `max_rows` rows of a window are read into memory: by a hash of the request, so that duplicates and
    labels of a request that is read are read too.
    """

    stack: str
    endpoint: str
    log: str
    monitors: tuple[Monitor, ...]
    reference: str | None = None
    labels: str | None = None
    max_rows: int = 200_000
    columns: Columns = field(default_factory=Columns)


def settings_of(text: str) -> Settings:
    """The settings as JSON. Raises BadSettings for a key or a kind that is not known."""
    found = dict(json.loads(text))
    monitors = tuple(monitor_of(each) for each in found.pop("monitors", []))
    columns = known(Columns, found.pop("columns", {}))
    return known(Settings, {**found, "monitors": monitors, "columns": columns})


def monitor_of(found: Mapping[str, Any]) -> Monitor:
    """One monitor. Raises BadSettings for a kind that is not known."""
    if found.get("kind") not in KINDS:
        raise BadSettings(f"kind must be one of {', '.join(KINDS)}, got {found.get('kind')!r}")
    return known(Monitor, {**found, "features": tuple(found.get("features", ()))})


Part = TypeVar("Part", Columns, Monitor, Settings)


def known(kind: type[Part], found: Mapping[str, Any]) -> Part:
    """An object of a dataclass. Raises BadSettings for keys that it does not have, and for those that it misses."""
    names = {each.name for each in fields(kind)}
    if strange := sorted(set(found) - names):
        raise BadSettings(f"{kind.__name__} has no {', '.join(strange)}")
    try:
        return kind(**found)
    except TypeError as error:
        raise BadSettings(str(error)) from None
