"""Checks of capacity: what teams are promised is on their platform, and in the zones of its foundation."""

from collections import Counter
from collections.abc import Iterator

from components.serving.rollout import most_pods
from reference.instances import InstanceType, zones_offering
from stacks.checks.check import folder_check
from stacks.checks.endpoints import on_pools, placed_endpoints
from stacks.checks.instances import fits, known_types, too_large, zones_with
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
    """Refuse an accelerator class that the platform has no flavor for."""
    for name, team, platform in organisation.on_platforms():
        offered = sorted(entry.accelerator for entry in platform.queues.capacity)
        for path, pool in own_pools(team):
            found = accelerator(pool)
            if found and found not in offered:
                says = f"is of class `{found}`: `{team.platform}` has {listed(offered)}"
                yield name, at(*path, "instance_types", says=says)


@folder_check
def quotas_stay_within_capacity(organisation: Organisation) -> Iterator[StackProblem]:
    """Refuse quotas and endpoints of a class that add up to more GPUs than the platform declares."""
    promised = _promised(organisation)
    for name, platform in organisation.platforms.items():
        for position, entry in enumerate(platform.queues.capacity):
            teams = promised.get((name, entry.accelerator), Counter())
            if teams.total() > entry.gpus:
                each = ", ".join(f"{team} {gpus}" for team, gpus in sorted(teams.items()))
                says = (
                    f"must cover the {teams.total()} `{entry.accelerator}` of the teams' quotas and endpoints "
                    f"({each}), got {entry.gpus}"
                )
                yield name, at("queues", "capacity", position, "gpus", says=says)


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
        types = _general_types(platform)
        for path, endpoint in placed_endpoints(team):
            wanted = endpoint.resources
            if wanted.pool is None and not any(fits(wanted, each) for each in types):
                says = too_large(wanted, types, f"`{team.platform}`'s general nodes")
                yield name, at(*path, "resources", says=says)


@folder_check
def general_nodes_hold_the_endpoints(organisation: Organisation) -> Iterator[StackProblem]:
    """Refuse general nodes that are fewer than the endpoints without GPUs of all teams take at once."""
    for name, platform in organisation.platforms.items():
        teams: Counter[str] = Counter()
        for team, stack, _ in organisation.on_platforms():
            if stack.platform == name:
                teams[team] += _general_vcpus(stack)
        if teams.total() > platform.nodes.max_vcpus:
            each = ", ".join(f"{team} {vcpus}" for team, vcpus in sorted(teams.items()) if vcpus)
            says = (
                f"must hold the {teams.total()} vCPUs of the teams' endpoints without GPUs at their most in a rollout "
                f"({each}), got {platform.nodes.max_vcpus}"
            )
            yield name, at("nodes", "max_vcpus", says=says)


def _promised(organisation: Organisation) -> dict[tuple[str, str], Counter[str]]:
    """GPUs that may run at once by platform and class, and by team. What is borrowed is another team's quota."""
    found: dict[tuple[str, str], Counter[str]] = {}
    for name, team, _ in organisation.on_platforms():
        classes = class_of_each_pool(team)
        wanted = [(quota.pool, quota.gpus) for quota in quotas(team)]
        for _, endpoint, pool in on_pools(team):
            wanted.append((pool.name, endpoint.resources.gpus * most_pods(endpoint.replicas.max)))
        for pool_name, gpus in wanted:
            if accelerator_class := classes.get(pool_name):
                found.setdefault((team.platform, accelerator_class), Counter())[name] += gpus
    return found


def _general_vcpus(team: Team) -> int:
    general = [each for each in endpoints(team) if each.resources.pool is None]
    return sum(each.resources.cpu * most_pods(each.replicas.max) for each in general)


def _too_few_zones(pool: PoolSpec, team: Team, platform: Platform, foundation: Foundation) -> str | None:
    if pool.zone:
        return f"is `{pool.name}`, all of it in {pool.zone}: tier 1 needs {ZONES_OF_TIER_1} zones"
    zones = zones_with(pool.instance_types, team.account.region) & set(foundation.network.zones)
    if len(zones) >= ZONES_OF_TIER_1:
        return None
    where = f"{len(zones)} zone of `{platform.foundation}`"
    return f"is `{pool.name}`, offered in {where}: tier 1 needs {ZONES_OF_TIER_1}"


def _general_types(platform: Platform) -> list[InstanceType]:
    families, names = general_families(), list[str]()
    for family in platform.nodes.instance_families:
        names += families.get(family, ())
    return known_types(names)
