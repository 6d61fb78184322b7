"""What a valid stack must also satisfy."""

from collections.abc import Iterator

from stacks.problems import Problem
from stacks.schema import Stack


def stack_problems(name: str, stack: Stack) -> Iterator[Problem]:
    yield from ()
