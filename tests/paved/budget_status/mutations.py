"""Every way to change an answer of AWS in one place, by AWS's own model of it."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

from botocore.exceptions import ParamValidationError
from botocore.validate import validate_parameters

Path = tuple[str, ...]
SAMPLE_TIME = datetime(2031, 1, 1, tzinfo=UTC)
DEEPEST = 6
"""Members below which an expression of AWS, which has expressions inside, is not followed."""


def mutations(shape: Any, value: Any, path: Path = ()) -> Iterator[tuple[Path, Any]]:
    """The place of each change, and the answer with it."""
    match shape.type_name:
        case "structure":
            yield from _of_structure(shape, value, path)
        case "list":
            yield (*path, "[]"), []
            for index, item in enumerate(value):
                for where, changed in mutations(shape.member, item, (*path, f"[{index}]")):
                    yield where, [*value[:index], changed, *value[index + 1 :]]
        case "map":
            yield (*path, "{}"), {}
            for key, item in value.items():
                yield (*path, key, "misspelt"), {**without(value, key), f"{key}x": item}
                for where, changed in mutations(shape.value, item, (*path, key)):
                    yield where, {**value, key: changed}
        case _:
            yield from ((path, other) for other in others(shape, value))


def _of_structure(shape: Any, value: Any, path: Path) -> Iterator[tuple[Path, Any]]:
    for name, member in shape.members.items():
        here = (*path, name)
        if name not in value:
            if len(path) < DEEPEST:
                yield here, {**value, name: sample(member, len(path))}
            continue
        if name not in shape.required_members:
            yield (*here, "gone"), without(value, name)
        for where, changed in mutations(member, value[name], here):
            yield where, {**value, name: changed}


def without(value: dict[str, Any], key: str) -> dict[str, Any]:
    return {name: item for name, item in value.items() if name != key}


def others(shape: Any, value: Any) -> list[Any]:
    """Values that are not this one."""
    match shape.type_name:
        case "boolean":
            return [not value]
        case "double" | "integer" | "long":
            return [value + 1, value * 10]
        case "timestamp":
            return [SAMPLE_TIME, datetime(2026, 10, 1, tzinfo=UTC)]
    if shape.enum:
        return [other for other in shape.enum if other != value]
    if value.replace(".", "", 1).isdigit():
        return [str(float(value) + 1), "0.0"]
    return [f"{value}x", value.swapcase()]


def sample(shape: Any, depth: int) -> Any:
    """A value where there was none."""
    match shape.type_name:
        case "structure":
            members = shape.required_members or list(shape.members)[:3]
            if depth >= DEEPEST:
                return {}
            return {name: sample(shape.members[name], depth + 1) for name in members}
        case "list":
            return [sample(shape.member, depth + 1)]
        case "map":
            return {"1793491200": sample(shape.value, depth + 1)}
        case "boolean":
            return True
        case "double" | "integer" | "long":
            return 7
        case "timestamp":
            return SAMPLE_TIME + timedelta(days=1)
    return (shape.enum or ["7"])[-1]


def is_answer(shape: Any, answer: Any) -> bool:
    """Whether AWS's model takes an answer: a sample of it may be no value that AWS gives."""
    try:
        validate_parameters(answer, shape)
    except ParamValidationError:
        return False
    return True
