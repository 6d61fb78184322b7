"""The program: a typed config becomes components, by one builder per kind of stack."""

from collections.abc import Mapping
from typing import Any

from stacks.schema import Foundation, Platform, Stack, Team


def build(name: str, stack: Stack) -> Mapping[str, Any]:
    """Declare every resource of the stack called `name` and return its outputs."""
    # The SDK's classes of one kind of stack take a second or more to import: the others' are left alone.
    match stack:
        case Foundation():
            from stacks.program.foundation import build_foundation

            return build_foundation(name, stack)
        case Platform():
            from stacks.program.platform import build_platform

            return build_platform(name, stack)
        case Team():
            from stacks.program.team import build_team

            return build_team(name, stack)
