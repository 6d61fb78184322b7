"""Checks of pools with EFA: nodes that have it alike, near each other, and at least two of them."""

from collections.abc import Iterator

from reference.instances import InstanceType, instance_types
from stacks.checks.check import check
from stacks.checks.pools import ceiling, every_pool, node_types, own_pools, unit_of
from stacks.reading.explain import listed
from stacks.reading.problems import Problem, at
from stacks.schema import Platform, Team

# EFA carries traffic between nodes, so a pool of one node has no use of it.
JOB_NODES = 2


@check(Platform, Team)
def types_have_efa(stack: Team | Platform) -> Iterator[Problem]:
    """Refuse a type without EFA: a pod that asks for it never starts there."""
    for path, pool in every_pool(stack):
        for position, name in enumerate(pool.instance_types if pool.efa else ()):
            facts = instance_types().get(name)
            if facts and facts.gpus and not facts.efa_interfaces:
                says = f"is {name}, which has no EFA: {_instead(facts)}"
                yield at(*path, "instance_types", position, says=says)


@check(Platform, Team)
def nodes_have_efa_alike(stack: Team | Platform) -> Iterator[Problem]:
    """Refuse types with different numbers of interfaces: a job asks for the same on each of its nodes."""
    for path, pool in every_pool(stack):
        types = [each for each in node_types(pool) if each.gpus] if pool.efa else []
        counts = {each.name: each.efa_interfaces for each in types if each.efa_interfaces}
        if len(set(counts.values())) > 1:
            found = ", ".join(f"{name} ({count})" for name, count in counts.items())
            says = f"must have the same number of EFA interfaces, got {found}"
            yield at(*path, "instance_types", says=says)


@check(Team)
def efa_is_in_one_zone(stack: Team) -> Iterator[Problem]:
    """Require a zone: nodes near each other share one, and no traffic of EFA leaves it."""
    for path, pool in own_pools(stack):
        if pool.efa and pool.zone is None and unit_of(pool) != "vcpus":
            says = "must be given with `efa`: its nodes are near each other in one zone"
            yield at(*path, "zone", says=says)


@check(Team)
def efa_joins_nodes(stack: Team) -> Iterator[Problem]:
    """Refuse a ceiling under which only one node of a type fits."""
    for path, pool in own_pools(stack):
        most = ceiling(pool) if pool.efa and unit_of(pool) == "gpus" else None
        for each in node_types(pool) if most else ():
            if most and JOB_NODES * each.gpus > most >= each.gpus:
                says = (
                    f"must hold {JOB_NODES} nodes of every type with `efa`: {each.name} has {each.gpus} GPUs, "
                    f"got {most}"
                )
                yield at(*path, "max_gpus", says=says)


def _instead(facts: InstanceType) -> str:
    """Name the types of the same class that have EFA."""
    alike = [
        name
        for name, each in sorted(instance_types().items())
        if each.accelerator == facts.accelerator and each.efa_interfaces
    ]
    return f"of `{facts.accelerator}`, {listed(alike)} has it"
