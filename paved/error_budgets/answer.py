"""The answer of Prometheus to the query for error budgets, read strictly."""

import math
import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from paved.error_budgets.promises import Promise
from paved.errors import BadInput
from paved.files import read_json

SERIES = "slo:period_error_budget_remaining:ratio"
HINT = "`paved objectives STACK` prints the query, whose answer is saved as it comes"
NUMBER = re.compile(r"[+-]?(\d+(\.\d*)?([eE][+-]?\d+)?|Inf)|NaN", re.ASCII)
"""A sample as Prometheus writes it."""


@dataclass(frozen=True, kw_only=True)
class Reading:
    """The rest of a budget, 1 for all of it, and the moment at which Prometheus said so."""

    left: float
    at: datetime


def query(stack: str) -> str:
    """The instant query for the budgets of a stack."""
    return f'min by (sloth_service, sloth_slo) ({SERIES}{{sloth_service=~"{stack}[.].+"}})'


def readings(path: Path) -> Mapping[Promise, Reading]:
    """The budgets of a file. Raises BadInput for a file that is no answer to an instant query of them."""
    found: dict[Promise, Reading] = {}
    try:
        data = read_json(path)
    except BadInput as error:
        raise BadInput(str(error), hint=HINT) from None
    for number, entry in enumerate(_vector(path, data), start=1):
        promise, reading = _entry(f"`{path}`, series {number}", entry)
        if promise in found:
            raise BadInput(f"`{path}`, series {number}: {promise.slo} of {promise.service} stands twice")
        found[promise] = reading
    return found


def _vector(path: Path, data: Any) -> list[Any]:
    answer = data.get("data") if isinstance(data, dict) and data.get("status") == "success" else None
    found = (
        answer.get("result") if isinstance(answer, dict) and answer.get("resultType") == "vector" else None
    )
    if not isinstance(found, list):
        raise BadInput(
            f"`{path}` must be the answer of Prometheus to an instant query, with `status` and `data`",
            hint=HINT,
        )
    return found


def _entry(where: str, entry: Any) -> tuple[Promise, Reading]:
    labels = entry.get("metric") if isinstance(entry, dict) else None
    sample = entry.get("value") if isinstance(entry, dict) else None
    service, slo = (
        labels.get(key) if isinstance(labels, dict) else None for key in ("sloth_service", "sloth_slo")
    )
    if not isinstance(service, str) or not isinstance(slo, str):
        raise BadInput(f"{where}: must have the labels `sloth_service` and `sloth_slo`")
    if not isinstance(sample, list) or len(sample) != 2:
        raise BadInput(f"{where}: `value` must be a moment and a number in quotes")
    moment, text = sample
    try:
        if type(moment) not in (int, float) or not isinstance(text, str) or not NUMBER.fullmatch(text):
            raise ValueError(f"{text!r} of {moment!r} is no sample")
        at, left = datetime.fromtimestamp(moment, UTC), float(text)
    except (ValueError, OverflowError, OSError) as error:
        raise BadInput(f"{where}: `value` must be a moment and a number in quotes") from error
    return Promise(service=service, slo=slo), Reading(left=left, at=at)


def is_number(left: float) -> bool:
    """Whether a budget is known: Prometheus writes NaN and infinities as well."""
    return math.isfinite(left)
