"""A folder of many team stacks, made from the sample ones."""

import copy
from pathlib import Path
from typing import Any

import yaml

FOUNDATION, PLATFORM, TEAM = "foundation-dev", "platform-dev", "ranking-dev"
"""The sample stacks that a fleet is made from."""


def write_fleet(samples: Path, folder: Path, teams: int) -> None:
    """Write a foundation, a platform wide enough for them, and `teams` copies of a team."""
    sample = _read(samples, TEAM)
    names = [f"team{number}" for number in range(teams)]
    _write(folder, FOUNDATION, _foundation(_read(samples, FOUNDATION), names))
    _write(folder, PLATFORM, _platform(_read(samples, PLATFORM)))
    for name in names:
        _write(folder, f"{name}-dev", _team(sample, name))


def _foundation(stack: Any, teams: list[str]) -> Any:
    """The foundation, with room for all that the teams may spend, and an entry of each."""
    config = stack["config"]
    [entry] = config["paved:organisation"]["teams"]
    config["paved:organisation"]["teams"] = [{**copy.deepcopy(entry), "team": team} for team in teams]
    config["paved:guardrails"]["monthly_ceiling_usd"] = 100_000_000
    # A dataset has an owner, and a foundation has fewer of them than a fleet has teams.
    del config["paved:storage"]["datasets"]
    return stack


def _platform(stack: Any) -> Any:
    for capacity in stack["config"]["paved:queues"]["capacity"]:
        unit = "gpus" if "gpus" in capacity else "vcpus"
        capacity[unit] = 10_000
    stack["config"]["paved:nodes"]["max_vcpus"] = 5000
    stack["config"]["paved:nodes"]["max_memory_gib"] = 40000
    return stack


def _team(sample: Any, name: str) -> Any:
    stack = copy.deepcopy(sample)
    config = stack["config"]
    config["paved:owner"]["team"] = name
    del config["paved:data"]
    return stack


def _read(folder: Path, stack: str) -> Any:
    return yaml.safe_load(_path(folder, stack).read_text(encoding="utf-8"))


def _write(folder: Path, stack: str, data: Any) -> None:
    _path(folder, stack).write_text(yaml.safe_dump(data), encoding="utf-8")


def _path(folder: Path, stack: str) -> Path:
    return folder / f"Pulumi.{stack}.yaml"
