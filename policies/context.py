"""The stack that is judged, as its config says: environment, team, data class and so on, as plain data."""

import json
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from policies.datasets import DatasetLocation, dataset_locations
from pricing.guard import Estimated
from reference.accelerators import CPU_CLASS, device
from reference.instances import instance_types
from reference.names import issuer_host
from reference.security_level import LEVELS, STRICTEST, reaches

UNKNOWN_DEVICE = "an accelerator of a class that is not known here"
"""The device of a grant whose pool is in a file that is not there."""


Config = Mapping[str, Any]


@dataclass(frozen=True, kw_only=True)
class Context:
    """The stack that is judged. What is not known of it is None, and rules then assume the strictest.

    `foundation` is the one that it stands on; a foundation stands on none. `pool_devices` and `granted_devices` are
    accelerators by device: the most that the stack's own pools run, and what its queue may use of the platform's.
    `teams` are those that answer for something here. `datasets` is the access that the stack asks for by dataset.
    `estimated` is what the stack costs; only a plan that was priced has it. `budget` is the section of the stack file,
    None without a file. `vpc_cidr` is the network of the VPC that it is in. `tenant_classes` and `shared_images` are
    what a platform takes of its teams: data classes, and beginnings of images. `deploy_role` and `break_glass` are
    names of roles, after their path where they have one. `endpoint_accounts` are those that a foundation's file lets
    through its VPC endpoints. `issuers` is the host of the issuer of CI's tokens that the foundation names,
    `ci_subjects` the subjects that the stack's own CI has; None where the file is not there.
    """

    stack: str
    as_of: date
    kind: str | None = None
    foundation: str | None = None
    environment: str | None = None
    security: str | None = None
    team: str | None = None
    teams: frozenset[str] = frozenset()
    cost_center: str | None = None
    escalation: str | None = None
    data_class: str | None = None
    residency: str | None = None
    region: str | None = None
    account: str | None = None
    vpc_cidr: str | None = None
    is_retiring: bool = False
    dedicated_to: str | None = None
    tenant_classes: frozenset[str] = frozenset()
    shared_images: frozenset[str] = frozenset()
    tiers: Mapping[str, int] = field(default_factory=dict)
    endpoints: tuple[str, ...] = ()
    triggers: tuple[str, ...] = ()
    pool_devices: Mapping[str, int] = field(default_factory=dict)
    granted_devices: Mapping[str, int] = field(default_factory=dict)
    datasets: Mapping[str, str] = field(default_factory=dict)
    dataset_locations: Mapping[str, DatasetLocation] = field(default_factory=dict)
    backed_up_classes: frozenset[str] | None = None
    estimated: Estimated | None = None
    detection: Mapping[str, Any] = field(default_factory=dict)
    budget: Mapping[str, Any] | None = None
    deploy_role: str | None = None
    break_glass: frozenset[str] = frozenset()
    endpoint_accounts: frozenset[str] = frozenset()
    issuers: frozenset[str] | None = None
    ci_subjects: frozenset[str] | None = None

    @classmethod
    def of(cls, stack: str, config: Config, as_of: date, bases: Mapping[str, Config]) -> "Context":
        """Read a stack's config: `paved:owner` and so on, each a value or the JSON text of one.

        `bases` are the configs, by stack name, of the platform and the foundation that it stands on, as far as they
        are there.
        """
        sections = _sections(config)
        below = {name: _sections(base) for name, base in bases.items()}
        kind = sections.get("kind")
        return cls(
            stack=stack,
            as_of=as_of,
            kind=kind,
            foundation=_foundation(below),
            environment=sections.get("environment"),
            # A file without a promise promises the lowest level; of a stack without a file nothing is known.
            security=sections.get("security") or (LEVELS[0] if kind else None),
            teams=_teams([sections, *below.values()]),
            **_of_section(sections, "owner", team="team", cost_center="cost_center", escalation="escalation"),
            **_of_section(sections, "account", region="region", account="id"),
            # Only a team declares a data class: what a foundation or a platform makes is tagged as internal.
            data_class=sections.get("data_class") or (None if kind in (None, "team") else "internal"),
            residency=sections.get("residency"),
            vpc_cidr=_vpc_cidr([sections, *below.values()]),
            is_retiring=sections.get("lifecycle") == "retiring",
            tiers=_tiers(sections),
            endpoints=_names(sections, "serving", "endpoints"),
            triggers=_names(sections, "retraining", "triggers"),
            pool_devices=_pool_devices(sections),
            granted_devices=_granted_devices(sections, below.values()),
            datasets=_datasets(sections),
            dataset_locations=_locations({**below, stack: sections}),
            detection=_mapping(sections.get("detection")),
            budget=_budget(sections) if kind else None,
            deploy_role=_mapping(sections.get("cluster")).get("deploy_role"),
            break_glass=_break_glass(sections),
            backed_up_classes=_backed_up_classes((sections, *below.values())),
            **_tenancy(sections),
            **_let_in(sections, below.values()),
        )

    @property
    def security_level(self) -> str:
        """The level of security that the stack promises; the strictest where it is not known."""
        return self.security if self.security in LEVELS else STRICTEST

    @property
    def is_dev(self) -> bool:
        """Whether the stack is known to be for trying things out."""
        return self.environment == "dev"


