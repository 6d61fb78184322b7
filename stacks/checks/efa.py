"""Rules of pools with EFA: nodes that have it alike, near each other, and at least two of them."""

from collections.abc import Iterator

from reference.instances import InstanceType, instance_types
from stacks.checks.check import check
from stacks.checks.pools import every_pool, gpu_types, placed
from stacks.reading.explain import listed
from stacks.reading.problems import Keys, Problem, at
from stacks.schema import Platform, Team
from stacks.schema.pools import PoolSpec, SharedPoolSpec

JOB_NODES = 2
"""EFA carries what nodes say to each other."""


@check(Platform, Team)
def types_have_efa(stack: Team | Platform) -> Iterator[Problem]:
    """A pod that asks for EFA never starts on a node without it."""
    for path, pool in _every_with_efa(stack):
        for position, name in enumerate(pool.instance_types):
            facts = instance_types().get(name)
            if facts and facts.gpus and not facts.efa_interfaces:
                says = f"is {name}, which has no EFA: {_instead(facts)}"
                yield at(*path, "instance_types", position, says=says)


@check(Platform, Team)
def nodes_have_efa_alike(stack: Team | Platform) -> Iterator[Problem]:
    """A job asks for the same interfaces on each of its nodes, whichever type they are."""
    for path, pool in _every_with_efa(stack):
        counts = {each.name: each.efa_interfaces for each in gpu_types(pool) if each.efa_interfaces}
        if len(set(counts.values())) > 1:
            found = ", ".join(f"{name} ({count})" for name, count in counts.items())
            says = f"must have the same number of EFA interfaces, got {found}"
            yield at(*path, "instance_types", says=says)


@check(Team)
def efa_is_in_one_zone(stack: Team) -> Iterator[Problem]:
    """Nodes near each other share a zone, and no traffic of EFA leaves it."""
    for path, pool in _with_efa(stack):
        if pool.zone is None:
            yield at(
                *path, "zone", says="must be given with `efa`: its nodes are near each other in one zone"
            )


@check(Team)
def efa_joins_nodes(stack: Team) -> Iterator[Problem]:
    """A pool of one node has nobody to talk to."""
    for path, pool in _with_efa(stack):
        for each in gpu_types(pool):
            if JOB_NODES * each.gpus > pool.max_gpus >= each.gpus:
                says = (
                    f"must hold {JOB_NODES} nodes of every type with `efa`: {each.name} has {each.gpus} GPUs, "
                    f"got {pool.max_gpus}"
                )
                yield at(*path, "max_gpus", says=says)


def _with_efa(stack: Team) -> Iterator[tuple[Keys, PoolSpec]]:
    return ((path, pool) for path, pool in placed(stack) if pool.efa)


def _every_with_efa(stack: Team | Platform) -> Iterator[tuple[Keys, PoolSpec | SharedPoolSpec]]:
    return ((path, pool) for path, pool in every_pool(stack) if pool.efa)


def _instead(facts: InstanceType) -> str:
    """What to write in place of a type without EFA."""
    alike = [
        name
        for name, each in sorted(instance_types().items())
        if each.accelerator == facts.accelerator and each.efa_interfaces
    ]
    return f"of `{facts.accelerator}`, {listed(alike)} has it"
