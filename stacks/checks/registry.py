"""Rules of a team's registry."""

from collections.abc import Iterator

from stacks.checks.check import check, repeats
from stacks.reading.problems import Problem
from stacks.schema import Team


@check(Team)
def repositories_are_named_once(stack: Team) -> Iterator[Problem]:
    """A repository of a name exists once."""
    yield from repeats(stack.registry.repositories if stack.registry else (), "registry", "repositories")
