"""Checks of a platform's queues: priorities in order, and lenders for the teams that borrow quota."""

from collections import Counter
from collections.abc import Iterator
from itertools import pairwise

from reference.accelerators import CPU_CLASS
from stacks.checks.check import check, folder_check, repeats
from stacks.checks.organisation import Organisation, StackProblem
from stacks.checks.pools import class_of_each_pool
from stacks.checks.quota import own_quotas, quotas
from stacks.reading.problems import Problem, at
from stacks.schema import Platform, Team

Lent = dict[tuple[str, str], Counter[str]]
"""GPUs, or vCPUs, by platform and class, or granted pool, and by the team that lends them."""


@check(Platform)
def priorities_are_in_order(stack: Platform) -> Iterator[Problem]:
    """Refuse two classes of one name, and a list that does not read from the most urgent down."""
    priorities = stack.queues.priorities
    yield from repeats((each.name for each in priorities), "queues", "priorities", key="name")
    for position, (above, each) in enumerate(pairwise(priorities), start=1):
        if each.value >= above.value:
            says = f"must be less than the {above.value} of `{above.name}` above it, got {each.value}"
            yield at("queues", "priorities", position, "value", says=says)


@folder_check
def who_borrows_finds_a_lender(organisation: Organisation) -> Iterator[StackProblem]:
    """Refuse to borrow more of a class than the platform's other teams lend of it."""
    if organisation.unreadable:
        return  # one of them may lend
    lent = _lent(organisation)
    for name, team, _ in organisation.on_platforms():
        for problem in _borrowed_too_much(name, team, lent):
            yield name, problem


@folder_check
def weights_are_for_fair_sharing(organisation: Organisation) -> Iterator[StackProblem]:
    """Refuse a weight on a platform that does not share fairly, where Kueue reads none."""
    for name, team, platform in organisation.on_platforms():
        if team.training and team.training.weight != 1 and platform.queues.sharing == "first-come":
            says = (
                f"must be 1 on `{team.platform}`, whose `queues.sharing` is `first-come`, "
                f"got {team.training.weight}"
            )
            yield name, at("training", "weight", says=says)


def others(lent: Lent, key: tuple[str, str], borrower: str) -> tuple[int, str]:
    """GPUs, or vCPUs, that others than the borrower lend, and each lender with its part in a message."""
    lenders = {name: gpus for name, gpus in sorted(lent.get(key, Counter()).items()) if name != borrower}
    each = ", ".join(f"{name} {gpus}" for name, gpus in lenders.items())
    return sum(lenders.values()), each or "none"


def _borrowed_too_much(name: str, team: Team, lent: Lent) -> Iterator[Problem]:
    classes = class_of_each_pool(team)
    wanted: Counter[str] = Counter()
    for path, quota in own_quotas(team):
        found = classes.get(quota.pool)
        if not found or not quota.borrowed:
            continue
        # Two pools of a class borrow from the same lenders, so what they want adds up.
        wanted[found] += quota.borrowed
        available, each = others(lent, (team.platform, found), name)
        if wanted[found] > available:
            says = (
                f"must be at most the `{found}` that other teams of `{team.platform}` lend, "
                f"{available} ({each}), got {wanted[found]}"
            )
            unit = "vcpus" if found == CPU_CLASS else "gpus"
            yield at(*path, f"borrow_{unit}", says=says)


def _lent(organisation: Organisation) -> Lent:
    lent: Lent = {}
    for name, team, _ in organisation.on_platforms():
        classes = class_of_each_pool(team)
        for quota in quotas(team):
            if found := classes.get(quota.pool):
                lent.setdefault((team.platform, found), Counter())[name] += quota.lent
    return lent
