"""What a stack says of itself: environment, team, data class. Taken from its config, as plain data."""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any


@dataclass(frozen=True, kw_only=True)
class Context:
    """The stack that is judged. What is not known of it is None, and rules then assume the strictest."""

    stack: str
    as_of: date
    kind: str | None = None
    environment: str | None = None
    team: str | None = None
    cost_center: str | None = None
    escalation: str | None = None
    data_class: str | None = None
    residency: str | None = None
    region: str | None = None
    account: str | None = None
    is_retiring: bool = False
    tiers: Mapping[str, int] = field(default_factory=dict)
    max_gpus: int | None = None
    granted_gpus: int = 0
    datasets: Mapping[str, str] = field(default_factory=dict)

    @classmethod
    def of(cls, stack: str, config: Mapping[str, Any], as_of: date) -> "Context":
        """Read a stack's config: `paved:owner` and so on, each a value or the JSON text of one."""
        sections = {key.removeprefix("paved:"): _data(value) for key, value in config.items()}
        owner, account = _mapping(sections.get("owner")), _mapping(sections.get("account"))
        kind = sections.get("kind")
        return cls(
            stack=stack,
            as_of=as_of,
            kind=kind,
            environment=sections.get("environment"),
            team=owner.get("team"),
            cost_center=owner.get("cost_center"),
            escalation=owner.get("escalation"),
            data_class=sections.get("data_class") or (None if kind in (None, "team") else "internal"),
            residency=sections.get("residency"),
            region=account.get("region"),
            account=account.get("id"),
            is_retiring=sections.get("lifecycle") == "retiring",
            tiers=_tiers(sections),
            max_gpus=_max_gpus(sections),
            granted_gpus=_granted_gpus(sections),
            datasets=_datasets(sections),
        )

    @property
    def is_dev(self) -> bool:
        """Whether the stack is known to be for trying things out."""
        return self.environment == "dev"

    @property
    def is_prod(self) -> bool:
        """Whether the stack is for production, or may be."""
        return self.environment not in ("dev", "staging")


def _tiers(sections: Mapping[str, Any]) -> dict[str, int]:
    endpoints = _mapping(sections.get("serving")).get("endpoints", ())
    return {endpoint["name"]: endpoint["tier"] for endpoint in endpoints if "tier" in endpoint}


def _max_gpus(sections: Mapping[str, Any]) -> int | None:
    pools = _mapping(sections.get("training")).get("pools")
    return None if pools is None else sum(int(pool.get("max_gpus", 0)) for pool in pools)


def _granted_gpus(sections: Mapping[str, Any]) -> int:
    granted = _mapping(sections.get("training")).get("granted", ())
    return sum(int(entry.get("gpus", 0)) + int(entry.get("borrow_gpus", 0)) for entry in granted)


def _datasets(sections: Mapping[str, Any]) -> dict[str, str]:
    uses = _mapping(sections.get("data")).get("datasets", ())
    return {use["name"]: use.get("access", "read") for use in uses if "name" in use}


def _mapping(value: Any) -> Mapping[str, Any]:
    return value if isinstance(value, Mapping) else {}


def _data(value: Any) -> Any:
    if not isinstance(value, str) or value[:1] not in "{[":
        return value
    try:
        return json.loads(value)
    except ValueError:
        return value
