"""Asking one check."""

from collections.abc import Callable
from typing import Any

import pytest


@pytest.fixture
def says() -> Callable[..., list[str]]:
    """The problems that a check finds; with the stack's name where it looks at a folder."""

    def ask(check: Callable[[Any], Any], subject: Any) -> list[str]:
        return [
            f"{found[0]}: {found[1].message}" if isinstance(found, tuple) else found.message
            for found in check(subject)
        ]

    return ask


CPU_POOL = {
    "name": "batch",
    "instance_types": ["m7i.4xlarge"],
    "capacity": ["spot", "on-demand"],
    "max_vcpus": 96,
}
CPU_QUOTA = {"pool": "batch", "vcpus": 64}


@pytest.fixture
def with_cpus(valid) -> Callable[..., Any]:
    """The valid team with a pool of CPU nodes and a quota of it beside its own, both with other keys."""

    def team(pool: Any = None, quota: Any = None, changes: Any = None) -> Any:
        training = valid.data("vision-prod")["training"]
        pools = [*training["pools"], without_none(CPU_POOL | (pool or {}))]
        quotas = [*training["quota"], without_none(CPU_QUOTA | (quota or {}))]
        return valid.team({"training.pools": pools, "training.quota": quotas, **(changes or {})})

    return team


def without_none(section: dict[str, Any]) -> dict[str, Any]:
    return {key: value for key, value in section.items() if value is not None}
