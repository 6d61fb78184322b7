"""What a stack says of itself: environment, team, data class. Taken from its config, as plain data."""

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from policies.dataset_locations import DatasetLocation, places
from policies.devices import device, summed
from pricing.guard import Estimated
from reference.security_level import LEVELS, STRICTEST, reaches

UNKNOWN_DEVICE = "an accelerator of a class that is not known here"
"""What a grant is of whose pool stands in a file that is not there."""


Config = Mapping[str, Any]


@dataclass(frozen=True, kw_only=True)
class Context:
    """The stack that is judged. What is not known of it is None, and rules then assume the strictest.

    `pools` and `granted` are accelerators by device: the most that the stack's own pools run, and what its queue
    may use of the platform's. `estimated` is what the stack costs; only who prices a plan knows it.
    """

    stack: str
    as_of: date
    kind: str | None = None
    environment: str | None = None
    security: str | None = None
    team: str | None = None
    cost_center: str | None = None
    escalation: str | None = None
    data_class: str | None = None
    residency: str | None = None
    region: str | None = None
    account: str | None = None
    is_retiring: bool = False
    dedicated_to: str | None = None
    tiers: Mapping[str, int] = field(default_factory=dict)
    endpoints: tuple[str, ...] = ()
    triggers: tuple[str, ...] = ()
    pools: Mapping[str, int] = field(default_factory=dict)
    granted: Mapping[str, int] = field(default_factory=dict)
    datasets: Mapping[str, str] = field(default_factory=dict)
    places: Mapping[str, DatasetLocation] = field(default_factory=dict)
    backed_up: frozenset[str] | None = None
    estimated: Estimated | None = None
    detection: Mapping[str, Any] = field(default_factory=dict)

    @classmethod
    def of(cls, stack: str, config: Config, as_of: date, bases: Mapping[str, Config]) -> "Context":
        """Read a stack's config: `paved:owner` and so on, each a value or the JSON text of one.

        `bases` are the configs, by stack name, of the platform and the foundation that it stands on, as far as they
        are there.
        """
        sections = _sections(config)
        below = {name: _sections(base) for name, base in bases.items()}
        owner, account = _mapping(sections.get("owner")), _mapping(sections.get("account"))
        kind = sections.get("kind")
        return cls(
            stack=stack,
            as_of=as_of,
            kind=kind,
            environment=sections.get("environment"),
            security=sections.get("security") or (LEVELS[0] if kind else None),
            team=owner.get("team"),
            cost_center=owner.get("cost_center"),
            escalation=owner.get("escalation"),
            data_class=sections.get("data_class") or (None if kind in (None, "team") else "internal"),
            residency=sections.get("residency"),
            region=account.get("region"),
            account=account.get("id"),
            is_retiring=sections.get("lifecycle") == "retiring",
            dedicated_to=_mapping(sections.get("tenancy")).get("dedicated_to"),
            tiers=_tiers(sections),
            endpoints=_names(sections, "serving", "endpoints"),
            triggers=_names(sections, "retraining", "triggers"),
            pools=_pools(sections),
            granted=_granted(sections, below.values()),
            datasets=_datasets(sections),
            places=_places(below),
            detection=_mapping(sections.get("detection")),
            backed_up=_backed_up(below.values()),
        )

    @property
    def floor(self) -> str:
        """The level of security that the stack promises; the strictest where it is not known."""
        return self.security if self.security in LEVELS else STRICTEST

    @property
    def is_dev(self) -> bool:
        """Whether the stack is known to be for trying things out."""
        return self.environment == "dev"

    @property
    def is_prod(self) -> bool:
        """Whether the stack is for production, or may be."""
        return self.environment not in ("dev", "staging")


def _names(sections: Mapping[str, Any], section: str, key: str) -> tuple[str, ...]:
    return tuple(each["name"] for each in _mapping(sections.get(section)).get(key, ()))


def _tiers(sections: Mapping[str, Any]) -> dict[str, int]:
    endpoints = _mapping(sections.get("serving")).get("endpoints", ())
    return {endpoint["name"]: endpoint["tier"] for endpoint in endpoints if "tier" in endpoint}


def _pools(sections: Mapping[str, Any]) -> Mapping[str, int]:
    """The most devices that the stack's own pools run together. A type that nobody knows has none: CO-04 tells it."""
    pools = _mapping(sections.get("training")).get("pools", ())
    found = ((device(pool.get("instance_types", ())), int(pool.get("max_gpus", 0))) for pool in pools)
    return summed((name, most) for name, most in found if name)


def _granted(sections: Mapping[str, Any], bases: Iterable[Mapping[str, Any]]) -> Mapping[str, int]:
    types = {
        pool["name"]: pool.get("instance_types", ())
        for base in bases
        for pool in base.get("pools", ())
        if "name" in pool
    }
    entries = _mapping(sections.get("training")).get("granted", ())
    return summed(
        (
            device(types.get(entry.get("pool"), ())) or UNKNOWN_DEVICE,
            int(entry.get("gpus", 0)) + int(entry.get("borrow_gpus", 0)),
        )
        for entry in entries
    )


def _datasets(sections: Mapping[str, Any]) -> dict[str, str]:
    uses = _mapping(sections.get("data")).get("datasets", ())
    return {use["name"]: use.get("access", "read") for use in uses if "name" in use}


def _places(bases: Mapping[str, Mapping[str, Any]]) -> Mapping[str, DatasetLocation]:
    found: dict[str, DatasetLocation] = {}
    for name, base in bases.items():
        datasets = _mapping(base.get("storage")).get("datasets", ())
        found |= places(name, str(_mapping(base.get("account")).get("id")), datasets)
    return found


def _backed_up(bases: Iterable[Mapping[str, Any]]) -> frozenset[str] | None:
    """The data classes of which the foundation takes backups; None where its file is not there."""
    for base in bases:
        if base.get("kind") == "foundation":
            section = _mapping(base.get("recovery"))
            asked = section.get("backups")
            is_on = reaches(base.get("security", LEVELS[0]), STRICTEST) if asked is None else asked
            return frozenset(section.get("data_classes", ("regulated",))) if is_on else frozenset()
    return None


def _sections(config: Config) -> Mapping[str, Any]:
    return {key.removeprefix("paved:"): _data(value) for key, value in config.items()}


def _mapping(value: Any) -> Mapping[str, Any]:
    return value if isinstance(value, Mapping) else {}


def _data(value: Any) -> Any:
    if not isinstance(value, str) or value[:1] not in "{[":
        return value
    try:
        return json.loads(value)
    except ValueError:
        return value
