"""The types of resources that a plan may hold, with a reason for each that no rule is about by itself."""

import tomllib
from collections.abc import Mapping
from functools import cache
from importlib.resources import files
from types import MappingProxyType
from typing import Any


def types_without_rule() -> Mapping[str, str]:
    """The types that no rule is about by itself, each with the reason."""
    return MappingProxyType(_tables()["without"])


@cache
def known_types() -> frozenset[str]:
    """Every type that rules know."""
    return frozenset((*_tables()["judged"], *types_without_rule()))


@cache
def _tables() -> dict[str, Any]:
    return tomllib.loads((files("reference") / "data" / "known_types.toml").read_text(encoding="utf-8"))
