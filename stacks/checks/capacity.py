"""Checks of capacity: what teams are promised is on their platform, and in the zones of its foundation."""

from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from fractions import Fraction
from math import ceil

from components.platform.node_disk import disk_for_pods
from components.serving.rollout import most_pods
from reference.instances import zones_offering
from stacks.checks.check import folder_check
from stacks.checks.endpoints import on_pools, placed_endpoints, replica
from stacks.checks.instances import EmptyNode, fits, known_types, places, too_large, zones_with
from stacks.checks.organisation import Organisation, StackProblem
from stacks.checks.platform import general_families
from stacks.checks.pools import accelerator, class_of_each_pool, own_pools
from stacks.checks.quota import endpoints, quotas
from stacks.reading.explain import listed
from stacks.reading.problems import at
from stacks.schema import Foundation, Platform, Team
from stacks.schema.pools import PoolSpec

# One for each of the two replicas that tier 1 has at least.
ZONES_OF_TIER_1 = 2


@folder_check
def classes_are_on_the_platform(organisation: Organisation) -> Iterator[StackProblem]:
    """Refuse a class that the platform has no flavor for."""
    for name, team, platform in organisation.on_platforms():
        offered = sorted(entry.accelerator for entry in platform.queues.capacity)
        for path, pool in own_pools(team):
            found = accelerator(pool)
            if found and found not in offered:
                says = f"is of class `{found}`: `{team.platform}` has {listed(offered)}"
                yield name, at(*path, "instance_types", says=says)


@folder_check
def quotas_stay_within_capacity(organisation: Organisation) -> Iterator[StackProblem]:
    """Refuse quotas and endpoints of a class that add up to more than the platform declares."""
    promised = promised_units(organisation)
    for name, platform in organisation.platforms.items():
        for position, entry in enumerate(platform.queues.capacity):
            teams = promised.get((name, entry.accelerator), Counter())
            if teams.total() > entry.most:
                each = ", ".join(f"{team} {gpus}" for team, gpus in sorted(teams.items()))
                says = (
                    f"must cover the {teams.total()} `{entry.accelerator}` of the teams' quotas and endpoints "
                    f"({each}), got {entry.most}"
                )
                unit = "gpus" if entry.vcpus is None else "vcpus"
                yield name, at("queues", "capacity", position, unit, says=says)


@folder_check
def types_are_offered_in_the_zones(organisation: Organisation) -> Iterator[StackProblem]:
    """Refuse a type that none of the foundation's zones, in which nodes start, offers."""
    for name, team, platform, foundation in organisation.on_foundations():
        zones = foundation.network.zones
        for path, pool in own_pools(team):
            for index, each in enumerate(known_types(pool.instance_types)):
                offered = zones_offering(each.name, team.account.region)
                if offered and not offered & set(zones):
                    says = (
                        f"is {each.name}, offered in {', '.join(sorted(offered))} and in no zone of "
                        f"`{platform.foundation}` ({', '.join(zones)})"
                    )
                    yield name, at(*path, "instance_types", index, says=says)


@folder_check
def pinned_zones_are_the_foundations(organisation: Organisation) -> Iterator[StackProblem]:
    """Refuse a zone in which the foundation has no subnet for a node."""
    for name, team, platform, foundation in organisation.on_foundations():
        zones = foundation.network.zones
        for path, pool in own_pools(team):
            if pool.zone and pool.zone not in zones:
                says = f"must be a zone of `{platform.foundation}`, {listed(zones)}, got {pool.zone}"
                yield name, at(*path, "zone", says=says)


@folder_check
def tier_1_has_two_zones(organisation: Organisation) -> Iterator[StackProblem]:
    """Refuse tier 1 on a pool of one zone: its replicas are in two, and wait where there are fewer."""
    for name, team, platform, foundation in organisation.on_foundations():
        for path, endpoint, pool in on_pools(team):
            if endpoint.tier == 1 and (says := _too_few_zones(pool, team, platform, foundation)):
                yield name, at(*path, "resources", "pool", says=says)


