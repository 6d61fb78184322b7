"""Answers of Prometheus's range queries, read strictly: as its API writes them, or as `promtool query range` does."""

import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from paved.errors import BadInput
from paved.files import read_json
from paved.operations.exports import Export
from paved.operations.period import STEP_SECONDS, Period
from stacks.reading.problems import shown

AGAIN = "export it again, with the script that `paved report --month YYYY-MM --operations queries` prints"


@dataclass(frozen=True, kw_only=True)
class ExportedSeries:
    """One series of an export: its labels, and its value at each step of the month that has one."""

    labels: Mapping[str, str]
    values: Mapping[int, float]

    def label(self, name: str) -> str:
        """A label; one that is not there is an empty one, as in Prometheus."""
        return self.labels.get(name, "")

    def counts(self) -> dict[int, int]:
        """Values as whole numbers, by step."""
        return {step: round(value) for step, value in self.values.items()}


def read_export(path: Path, export: Export, period: Period) -> tuple[ExportedSeries, ...]:
    """The series of a file. Raises BadInput for a file that is no answer to the query of the export."""
    matrix = _matrix(path, read_json(path))
    found: list[ExportedSeries] = []
    seen: set[tuple[tuple[str, str], ...]] = set()
    for number, entry in enumerate(matrix):
        series = _series(f"`{path}`, series {number + 1}", entry, export, period)
        key = tuple(sorted(series.labels.items()))
        if key in seen:
            raise BadInput(f"`{path}`, series {number + 1}: its labels stand twice: {_shown(series.labels)}")
        seen.add(key)
        found.append(series)
    return tuple(found)


def _matrix(path: Path, data: Any) -> Sequence[Any]:
    """The list of series of an answer."""
    if isinstance(data, list):
        return data
    if not isinstance(data, dict):
        raise BadInput(f"`{path}` is no answer of Prometheus: expected an object with `status` and `data`")
    if data.get("status") != "success":
        said = shown(str(data.get("error", data.get("status"))), limit=120)
        raise BadInput(f"`{path}` is no answer of Prometheus that succeeded: {said}")
    answer = data.get("data")
    kind = answer.get("resultType") if isinstance(answer, dict) else None
    if not isinstance(answer, dict) or kind != "matrix" or not isinstance(answer.get("result"), list):
        raise BadInput(
            f"`{path}` must be the answer of a range query, whose `resultType` is `matrix`, got"
            f" `{shown(str(kind), limit=40)}`",
            hint=AGAIN,
        )
    result: list[Any] = answer["result"]
    return result


def _series(where: str, entry: Any, export: Export, period: Period) -> ExportedSeries:
    labels = entry.get("metric") if isinstance(entry, dict) else None
    samples = entry.get("values") if isinstance(entry, dict) else None
    if labels is None or not _is_texts(labels) or not isinstance(samples, list):
        raise BadInput(
            f"{where}: must have `metric`, labels and their values, and `values`, a list of samples"
        )
    lacking = [f"`{name}`" for name in export.labels if not labels.get(name)]
    if lacking:
        raise BadInput(
            f"{where}: lacks the labels {', '.join(lacking)} of the query `{export.name}`", hint=AGAIN
        )
    return ExportedSeries(labels=labels, values=dict(_samples(where, samples, period)))


def _samples(where: str, samples: Sequence[Any], period: Period) -> Iterator[tuple[int, float]]:
    before = -math.inf
    for sample in samples:
        moment, value = _sample(where, sample)
        if moment <= before:
            raise BadInput(f"{where}: sample at {moment:.0f} is not later than the one before it")
        before = moment
        try:
            step = period.step(moment)
        except ValueError:
            raise BadInput(
                f"{where}: sample at {moment} is not on the grid of {STEP_SECONDS} seconds"
                f" from {period.start:%Y-%m-%d}",
                hint=AGAIN,
            ) from None
        if step is not None:
            yield step, value


def _sample(where: str, sample: Any) -> tuple[float, float]:
    """The moment and the value of a sample: a number, and a number as text."""
    if type(sample) is list and len(sample) == 2:
        moment, text = sample
        if type(moment) in (int, float) and type(text) is str and text.isascii() and "_" not in text:
            value = _number(text)
            if 0 <= value < math.inf:
                return moment, value
    raise BadInput(
        f"{where}: a sample must be a moment and a number from 0 as text, got {shown(str(sample), limit=60)}"
    )


def _number(text: str) -> float:
    """The number of a text; NaN where it has none."""
    try:
        return float(text)
    except ValueError:
        return math.nan


def _is_texts(labels: Any) -> bool:
    return isinstance(labels, dict) and all(isinstance(value, str) for value in labels.values())


def _shown(labels: Mapping[str, str]) -> str:
    return shown(", ".join(f"{name}={value}" for name, value in sorted(labels.items())), limit=120)
