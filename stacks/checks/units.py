"""Checks of units: a pool is counted in GPUs, or in vCPUs where nodes have no accelerators, wherever it is named."""

from collections.abc import Iterator, Sequence

from reference.accelerators import CPU_CLASS
from stacks.checks.check import check
from stacks.checks.pools import OTHER_UNIT, Unit, own_pools, pools, unit_of
from stacks.checks.quota import own_quotas
from stacks.checks.retraining import placed_triggers
from stacks.reading.problems import Keys, Problem, at
from stacks.schema import Platform, Team
from stacks.schema.base import Section

COUNTED = {
    "gpus": "has accelerators, and is counted in GPUs",
    "vcpus": "has no accelerators, and is counted in vCPUs",
}


@check(Team)
def ceilings_are_in_the_unit_of_the_pool(stack: Team) -> Iterator[Problem]:
    """Require the ceiling in what nodes of the pool have, and no other."""
    for path, pool in own_pools(stack):
        if unit := unit_of(pool):
            yield from in_unit(pool, unit, path, f"pool `{pool.name}`", ["max_"])


@check(Team)
def quotas_are_in_the_unit_of_the_pool(stack: Team) -> Iterator[Problem]:
    """Require what is promised, borrowed and lent of a pool in what its nodes have."""
    units = unit_of_each_pool(stack)
    for path, quota in own_quotas(stack):
        if unit := units.get(quota.pool):
            yield from in_unit(quota, unit, path, f"pool `{quota.pool}`", ["", "borrow_", "lend_"])


@check(Team)
def expected_work_is_in_the_unit_of_the_pool(stack: Team) -> Iterator[Problem]:
    """Require the work of a pool in what its nodes have."""
    units = unit_of_each_pool(stack)
    for section in ("pools", "runs"):
        for position, entry in enumerate(getattr(stack.usage, section)):
            if unit := units.get(entry.pool):
                yield from in_unit(entry, unit, ("usage", section, position), f"pool `{entry.pool}`", [""])


@check(Team)
def runs_ask_for_what_their_nodes_have(stack: Team) -> Iterator[Problem]:
    """Refuse a run without GPUs on a pool with accelerators, to which it is not admitted, and GPUs where none are."""
    units = unit_of_each_pool(stack)
    for path, trigger in placed_triggers(stack):
        match units.get(trigger.pool):
            case "gpus" if not trigger.gpus:
                says = f"must be 1 to 16 GPUs on each node: pool `{trigger.pool}` has accelerators, got 0"
                yield at(*path, "gpus", says=says)
            case "vcpus" if trigger.gpus:
                says = f"must be left out: pool `{trigger.pool}` {COUNTED['vcpus']}, by `cpu`, got {trigger.gpus}"
                yield at(*path, "gpus", says=says)


@check(Team)
def pools_without_accelerators_have_no_efa(stack: Team) -> Iterator[Problem]:
    """Refuse EFA where no accelerators talk over it."""
    for path, pool in own_pools(stack):
        if pool.efa and unit_of(pool) == "vcpus":
            says = f"must be left out: pool `{pool.name}` has no accelerators, and its jobs talk over TCP, got true"
            yield at(*path, "efa", says=says)


@check(Platform)
def capacity_is_in_the_unit_of_the_class(stack: Platform) -> Iterator[Problem]:
    """Require GPUs of an accelerator class, and vCPUs of the class of nodes without."""
    for position, entry in enumerate(stack.queues.capacity):
        unit: Unit = "vcpus" if entry.accelerator == CPU_CLASS else "gpus"
        path = ("queues", "capacity", position)
        yield from in_unit(entry, unit, path, f"class `{entry.accelerator}`", [""])


def unit_of_each_pool(stack: Team) -> dict[str, Unit | None]:
    """The unit of each pool of a team by the pool's name."""
    return {pool.name: unit_of(pool) for pool in pools(stack)}


def in_unit(entry: Section, unit: Unit, path: Keys, of: str, stems: Sequence[str]) -> Iterator[Problem]:
    """Problems of an entry whose keys, each a stem and a unit, are of the other unit, or whose first is missing."""
    wrong = [stem for stem in stems if _is_given(entry, f"{stem}{OTHER_UNIT[unit]}")]
    for stem in wrong:
        key = f"{stem}{OTHER_UNIT[unit]}"
        says = f"must be left out: {of} {COUNTED[unit]}, by `{stem}{unit}`, got {getattr(entry, key)}"
        yield at(*path, key, says=says)
    first = f"{stems[0]}{unit}"
    if not wrong and getattr(entry, first) is None:
        yield at(*path, first, says=f"is required: {of} {COUNTED[unit]}")


def _is_given(entry: Section, key: str) -> bool:
    return bool(getattr(entry, key) != type(entry).model_fields[key].default)