def _of_section(sections: Mapping[str, Any], section: str, **keys: str) -> dict[str, Any]:
    """Fields of the context by the keys of a section that they stand under; None where it has none."""
    found = _mapping(sections.get(section))
    return {field: found.get(key) for field, key in keys.items()}


def _foundation(below: Mapping[str, Mapping[str, Any]]) -> str | None:
    return next((name for name, base in below.items() if base.get("kind") == "foundation"), None)


def _tenancy(sections: Mapping[str, Any]) -> dict[str, Any]:
    tenancy = _mapping(sections.get("tenancy"))
    return {
        "dedicated_to": tenancy.get("dedicated_to"),
        "tenant_classes": frozenset(tenancy.get("data_classes") or ()),
        "shared_images": frozenset(tenancy.get("images") or ()),
    }


def _vpc_cidr(stacks: Iterable[Mapping[str, Any]]) -> str | None:
    """The network of the foundation's VPC, of a stack and those below it; None where its file is not there."""
    networks = [_mapping(each.get("network")).get("cidr") for each in stacks]
    return next((str(cidr) for cidr in networks if cidr), None)


def _names(sections: Mapping[str, Any], section: str, key: str) -> tuple[str, ...]:
    return tuple(each["name"] for each in _mapping(sections.get(section)).get(key, ()))


def _teams(stacks: Iterable[Mapping[str, Any]]) -> frozenset[str]:
    """The teams that own a stack or what it stands on, and those of its register."""
    found: set[str] = set()
    for sections in stacks:
        found.add(str(_mapping(sections.get("owner")).get("team")))
        found.update(
            str(each.get("team")) for each in _mapping(sections.get("organisation")).get("teams") or ()
        )
    return frozenset(found - {"None"})


def _budget(sections: Mapping[str, Any]) -> Mapping[str, Any]:
    """The budget of a team, or that of the account in a foundation."""
    guardrails = _mapping(sections.get("guardrails"))
    return _mapping(sections.get("budget") or guardrails.get("budget"))


def _break_glass(sections: Mapping[str, Any]) -> frozenset[str]:
    entries = _mapping(sections.get("cluster")).get("access", ())
    return frozenset(each["role"] for each in entries if each.get("break_glass"))


def _tiers(sections: Mapping[str, Any]) -> dict[str, int]:
    endpoints = _mapping(sections.get("serving")).get("endpoints", ())
    return {endpoint["name"]: endpoint["tier"] for endpoint in endpoints if "tier" in endpoint}


def _pool_devices(sections: Mapping[str, Any]) -> Mapping[str, int]:
    """The most devices, and vCPUs of nodes without any, that the stack's own pools run together.

    A type that is not known has none: CO-04 refuses it.
    """
    devices: Counter[str] = Counter()
    for pool in _mapping(sections.get("training")).get("pools", ()):
        name = device_of_types(pool.get("instance_types", ()))
        # A key that is left out is null in a plan's config.
        if name:
            devices[name] += int(pool.get("max_gpus") or 0)
        else:
            devices[CPU_CLASS] += int(pool.get("max_vcpus") or 0)
    return devices


