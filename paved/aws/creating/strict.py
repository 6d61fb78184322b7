"""Checking a call against AWS's own API model, more strictly than botocore does before it sends one."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from difflib import get_close_matches
from typing import Any

from botocore.model import ListShape, MapShape, Shape, StructureShape

from paved.aws.creating.patterns import matches

LAGGING_ENUMS = frozenset(
    {"BucketLocationConstraint", "InstanceType", "OpenSearchPartitionInstanceType", "Runtime"}
)
"""Enums that AWS extends before botocore does: a value they lack is doubtful, not wrong."""

MOST_SHOWN = 12
"""Values of an enum that a message lists."""

_TYPES: Mapping[str, tuple[type, ...]] = {
    "structure": (Mapping,),
    "list": (list, tuple),
    "map": (Mapping,),
    "string": (str,),
    "character": (str,),
    "blob": (bytes, bytearray, str),
    "boolean": (bool,),
    "integer": (int,),
    "long": (int,),
    "float": (int, float),
    "double": (int, float),
}
"""What may be passed for each type of the model. Timestamps are left to botocore, which parses them."""


@dataclass(frozen=True, kw_only=True)
class ModelViolation:
    """One parameter that breaks a rule of the model. A doubtful one is a warning: the model may be behind."""

    parameter: str
    rule: str
    value: Any
    doubtful: bool = False


def findings(shape: Shape, value: Any, parameter: str = "") -> Iterator[ModelViolation]:
    """Every way in which `value` breaks the model's `shape`. `parameter` is the path of the value."""
    wanted = _TYPES.get(shape.type_name)
    if wanted is None or getattr(shape, "is_document_type", False):
        return
    if not isinstance(value, wanted) or (isinstance(value, bool) and shape.type_name != "boolean"):
        yield ModelViolation(
            parameter=parameter, rule=f"must be of type {shape.type_name}", value=_shown(shape, value)
        )
        return
    yield from _size_findings(shape, value, parameter)
    if inside := _INSIDES.get(shape.type_name):
        yield from inside(shape, value, parameter)


def _structure_findings(
    shape: StructureShape, value: Mapping[str, Any], parameter: str
) -> Iterator[ModelViolation]:
    for name in shape.required_members:
        if value.get(name) is None:
            yield ModelViolation(parameter=_member(parameter, name), rule="is required", value=None)
    for name, item in value.items():
        if name in shape.members:
            yield from findings(shape.members[name], item, _member(parameter, name))
        else:
            yield ModelViolation(
                parameter=_member(parameter, name), rule=f"is not a member of {shape.name}", value=item
            )
    if getattr(shape, "is_tagged_union", False) and len(value) != 1:
        yield ModelViolation(parameter=parameter, rule="must have exactly one member", value=sorted(value))


def _list_findings(shape: ListShape, value: list[Any], parameter: str) -> Iterator[ModelViolation]:
    for index, item in enumerate(value):
        yield from findings(shape.member, item, f"{parameter}[{index}]")


def _map_findings(shape: MapShape, value: Mapping[str, Any], parameter: str) -> Iterator[ModelViolation]:
    for key, item in value.items():
        yield from findings(shape.key, key, f"{parameter} key")
        yield from findings(shape.value, item, f"{parameter}[{key!r}]")


def _string_findings(shape: Shape, value: str, parameter: str) -> Iterator[ModelViolation]:
    enum, pattern = shape.metadata.get("enum"), shape.metadata.get("pattern")
    if enum and value not in enum:
        yield ModelViolation(
            parameter=parameter,
            rule=_choice(enum, value),
            value=_shown(shape, value),
            doubtful=shape.name in LAGGING_ENUMS,
        )
    if pattern and (fits := matches(pattern, value)) is not True:
        yield ModelViolation(
            parameter=parameter,
            rule=f"must match {pattern}"
            if fits is False
            else f"may not match {pattern}, which cannot be decided",
            value=_shown(shape, value),
            doubtful=fits is None,
        )


def _choice(enum: Sequence[str], value: str) -> str:
    """The rule of an enum. Some have hundreds of values, of which only the nearest help."""
    if len(enum) <= MOST_SHOWN:
        return f"must be one of {', '.join(enum)}"
    near = get_close_matches(value, enum, n=1)
    return f"must be one of {len(enum)} values" + (f"; did you mean `{near[0]}`?" if near else "")


def _size_findings(shape: Shape, value: Any, parameter: str) -> Iterator[ModelViolation]:
    least, most = shape.metadata.get("min"), shape.metadata.get("max")
    if (least is None and most is None) or isinstance(value, bool):
        return
    is_number = isinstance(value, int | float)
    size = value if is_number else len(value)
    if (least is not None and size < least) or (most is not None and size > most):
        noun = "must be" if is_number else "must have a length"
        bounds = f"{noun} of {least if least is not None else 'any'} to {most if most is not None else 'any'}"
        yield ModelViolation(parameter=parameter, rule=bounds, value=_shown(shape, value))


_INSIDES: Mapping[str, Callable[[Any, Any, str], Iterator[ModelViolation]]] = {
    "structure": _structure_findings,
    "list": _list_findings,
    "map": _map_findings,
    "string": _string_findings,
    "character": _string_findings,
}


def _member(parameter: str, name: str) -> str:
    return f"{parameter}.{name}" if parameter else name


def _shown(shape: Shape, value: Any) -> Any:
    return "(sensitive)" if shape.metadata.get("sensitive") else value
