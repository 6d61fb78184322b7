"""Templates of stack files: what each is for, and the amounts that a team begins with."""

import tomllib
from dataclasses import dataclass, fields
from functools import cache
from importlib.resources import files
from typing import Any

from paved.errors import BadInput
from stacks.reading.explain import listed, nearest
from stacks.reading.problems import shown

INDEX = "templates.toml"


@dataclass(frozen=True, kw_only=True)
class Template:
    """One template. `families` and `sizes` are of instance types, `accelerators` classes in the order of preference.

    One that begins with `vcpus` is for nodes without accelerators.
    """

    name: str
    title: str
    environment: str
    data_class: str
    accelerators: tuple[str, ...]
    families: tuple[str, ...] = ()
    sizes: tuple[str, ...] = ()
    efa: bool = False
    serves: bool = False
    gpus: int = 0
    vcpus: int = 0
    hours: int = 0


@cache
def templates() -> dict[str, Template]:
    """Every template by name, in the order in which it is offered."""
    text = (files("paved.onboard") / "templates" / INDEX).read_text(encoding="utf-8")
    return {name: _template(name, row) for name, row in tomllib.loads(text).items()}


def template_called(name: str) -> Template:
    """One template by name. Raises BadInput for none."""
    if name not in templates():
        says = f"`--template` must be {listed(list(templates()))}, got `{shown(name, limit=60)}`"
        raise BadInput(
            says + nearest(name, list(templates())), hint="`paved onboard --list` says what each is for"
        )
    return templates()[name]


def _template(name: str, row: dict[str, Any]) -> Template:
    known = {each.name for each in fields(Template)}
    values: dict[str, Any] = {
        key: tuple(value) if isinstance(value, list) else value for key, value in row.items()
    }
    if unknown := values.keys() - known:
        raise KeyError(f"{name} has {sorted(unknown)}")
    return Template(name=name, **values)