def _granted_devices(sections: Mapping[str, Any], bases: Iterable[Mapping[str, Any]]) -> Mapping[str, int]:
    types: dict[str, Iterable[str]] = {}
    for base in bases:
        for pool in base.get("pools", ()):
            if "name" in pool:
                types[pool["name"]] = pool.get("instance_types", ())
    devices: Counter[str] = Counter()
    for grant in _mapping(sections.get("training")).get("granted", ()):
        # The pool may be in a file that is not there: then the grant is of any device, and a quota undetermined.
        name = device_of_types(types.get(grant.get("pool"), ())) or UNKNOWN_DEVICE
        devices[name] += int(grant.get("gpus", 0)) + int(grant.get("borrow_gpus", 0))
    return devices


def device_of_types(names: Iterable[str]) -> str | None:
    """The device that pods request on nodes of these instance types; None where no type is known to have one."""
    known = instance_types()
    accelerators = {known[name].accelerator for name in names if name in known}
    devices = {device(accelerator) for accelerator in accelerators if accelerator}
    return min(devices) if devices else None


def _datasets(sections: Mapping[str, Any]) -> dict[str, str]:
    uses = _mapping(sections.get("data")).get("datasets", ())
    return {use["name"]: use.get("access", "read") for use in uses if "name" in use}


def _locations(bases: Mapping[str, Mapping[str, Any]]) -> Mapping[str, DatasetLocation]:
    found: dict[str, DatasetLocation] = {}
    for name, base in bases.items():
        datasets = _mapping(base.get("storage")).get("datasets", ())
        found |= dataset_locations(name, str(_mapping(base.get("account")).get("id")), datasets)
    return found


def _backed_up_classes(bases: Iterable[Mapping[str, Any]]) -> frozenset[str] | None:
    """The data classes of which a foundation takes backups, the stack itself or below it; None without its file."""
    for base in bases:
        if base.get("kind") == "foundation":
            section = _mapping(base.get("recovery"))
            asked = section.get("backups")
            # Left out, backups follow the level of security, as stacks/schema/security_level.py resolves it.
            is_on = reaches(base.get("security", LEVELS[0]), STRICTEST) if asked is None else asked
            return frozenset(section.get("data_classes", ("regulated",))) if is_on else frozenset()
    return None


def _let_in(sections: Mapping[str, Any], bases: Iterable[Mapping[str, Any]]) -> dict[str, Any]:
    """The outsiders that stack files let in: accounts, an issuer and the subjects of its tokens."""
    network = _mapping(sections.get("network"))
    state = _mapping(network.get("state_bucket")).get("account")
    subjects = _mapping(_mapping(sections.get("access")).get("ci")).get("subjects", ())
    return {
        "endpoint_accounts": frozenset([*network.get("deploy_accounts", ()), *([state] if state else [])]),
        "issuers": _issuers([sections, *bases]),
        "ci_subjects": frozenset(subjects) if sections.get("kind") else None,
    }


def _issuers(files: Iterable[Mapping[str, Any]]) -> frozenset[str] | None:
    """The host of the issuer of CI's tokens, as the foundation's file names it; None where no such file is there."""
    for each in files:
        if each.get("kind") == "foundation":
            issuer = _mapping(_mapping(each.get("identity")).get("ci")).get("issuer")
            return frozenset([issuer_host(issuer)] if isinstance(issuer, str) else [])
    return None


def _sections(config: Config) -> Mapping[str, Any]:
    return {key.removeprefix("paved:"): _data(value) for key, value in config.items()}


def _mapping(value: Any) -> Mapping[str, Any]:
    return value if isinstance(value, Mapping) else {}


def _data(value: Any) -> Any:
    # A plan passes a section as the engine does, as JSON text; the policy pack reads it from the file, as data.
    if not isinstance(value, str) or value[:1] not in "{[":
        return value
    try:
        return json.loads(value)
    except ValueError:
        return value
