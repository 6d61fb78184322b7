"""All stacks of a folder together, and the stacks below each."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date

from stacks.reading.problems import Problem
from stacks.schema import Foundation, Platform, Stack, Team
from stacks.schema.base import Section

StackProblem = tuple[str, Problem]
"""The name of a stack and one of its problems."""


@dataclass(frozen=True, kw_only=True)
class Organisation:
    """The stacks of a folder by name. `unreadable` are the names whose files hold mistakes of their own.

    `as_of` is the day that dated checks go by; without one they are silent.
    """

    stacks: Mapping[str, Stack]
    unreadable: frozenset[str] = frozenset()
    # Given, or today by the command line: the program that Pulumi runs reads no clock.
    as_of: date | None = None

    @property
    def foundations(self) -> dict[str, Foundation]:
        return {name: stack for name, stack in sorted(self.stacks.items()) if isinstance(stack, Foundation)}

    @property
    def platforms(self) -> dict[str, Platform]:
        return {name: stack for name, stack in sorted(self.stacks.items()) if isinstance(stack, Platform)}

    @property
    def teams(self) -> dict[str, Team]:
        return {name: stack for name, stack in sorted(self.stacks.items()) if isinstance(stack, Team)}

    def based_platforms(self) -> Iterator[tuple[str, Platform, Foundation]]:
        """Every platform with its foundation, where that is known."""
        foundations = self.foundations
        for name, platform in self.platforms.items():
            if platform.foundation in foundations:
                yield name, platform, foundations[platform.foundation]

    def on_platforms(self) -> Iterator[tuple[str, Team, Platform]]:
        """Every team with its platform, where that is known."""
        platforms = self.platforms
        for name, team in self.teams.items():
            if team.platform in platforms:
                yield name, team, platforms[team.platform]

    def on_foundations(self) -> Iterator[tuple[str, Team, Platform, Foundation]]:
        """Every team with its platform and its foundation, where both are known."""
        foundations = self.foundations
        for name, team, platform in self.on_platforms():
            if platform.foundation in foundations:
                yield name, team, platform, foundations[platform.foundation]

    def bases(self, name: str) -> tuple[str, ...]:
        """The stacks below a stack, the lowest first; those named that do not exist are left out."""
        match self.stacks.get(name):
            case Team(platform=base) if base in self.platforms or base in self.unreadable:
                return (*self.bases(base), base)
            # One of another kind is no base, and might lead back to where this began.
            case Platform(foundation=base) if base in self.foundations or base in self.unreadable:
                return (base,)
        return ()

    def is_unclear(self, name: str) -> bool:
        """Whether a mistake hides on which platform a stack stands."""
        team = self.teams.get(name)
        return name in self.unreadable or (team is not None and team.platform not in self.platforms)

    def without(self, name: str) -> "Organisation":
        """The organisation as if the file of a stack could not be read."""
        others = {other: stack for other, stack in self.stacks.items() if other != name}
        return replace(self, stacks=others, unreadable=self.unreadable | {name})

    def holder(self, section: Section) -> str | None:
        """The stack that a section is part of; None for a section of none."""
        return next((name for name, stack in self.stacks.items() if _holds(stack, section)), None)


def _holds(whole: object, part: Section) -> bool:
    if isinstance(whole, tuple):
        return any(_holds(item, part) for item in whole)
    inner = vars(whole).values() if isinstance(whole, Section) else ()
    return whole is part or any(_holds(value, part) for value in inner)
