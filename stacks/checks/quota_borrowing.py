"""Rules of sharing: who borrows finds a lender, and has nodes of its own to run on what it borrows."""

from collections import Counter
from collections.abc import Iterator
from itertools import pairwise

from stacks.checks.organisation import Organisation, StackProblem
from stacks.checks.pools import accelerator, pools
from stacks.checks.quota import gpus_of_endpoints, quotas
from stacks.checks.repeats import repeats
from stacks.reading.problems import Problem, at
from stacks.schema import Platform, Team


def priorities_are_in_order(stack: Platform) -> Iterator[Problem]:
    """Each class has a name and a value of its own, and the list reads from the most urgent down."""
    priorities = stack.queues.priorities
    yield from repeats((each.name for each in priorities), "queues", "priorities", key="name")
    for position, (above, each) in enumerate(pairwise(priorities), start=1):
        if each.value >= above.value:
            says = f"must be less than the {above.value} of `{above.name}` above it, got {each.value}"
            yield at("queues", "priorities", position, "value", says=says)


def a_team_lends_what_it_has(stack: Team) -> Iterator[Problem]:
    """Only what is guaranteed can be lent."""
    for position, quota in enumerate(quotas(stack)):
        if quota.lend_gpus is not None and quota.lend_gpus > quota.gpus:
            says = f"must be at most the {quota.gpus} `gpus` of the entry, got {quota.lend_gpus}"
            yield at("training", "quota", position, "lend_gpus", says=says)


def what_is_borrowed_fits_the_pool(stack: Team) -> Iterator[Problem]:
    """A team's jobs run on its own nodes alone, so it cannot use more than its pool may ever run."""
    most = {pool.name: pool.max_gpus for pool in pools(stack)}
    served = gpus_of_endpoints(stack)
    for position, quota in enumerate(quotas(stack)):
        room = most.get(quota.pool, 0) - quota.gpus - served[quota.pool]
        if quota.pool in most and quota.borrow_gpus > max(room, 0):
            says = (
                f"must be at most what pool `{quota.pool}` can run beyond its quota and its endpoints, "
                f"{max(room, 0)}, since borrowed GPUs are nodes of the team's own: got {quota.borrow_gpus}"
            )
            yield at("training", "quota", position, "borrow_gpus", says=says)


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


SHARING_RULES_OF_PLATFORMS = (priorities_are_in_order,)
SHARING_RULES_OF_TEAMS = (a_team_lends_what_it_has, what_is_borrowed_fits_the_pool)
SHARING_RULES_OF_FOLDERS = (who_borrows_finds_a_lender, weights_are_for_fair_sharing)
