"""Checks of a platform's queues: priorities in order, and lenders for the teams that borrow quota."""

from collections import Counter
from collections.abc import Iterator
from itertools import pairwise

from stacks.checks.check import check, folder_check, repeats
from stacks.checks.organisation import Organisation, StackProblem
from stacks.checks.pools import accelerator, pools
from stacks.checks.quota import quotas
from stacks.reading.problems import Problem, at
from stacks.schema import Platform


@check(Platform)
def priorities_are_in_order(stack: Platform) -> Iterator[Problem]:
    """Each class has a name and a value of its own, and the list reads from the most urgent down."""
    priorities = stack.queues.priorities
    yield from repeats((each.name for each in priorities), "queues", "priorities", key="name")
    for position, (above, each) in enumerate(pairwise(priorities), start=1):
        if each.value >= above.value:
            says = f"must be less than the {above.value} of `{above.name}` above it, got {each.value}"
            yield at("queues", "priorities", position, "value", says=says)


@folder_check
def who_borrows_finds_a_lender(organisation: Organisation) -> Iterator[StackProblem]:
    """Idle quota comes from the other teams of the platform, and never beyond what they lend."""
    lent = _lent(organisation)
    for name, team, _ in organisation.on_platforms():
        classes = {pool.name: accelerator(pool) for pool in pools(team)}
        wanted: Counter[str] = Counter()
        for position, quota in enumerate(quotas(team)):
            found = classes.get(quota.pool)
            if not found or not quota.borrow_gpus:
                continue
            wanted[found] += quota.borrow_gpus
            lenders = {
                lender: gpus
                for lender, gpus in lent.get((team.platform, found), {}).items()
                if lender != name
            }
            if wanted[found] > sum(lenders.values()):
                each = ", ".join(f"{lender} {gpus}" for lender, gpus in sorted(lenders.items())) or "none"
                says = (
                    f"must be at most the `{found}` that other teams of `{team.platform}` lend, "
                    f"{sum(lenders.values())} ({each}), got {wanted[found]}"
                )
                yield name, at("training", "quota", position, "borrow_gpus", says=says)


@folder_check
def weights_are_for_fair_sharing(organisation: Organisation) -> Iterator[StackProblem]:
    """Kueue reads the weight of a team only where it shares fairly."""
    for name, team, platform in organisation.on_platforms():
        if team.training and team.training.weight != 1 and platform.queues.sharing == "first-come":
            says = (
                f"must be 1 on `{team.platform}`, whose `queues.sharing` is `first-come`, "
                f"got {team.training.weight}"
            )
            yield name, at("training", "weight", says=says)


def _lent(organisation: Organisation) -> dict[tuple[str, str], Counter[str]]:
    """What each team lends of a class on a platform."""
    lent: dict[tuple[str, str], Counter[str]] = {}
    for name, team, _ in organisation.on_platforms():
        classes = {pool.name: accelerator(pool) for pool in pools(team)}
        for quota in quotas(team):
            if found := classes.get(quota.pool):
                gpus = quota.gpus if quota.lend_gpus is None else quota.lend_gpus
                lent.setdefault((team.platform, found), Counter())[name] += gpus
    return lent