@folder_check
def a_replica_fits_a_general_node(organisation: Organisation) -> Iterator[StackProblem]:
    """Refuse a replica without GPUs that fits none of the platform's general nodes."""
    for name, team, platform in organisation.on_platforms():
        nodes = _general_nodes(platform)
        for path, endpoint in placed_endpoints(team):
            wanted = replica(endpoint.resources)
            if endpoint.resources.pool is None and not any(fits(wanted, each) for each in nodes):
                says = too_large(wanted, nodes, f"`{team.platform}`'s general nodes")
                yield name, at(*path, "resources", says=says)


@folder_check
def general_nodes_hold_the_endpoints(organisation: Organisation) -> Iterator[StackProblem]:
    """Refuse general nodes that are fewer than the endpoints without GPUs of all teams take at once."""
    for name, platform in organisation.platforms.items():
        teams = {team: stack for team, stack, _ in organisation.on_platforms() if stack.platform == name}
        nodes, limits = _general_nodes(platform), platform.nodes
        for key, unit, limit, size in (
            ("max_vcpus", "vCPUs", limits.max_vcpus, _vcpus),
            ("max_memory_gib", "GiB", limits.max_memory_gib, _memory),
        ):
            taken = {team: _taken(stack, nodes, size) for team, stack in sorted(teams.items())}
            if sum(taken.values()) > limit:
                each = ", ".join(f"{team} {amount}" for team, amount in taken.items() if amount)
                says = (
                    f"must hold the {sum(taken.values())} {unit} of the nodes that the teams' endpoints without GPUs "
                    f"fill at their most in a rollout ({each}), got {limit}"
                )
                yield name, at("nodes", key, says=says)


def promised_units(organisation: Organisation) -> dict[tuple[str, str], Counter[str]]:
    """GPUs, or vCPUs, that may run at once by platform and class, and by team. What is borrowed is another's quota."""
    found: dict[tuple[str, str], Counter[str]] = {}
    for name, team, _ in organisation.on_platforms():
        classes = class_of_each_pool(team)
        wanted = [(quota.pool, quota.promised) for quota in quotas(team)]
        for _, endpoint, pool in on_pools(team):
            wanted.append((pool.name, endpoint.resources.gpus * most_pods(endpoint.replicas.max)))
        for pool_name, units in wanted:
            if accelerator_class := classes.get(pool_name):
                found.setdefault((team.platform, accelerator_class), Counter())[name] += units
    return found


def _taken(team: Team, nodes: Sequence[EmptyNode], size: Callable[[EmptyNode], Fraction]) -> int:
    """The least of a resource in nodes that a team's endpoints without GPUs fill, each on nodes of its own."""
    found = Fraction(0)
    for endpoint in endpoints(team):
        wanted = replica(endpoint.resources)
        # Of what fits none, another check tells.
        holding = [each for each in nodes if fits(wanted, each)]
        if endpoint.resources.pool is None and holding:
            least = min(size(each) / places(wanted, each) for each in holding)
            found += least * most_pods(endpoint.replicas.max)
    return ceil(found)


def _vcpus(node: EmptyNode) -> Fraction:
    return Fraction(node.kind.vcpus)


def _memory(node: EmptyNode) -> Fraction:
    return Fraction(node.kind.memory_gib)


def _too_few_zones(pool: PoolSpec, team: Team, platform: Platform, foundation: Foundation) -> str | None:
    if pool.zone:
        return f"is `{pool.name}`, all of it in {pool.zone}: tier 1 needs {ZONES_OF_TIER_1} zones"
    zones = zones_with(pool.instance_types, team.account.region) & set(foundation.network.zones)
    if len(zones) >= ZONES_OF_TIER_1:
        return None
    where = f"{len(zones)} zone of `{platform.foundation}`"
    return f"is `{pool.name}`, offered in {where}: tier 1 needs {ZONES_OF_TIER_1}"


def _general_nodes(platform: Platform) -> list[EmptyNode]:
    families, names = general_families(), list[str]()
    for family in platform.nodes.instance_families:
        names += families.get(family, ())
    disk = disk_for_pods(platform.nodes.disk_gib)
    return [EmptyNode(kind=each, disk_gib=disk) for each in known_types(names)]
