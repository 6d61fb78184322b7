"""The releases of the platform: which Kubernetes, AMI, add-ons and charts were chosen to run together."""

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from functools import cache
from importlib.resources import files
from types import MappingProxyType
from typing import Any, Literal

Verdict = Literal["safe", "manual", "blocked"]


@dataclass(frozen=True, kw_only=True)
class PinnedImage:
    """An image of a chart in teams' namespaces, or of a stack elsewhere: a tag and, if one could be read, its digest.

    `newest_on` is the last day on which no newer release was out; `cuda` is the CUDA of an image for GPUs.
    """

    repository: str
    tag: str
    newest_on: date
    source: str
    digest: str | None = None
    cuda: str | None = None

    @property
    def pin(self) -> str:
        """The tag as charts take it, with the digest behind it: the digest is what a node pulls."""
        return f"{self.tag}@{self.digest}" if self.digest else self.tag

    @property
    def reference(self) -> str:
        """The image as pods name it."""
        return f"{self.repository}:{self.pin}"


@dataclass(frozen=True, kw_only=True)
class Transition:
    """One pin that differs from the row before, by its path in the row, such as `charts.kueue`.

    `before` or `after` is None where only one of the rows has the pin. A `manual` one has steps, for somebody to
    do before the first `up` or after the last; a `blocked` one has a reason, and no running stack takes it.
    """

    pin: str
    verdict: Verdict
    source: str
    read_on: date
    before: str | None = None
    after: str | None = None
    before_up: tuple[str, ...] = ()
    after_up: tuple[str, ...] = ()
    reason: str | None = None


@dataclass(frozen=True, kw_only=True)
class Release:
    """One row of `releases.toml`.

    `addons` are names of EKS add-ons, whose version for `kubernetes` EKS chooses; `charts` maps a Helm chart to
    its exact version, `images` an image by the name that its chart gives it, `tools` one that stacks run themselves,
    outside of teams' namespaces. `as_of` is the day the row was compiled, from `source`. `transitions` lead to it
    from the row before, in the order in which steps are done.
    """

    name: str
    kubernetes: str
    standard_support_ends: date
    extended_support_ends: date
    ami_alias: str
    addons: tuple[str, ...]
    charts: Mapping[str, str]
    images: Mapping[str, PinnedImage]
    tools: Mapping[str, PinnedImage]
    source: str
    as_of: date
    transitions: tuple[Transition, ...] = ()


def chart_name(chart: str) -> str:
    """The name of a chart by which rows have it, whatever address stands before it."""
    return chart.rsplit("/", 1)[-1]


def release(name: str) -> Release:
    """The row called `name`, such as `2026.11`. Raises KeyError for a release that is not in the table."""
    return _releases()[name]


def releases() -> tuple[Release, ...]:
    """Every release, oldest first."""
    return tuple(row for _, row in sorted(_releases().items()))


@cache
def _releases() -> dict[str, Release]:
    text = (files("reference") / "data" / "releases.toml").read_text(encoding="utf-8")
    return parse_releases(text)


def parse_releases(text: str) -> dict[str, Release]:
    """The rows of a table in the form of `releases.toml`, by name."""
    return {name: _row(name, fields) for name, fields in tomllib.loads(text).items()}


def _row(name: str, fields: dict[str, Any]) -> Release:
    tables = {
        "addons": tuple(fields["addons"]),
        "charts": MappingProxyType(dict(sorted(fields["charts"].items()))),
        "images": _pinned(fields["images"]),
        "tools": _pinned(fields["tools"]),
        "transitions": tuple(_transition(each) for each in fields.get("transitions", ())),
    }
    return Release(name=name, **{**fields, **tables})


def _transition(fields: dict[str, Any]) -> Transition:
    steps = {key: tuple(fields.get(key, ())) for key in ("before_up", "after_up")}
    return Transition(**{**fields, **steps})


def _pinned(pins: dict[str, dict[str, Any]]) -> Mapping[str, PinnedImage]:
    return MappingProxyType({name: PinnedImage(**pin) for name, pin in sorted(pins.items())})
