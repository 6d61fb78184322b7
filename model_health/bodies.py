"""Logged requests and answers as rows of named values, by the form that their model server speaks."""

import json
import math
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import pandas as pd

from model_health.outcome import CannotTell
from model_health.settings import Columns

INPUTS, OUTPUTS = "inputs", "outputs"
"""The columns of a log of JSON lines that hold the two bodies."""

INSTANCE = "#"
"""The sign between the id of a request and the number of one of its instances."""

MOST_UNREADABLE = 0.01
"""The share of requests whose bodies say nothing from which on the rest may be of another kind."""

STUMBLES = (ArithmeticError, AttributeError, LookupError, RecursionError, TypeError, ValueError)
"""The errors of reading a body whose parts are of other kinds: whoever calls an endpoint writes what he likes."""

PREDICT, PREDICT_PROBA = "predict", "predict_proba"
"""The names that MLServer gives to what scikit-learn and its like answer."""

Row = dict[str, Any]


class Unreadable(Exception):
    """A body of no known form. Its text is the reason."""


def unfolded(frame: pd.DataFrame, columns: Columns) -> pd.DataFrame:
    """A row for each instance of each request. One of several has the request's id with its number: `id#0`, `id#1`.

    Raises CannotTell where too many bodies cannot be read.
    """
    rows: list[Row] = []
    faults: list[str] = []
    for logged in frame.to_dict("records"):
        try:
            rows += of_request(logged, columns)
        except Unreadable as reason:
            faults.append(str(reason))
        except STUMBLES as error:
            faults.append(f"its form is not what its names say ({type(error).__name__})")
    if len(faults) > MOST_UNREADABLE * len(frame):
        raise CannotTell(
            f"{len(faults)} of {len(frame)} logged bodies cannot be read, the first since {faults[0]}"
        )
    return pd.DataFrame(rows)


def of_request(logged: Mapping[str, Any], columns: Columns) -> list[Row]:
    """The rows of one request, or of one label. Raises Unreadable."""
    common = {name: logged[name] for name in (columns.time, columns.version) if name in logged}
    label = decoded(logged.get(columns.label))
    if label is not None:
        common[columns.label] = label
    found = instances(logged.get(INPUTS), logged.get(OUTPUTS), columns)
    if not found and label is None:
        raise Unreadable("it has neither inputs nor outputs")
    request, several = logged[columns.request], len(found) > 1
    return [
        {**values, **common, columns.request: f"{request}{INSTANCE}{number}" if several else request}
        for number, values in enumerate(found or [{}])
    ]


def instances(inputs: str | None, outputs: str | None, columns: Columns) -> list[Row]:
    """The instances of one request with their answers. Raises Unreadable for bodies that do not belong together."""
    asked = rows_of(decoded(inputs), columns)
    answered = [named(row, columns) for row in rows_of(decoded(outputs), columns)]
    if asked and answered and len(asked) != len(answered):
        raise Unreadable(f"it has {len(asked)} inputs and {len(answered)} outputs")
    count = max(len(asked), len(answered))
    pairs = zip(asked or [{}] * count, answered or [{}] * count, strict=True)
    return [{**one, **other} for one, other in pairs]


def decoded(text: str | None) -> Any:
    """A body; nothing for a missing one, as a redacted one is. Raises Unreadable for what is no JSON."""
    if text is None or (isinstance(text, float) and math.isnan(text)):
        return None
    try:
        return json.loads(text)
    except ValueError:
        raise Unreadable("it is no JSON") from None


def rows_of(body: Any, columns: Columns) -> list[Row]:
    """The rows of a body of OpenAI's, of KServe's first or second protocol, or of plain named values."""
    if body is None:
        return []
    if isinstance(body, Mapping):
        if text := spoken(body, columns):
            return [text]
        for key in ("instances", "predictions", INPUTS, OUTPUTS):
            if isinstance(body.get(key), list):
                return rows_of(body[key], columns)
        return [dict(flat(body))]
    if not isinstance(body, list):
        return [{columns.prediction: body}]
    if body and all(isinstance(each, Mapping) and "name" in each and "data" in each for each in body):
        return tensors(body)
    return [row_of(each, columns) for each in body]


def spoken(body: Mapping[str, Any], columns: Columns) -> Row | None:
    """The text of a body of a language model: what it was told, or what it answered. None for any other."""
    if isinstance(body.get("choices"), list) and body["choices"]:
        first = body["choices"][0]
        message = first.get("message") or {}
        return {columns.answer: message.get("content") or first.get("text") or ""}
    if isinstance(body.get("messages"), list):
        texts = [each.get("content") for each in body["messages"] if isinstance(each, Mapping)]
        return {columns.context: "\n".join(each for each in texts if isinstance(each, str))}
    if isinstance(body.get("prompt"), str):
        return {columns.context: body["prompt"]}
    return None


def tensors(found: Sequence[Mapping[str, Any]]) -> list[Row]:
    """The rows of tensors, whose first dimension is that of instances. Raises Unreadable where these differ."""
    shapes = [each.get("shape") or [len(each["data"])] for each in found]
    counts = {shape[0] for shape in shapes}
    if len(counts) != 1:
        raise Unreadable("its tensors are of different lengths")
    [count] = counts
    values = [list(leaves(each["data"])) for each in found]
    for tensor, data in zip(found, values, strict=True):
        # Before there are as many rows as a shape says.
        if not 0 < count <= len(data) or len(data) % count:
            raise Unreadable(f"tensor {tensor['name']} is not of its shape")
    rows: list[Row] = [{} for _ in range(count)]
    for tensor, data in zip(found, values, strict=True):
        width = len(data) // count
        for number, row in enumerate(rows):
            row.update(spread(str(tensor["name"]), data[number * width : (number + 1) * width]))
    return rows


def leaves(data: Any) -> Iterator[Any]:
    """The values of nested lists, which a tensor's data may be, in their order."""
    if isinstance(data, list):
        for each in data:
            yield from leaves(each)
    else:
        yield data


def row_of(value: Any, columns: Columns) -> Row:
    """One instance, or one prediction, of KServe's first protocol."""
    if isinstance(value, Mapping):
        return dict(flat(value))
    if isinstance(value, list):
        return spread("feature", list(leaves(value)))
    return {columns.prediction: value}


def flat(values: Mapping[str, Any]) -> Iterator[tuple[str, Any]]:
    """Named values, those of a list with their number, and of a mapping with its key before theirs."""
    for name, value in values.items():
        if isinstance(value, Mapping):
            yield from flat({f"{name}.{key}": each for key, each in value.items()})
        elif isinstance(value, list):
            yield from spread(name, list(leaves(value))).items()
        else:
            yield name, value


def spread(name: str, values: Sequence[Any]) -> Row:
    """One value by its name, several by the name and their number."""
    if len(values) == 1:
        return {name: values[0]}
    return {f"{name}_{number}": value for number, value in enumerate(values)}


def named(row: Row, columns: Columns) -> Row:
    """An answer by the names of settings: the only value of one is the prediction, and MLServer's names are known."""
    found = dict(row)
    if f"{PREDICT_PROBA}_1" in found and f"{PREDICT_PROBA}_2" not in found:
        found[columns.score] = found.pop(f"{PREDICT_PROBA}_1")
        del found[f"{PREDICT_PROBA}_0"]
    if PREDICT in found:
        found[columns.prediction] = found.pop(PREDICT)
    if len(found) == 1 and not set(found) & columns.names():
        found = {columns.prediction: next(iter(found.values()))}
    return found
