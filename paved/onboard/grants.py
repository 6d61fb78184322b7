"""Grants of others that a new team's file needs to be valid: an entry in the register, and GPUs of its class."""

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from paved.edit.scalar_text import text_of
from paved.onboard.answers import Answers
from paved.onboard.questions import Asked
from reference.accelerators import CPU_CLASS
from reference.vocabulary import CONFIG_PREFIX
from stacks.checks.capacity import promised_units
from stacks.checks.folder import StackFile
from stacks.checks.organisation import Organisation
from stacks.checks.register import entry_of
from stacks.schema import Platform, Team

ROLE = "the platform's engineers"


@dataclass(frozen=True, kw_only=True)
class GrantNeeded:
    """A change of another stack's file. `lines` are what its section gets, `sections` that stack with the change."""

    stack: str
    because: str
    lines: tuple[str, ...]
    sections: Mapping[str, Any]


def register_entry(asked: Asked, answers: Answers, security: str) -> GrantNeeded | None:
    """The entry of a team that the register of its foundation does not have; None where it has, or there is none."""
    register = asked.foundation.organisation
    if register is None or entry_of(register, answers.team):
        return None
    entry = {"team": answers.team, "cost_center": answers.cost_center}
    if security != "standard":
        entry["security"] = security
    sections = sections_of(asked.folder.stack(asked.platform.foundation))
    sections["organisation"]["teams"].append({**entry, "reviewers": [answers.reviewer]})
    lines = [f"{'- ' if key == 'team' else '  '}{key}: {text_of(value)}" for key, value in entry.items()]
    return GrantNeeded(
        stack=asked.platform.foundation,
        because=f"`{answers.team}` is not registered",
        lines=(
            f"{CONFIG_PREFIX}organisation: teams:",
            *(f"  {line}" for line in lines),
            f"    reviewers: {text_of([answers.reviewer])}",
        ),
        sections=sections,
    )


def capacity_needed(organisation: Organisation, platform: str, file: StackFile) -> GrantNeeded | None:
    """GPUs, or vCPUs, that a platform does not declare, though its teams are promised them; None for none."""
    stack = organisation.platforms[platform]
    missing = dict(_missing(organisation, platform, stack))
    if not missing:
        return None
    sections = sections_of(file)
    capacity = {entry["accelerator"]: entry for entry in sections["queues"]["capacity"]}
    lines: list[str] = []
    for name, most in missing.items():
        unit = "vcpus" if name == CPU_CLASS else "gpus"
        capacity[name] = {"accelerator": name, unit: most}
        lines += [f"  - accelerator: {text_of(name)}", f"    {unit}: {most}"]
    sections["queues"]["capacity"] = list(capacity.values())
    return GrantNeeded(
        stack=platform,
        because="its queues have no room for it, and AWS's own service quotas may have none",
        lines=(f"{CONFIG_PREFIX}queues: capacity:", *lines),
        sections=sections,
    )


def _missing(organisation: Organisation, name: str, platform: Platform) -> Iterator[tuple[str, int]]:
    """Each class that all teams together are promised more of, and how many they are."""
    declared: dict[str, int] = {entry.accelerator: entry.most for entry in platform.queues.capacity}
    for (on, accelerator), teams in sorted(promised_units(organisation).items()):
        if on == name and teams.total() > declared.get(accelerator, 0):
            yield accelerator, teams.total()


def sections_of(file: StackFile) -> dict[str, Any]:
    """The sections of a stack file as JSON data, with the numbers that were written."""
    return {name: json.loads(text) for name, text in file.sections.items()}


def joined(organisation: Organisation, name: str, team: Team) -> Organisation:
    """The organisation with a new team in it."""
    return Organisation(
        stacks={**organisation.stacks, name: team},
        unreadable=organisation.unreadable,
        as_of=organisation.as_of,
    )
