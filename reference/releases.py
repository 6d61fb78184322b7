"""The releases of the platform: which Kubernetes, AMI, add-ons and charts were chosen to run together."""

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from functools import cache
from importlib.resources import files
from types import MappingProxyType
from typing import Any


@dataclass(frozen=True, kw_only=True)
class Release:
    """One row of `releases.toml`.

    `addons` are names of EKS add-ons, whose version for `kubernetes` EKS chooses; `charts` maps a Helm chart to
    its exact version. `as_of` is the day the row was compiled, from `source`.
    """

    name: str
    kubernetes: str
    standard_support_ends: date
    extended_support_ends: date
    ami_alias: str
    addons: tuple[str, ...]
    charts: Mapping[str, str]
    source: str
    as_of: date


def release(name: str) -> Release:
    """The row called `name`, such as `2026.11`. Raises KeyError for a release that is not in the table."""
    return _releases()[name]


def releases() -> tuple[Release, ...]:
    """Every release, oldest first."""
    return tuple(row for _, row in sorted(_releases().items()))


@cache
def _releases() -> dict[str, Release]:
    text = (files("reference") / "data" / "releases.toml").read_text(encoding="utf-8")
    return {name: _row(name, fields) for name, fields in tomllib.loads(text).items()}


def _row(name: str, fields: dict[str, Any]) -> Release:
    lists = {
        "addons": tuple(fields["addons"]),
        "charts": MappingProxyType(dict(sorted(fields["charts"].items()))),
    }
    return Release(name=name, **{**fields, **lists})
