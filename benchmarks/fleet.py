"""A folder of many team stacks, made from the sample ones."""

import copy
import shutil
from pathlib import Path
from typing import Any

import yaml


def write_fleet(samples: Path, folder: Path, teams: int) -> None:
    """Write a foundation, a platform wide enough for them, and `teams` copies of the `ranking-dev` stack."""
    shutil.copy(samples / "Pulumi.foundation-dev.yaml", folder)
    foundation = _read(folder / "Pulumi.foundation-dev.yaml")
    foundation["config"]["paved:guardrails"]["monthly_ceiling_usd"] = 100_000_000
    _write(folder / "Pulumi.foundation-dev.yaml", foundation)
    platform = _read(samples / "Pulumi.platform-dev.yaml")
    for capacity in platform["config"]["paved:queues"]["capacity"]:
        capacity["gpus"] = 10_000
    _write(folder / "Pulumi.platform-dev.yaml", platform)
    sample = _read(samples / "Pulumi.ranking-dev.yaml")
    for number in range(teams):
        team = copy.deepcopy(sample)
        team["config"]["paved:owner"]["team"] = f"team{number}"
        _write(folder / f"Pulumi.team{number}-dev.yaml", team)


def _read(path: Path) -> Any:
    return yaml.safe_load(path.read_text(encoding="utf-8"))


def _write(path: Path, data: Any) -> None:
    path.write_text(yaml.safe_dump(data), encoding="utf-8")
