"""The program: a typed config becomes components, by one builder per kind of stack."""

from collections.abc import Mapping
from typing import Any

from stacks.program.foundation import build_foundation
from stacks.program.platform import build_platform
from stacks.program.team import build_team
from stacks.schema import Foundation, Platform, Stack, Team


def build(name: str, stack: Stack) -> Mapping[str, Any]:
    """Declare every resource of the stack called `name` and return its outputs."""
    match stack:
        case Foundation():
            return build_foundation(name, stack)
        case Platform():
            return build_platform(name, stack)
        case Team():
            return build_team(name, stack)
