"""The rules of parameters: AWS's own API model, held more strictly than botocore does, and the rules of tags."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from difflib import get_close_matches
from typing import TYPE_CHECKING, Any

from paved.aws.creating.patterns import matches
from paved.aws.creating.rejections import Call, Rejection

if TYPE_CHECKING:
    from botocore.model import ListShape, MapShape, Shape, StructureShape

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
"""The Python types that each type of the model accepts. Timestamps are left to botocore, which parses them."""

LONGEST_TAG_KEY = 128
LONGEST_TAG_VALUE = 256
MOST_TAGS = 50
RESERVED_TAG_PREFIX = "aws:"


@dataclass(frozen=True, kw_only=True)
class ModelViolation:
    """One parameter that breaks a rule of the model. A doubtful one is a warning: the model may be behind."""

    parameter: str
    rule: str
    value: Any
    doubtful: bool = False

    def rejection(self, call: Call | None = None) -> Rejection:
        """The reason for which a resource, or a call of it, is refused."""
        return Rejection(
            call=str(call) if call else None,
            parameter=self.parameter or None,
            rule=self.rule,
            value=self.value,
        )


def model_violations(shape: "Shape", value: Any, parameter: str = "") -> Iterator[ModelViolation]:
    """Every way in which `value` breaks the model's `shape`. `parameter` is the path of the value."""
    wanted = _TYPES.get(shape.type_name)
    if wanted is None or getattr(shape, "is_document_type", False):
        return
    if not isinstance(value, wanted) or (isinstance(value, bool) and shape.type_name != "boolean"):
        yield ModelViolation(
            parameter=parameter, rule=f"must be of type {shape.type_name}", value=_shown(shape, value)
        )
        return
    yield from _size_violations(shape, value, parameter)
    if check := _CHECKS.get(shape.type_name):
        yield from check(shape, value, parameter)


def tag_violations(tags: Mapping[str, str]) -> Iterator[ModelViolation]:
    """Every way in which the tags of one resource break the rules of all services."""
    # The API models of some services, such as EC2, say nothing of tags; AWS holds all of them to these rules.
    if len(tags) > MOST_TAGS:
        yield ModelViolation(parameter="tags", rule=f"must be at most {MOST_TAGS}", value=len(tags))
    for key, value in sorted(tags.items()):
        parameter = f"tags[{key!r}]"
        if not 1 <= len(key) <= LONGEST_TAG_KEY:
            rule = f"must have a key of 1 to {LONGEST_TAG_KEY} characters"
            yield ModelViolation(parameter=parameter, rule=rule, value=key)
        if key.lower().startswith(RESERVED_TAG_PREFIX):
            rule = f"must not start with `{RESERVED_TAG_PREFIX}`"
            yield ModelViolation(parameter=parameter, rule=rule, value=key)
        if not isinstance(value, str) or len(value) > LONGEST_TAG_VALUE:
            rule = f"must be text of at most {LONGEST_TAG_VALUE} characters"
            yield ModelViolation(parameter=parameter, rule=rule, value=value)


def _structure_violations(
    shape: "StructureShape", value: Mapping[str, Any], parameter: str
) -> Iterator[ModelViolation]:
    for name in shape.required_members:
        if value.get(name) is None:
            yield ModelViolation(parameter=_member(parameter, name), rule="is required", value=None)
    for name, item in value.items():
        if name in shape.members:
            yield from model_violations(shape.members[name], item, _member(parameter, name))
        else:
            yield ModelViolation(
                parameter=_member(parameter, name), rule=f"is not a member of {shape.name}", value=item
            )
    if getattr(shape, "is_tagged_union", False) and len(value) != 1:
        yield ModelViolation(parameter=parameter, rule="must have exactly one member", value=sorted(value))


def _list_violations(shape: "ListShape", value: list[Any], parameter: str) -> Iterator[ModelViolation]:
    for index, item in enumerate(value):
        yield from model_violations(shape.member, item, f"{parameter}[{index}]")


def _map_violations(shape: "MapShape", value: Mapping[str, Any], parameter: str) -> Iterator[ModelViolation]:
    for key, item in value.items():
        yield from model_violations(shape.key, key, f"{parameter} key")
        yield from model_violations(shape.value, item, f"{parameter}[{key!r}]")


def _string_violations(shape: "Shape", value: str, parameter: str) -> Iterator[ModelViolation]:
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


def _size_violations(shape: "Shape", value: Any, parameter: str) -> Iterator[ModelViolation]:
    least, most = shape.metadata.get("min"), shape.metadata.get("max")
    if (least is None and most is None) or isinstance(value, bool):
        return
    is_number = isinstance(value, int | float)
    size = value if is_number else len(value)
    if (least is not None and size < least) or (most is not None and size > most):
        noun = "must be" if is_number else "must have a length"
        bounds = f"{noun} of {least if least is not None else 'any'} to {most if most is not None else 'any'}"
        yield ModelViolation(parameter=parameter, rule=bounds, value=_shown(shape, value))


_CHECKS: Mapping[str, Callable[[Any, Any, str], Iterator[ModelViolation]]] = {
    "structure": _structure_violations,
    "list": _list_violations,
    "map": _map_violations,
    "string": _string_violations,
    "character": _string_violations,
}


def _member(parameter: str, name: str) -> str:
    return f"{parameter}.{name}" if parameter else name


def _shown(shape: "Shape", value: Any) -> Any:
    return "(sensitive)" if shape.metadata.get("sensitive") else value
