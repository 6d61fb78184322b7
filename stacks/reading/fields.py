"""Fields of the model by path: the requirement of each, the words it takes, the keys below it."""

from types import UnionType
from typing import Annotated, Any, Literal, Union, get_args, get_origin

from pydantic import BaseModel
from pydantic.fields import FieldInfo

from stacks.reading.problems import Keys
from stacks.schema import Foundation, Platform, Team

KINDS: dict[str, type[BaseModel]] = {"foundation": Foundation, "platform": Platform, "team": Team}


def requirement(kind: str, path: Keys) -> str | None:
    """The requirement of the value at a path: its description, or the first sentence about its section."""
    for step in reversed(_metadata(kind, path)):
        if isinstance(step, FieldInfo) and step.description:
            return step.description
    section = _model(_type_at(kind, path))
    if section is None or not section.__doc__:
        return None
    first = section.__doc__.split(".\n")[0].split(". ")[0].rstrip(".")
    sentence = first.removeprefix(f"`paved:{path[-1]}`: ")
    # A name keeps its capitals: IAM, EKS.
    return sentence if sentence[1:2].isupper() else sentence[0].lower() + sentence[1:]


def choices(kind: str, path: Keys) -> list[str]:
    """The words that the value at a path may be, where it is one of a few words."""
    plain = _plain(_type_at(kind, path))
    if get_origin(plain) is not Literal:
        return []
    return [word for word in get_args(plain) if isinstance(word, str)]


def known_keys(kind: str, path: Keys) -> list[str]:
    """The keys that a mapping at a path may have, sorted."""
    section = _model(_type_at(kind, path))
    return sorted(section.model_fields) if section else []


def section_of(found: Any) -> type[BaseModel] | None:
    """The section that a type is, or is a list of; None for any other type."""
    plain = _plain(found)
    return _model(get_args(plain)[0] if get_origin(plain) is tuple else plain)


def _metadata(kind: str, path: Keys) -> list[Any]:
    if path and isinstance(path[-1], str):
        parent = _model(_type_at(kind, path[:-1]))
        info = parent.model_fields.get(path[-1]) if parent else None
        return [info] if info else []
    item = _type_at(kind, path)
    return list(item.__metadata__) if get_origin(item) is Annotated else []


def _type_at(kind: str, path: Keys) -> Any:
    found: Any = KINDS.get(kind)
    for step in path:
        if isinstance(step, int):
            found = next(iter(get_args(_plain(found))), None)
        else:
            parent = _model(found)
            info = parent.model_fields.get(step) if parent else None
            found = info.annotation if info else None
    return found


def _plain(found: Any) -> Any:
    """A type without its Annotated and its `| None`."""
    if get_origin(found) is Annotated:
        return _plain(get_args(found)[0])
    if get_origin(found) in (Union, UnionType):
        return _plain(next(arm for arm in get_args(found) if arm is not type(None)))
    return found


def _model(found: Any) -> type[BaseModel] | None:
    plain = _plain(found)
    return plain if isinstance(plain, type) and issubclass(plain, BaseModel) else None
