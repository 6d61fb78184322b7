"""The settings of a collector: the bucket, and how the requests of each endpoint are kept."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True, kw_only=True)
class Kept:
    """The part of an endpoint's requests that is kept, and what is taken out of them.

    `redact` are names of values, and `mask` kinds of text such as `email`.
    """

    sample_percent: float
    redact: tuple[str, ...] = ()
    mask: tuple[str, ...] = ()


@dataclass(frozen=True, kw_only=True)
class LogSettings:
    """The bucket of the log, and its endpoints by name."""

    bucket: str
    endpoints: Mapping[str, Kept]


def log_settings_of(text: str) -> LogSettings:
    """The settings as JSON. Raises TypeError for keys that are not known: a redaction that is ignored is none."""
    found: dict[str, Any] = json.loads(text)
    endpoints = {name: kept_of(each) for name, each in found.pop("endpoints").items()}
    return LogSettings(endpoints=endpoints, **found)


def kept_of(found: Mapping[str, Any]) -> Kept:
    """The keeping of one endpoint's requests."""
    lists = {name: tuple(found.get(name, ())) for name in ("redact", "mask")}
    return Kept(**{**found, **lists})
