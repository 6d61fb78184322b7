"""Checks of an owner's estimates: of pools and endpoints that exist, and within what they may run."""

from collections.abc import Iterator

from stacks.checks.check import check, repeats
from stacks.checks.pools import UNIT_WORDS, ceiling, pools, unit_of
from stacks.checks.quota import endpoints
from stacks.reading.explain import nearest
from stacks.reading.problems import Problem, at
from stacks.schema import Foundation, Team


@check(Team)
def expected_work_is_of_a_pool(stack: Team) -> Iterator[Problem]:
    """Refuse work of no pool, a second entry of one, and more than it may run."""
    yield from repeats((entry.pool for entry in stack.usage.pools), "usage", "pools", key="pool")
    for position, entry in enumerate(stack.usage.pools):
        yield from _in_a_pool(stack, entry.pool, entry.units, "usage", "pools", position)


@check(Team)
def runs_are_of_a_pool(stack: Team) -> Iterator[Problem]:
    """Refuse two runs of one name, and a run that does not fit its pool."""
    yield from repeats((run.name for run in stack.usage.runs), "usage", "runs", key="name")
    for position, run in enumerate(stack.usage.runs):
        yield from _in_a_pool(stack, run.pool, run.units, "usage", "runs", position)


@check(Team)
def runs_fit_the_work_of_their_pool(stack: Team) -> Iterator[Problem]:
    """Refuse fewer hours of a pool's GPUs, or vCPUs, as a whole than its runs add up to."""
    for position, entry in enumerate(stack.usage.pools):
        # An entry of a pool is all of its work, and takes the place of its runs in the estimate.
        runs = [run for run in stack.usage.runs if run.pool == entry.pool]
        needed = sum(run.units * run.hours * run.per_month for run in runs)
        if needed > entry.hours * entry.units:
            words = UNIT_WORDS["gpus" if entry.vcpus is None else "vcpus"]
            says = (
                f"must cover the {needed} {words.removesuffix('s')}-hours of the pool's `usage.runs`, got "
                f"{entry.hours} hours of {entry.units} {words}, which is {entry.hours * entry.units}"
            )
            yield at("usage", "pools", position, "hours", says=says)


@check(Team)
def answers_are_of_an_endpoint(stack: Team) -> Iterator[Problem]:
    """Refuse answers of no endpoint, a second entry of one, and replicas outside its range."""
    entries = stack.usage.endpoints
    yield from repeats((entry.endpoint for entry in entries), "usage", "endpoints", key="endpoint")
    known = {endpoint.name: endpoint.replicas for endpoint in endpoints(stack)}
    for position, entry in enumerate(entries):
        path = ("usage", "endpoints", position)
        if entry.endpoint not in known:
            hint = nearest(entry.endpoint, sorted(known))
            says = f"must name one of `serving.endpoints`, got `{entry.endpoint}`{hint}"
            yield at(*path, "endpoint", says=says)
        elif entry.replicas is not None:
            least, most = known[entry.endpoint].min, known[entry.endpoint].max
            if not least <= entry.replicas <= most:
                says = f"must be {least} to {most}, the replicas of `{entry.endpoint}`, got {entry.replicas}"
                yield at(*path, "replicas", says=says)


@check(Foundation)
def discounts_are_of_families_of_their_own(stack: Foundation) -> Iterator[Problem]:
    """Refuse two discounts of one family of prices."""
    families = (discount.family for discount in stack.guardrails.discounts)
    yield from repeats(families, "guardrails", "discounts", key="family")


def _in_a_pool(stack: Team, name: str, units: int, *path: str | int) -> Iterator[Problem]:
    by_name = {pool.name: pool for pool in pools(stack)}
    if name not in by_name:
        says = f"must name one of `training.pools`, got `{name}`{nearest(name, sorted(by_name))}"
        yield at(*path, "pool", says=says)
        return
    most, unit = ceiling(by_name[name]), unit_of(by_name[name])
    if most is not None and units > most:
        yield at(*path, str(unit), says=f"must be at most the pool's `max_{unit}`, {most}, got {units}")
