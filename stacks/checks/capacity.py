"""Rules of capacity: what teams are promised exists on their platform, and in the zones of its foundation."""

from collections import Counter
from collections.abc import Iterator

from reference.instances import zones_offering
from stacks.checks.check import folder_check
from stacks.checks.endpoints import holds, too_large
from stacks.checks.organisation import Organisation, StackProblem
from stacks.checks.platform import general_families
from stacks.checks.pools import accelerator, pools
from stacks.checks.quota import endpoints
from stacks.checks.zones import known, zones_with
from stacks.reading.explain import listed
from stacks.reading.problems import at
from stacks.schema import Team

ZONES_OF_TIER_1 = 2


@folder_check
def classes_are_on_the_platform(organisation: Organisation) -> Iterator[StackProblem]:
    """A team uses accelerator classes that its platform has a flavor for."""
    for name, team, platform in organisation.on_platforms():
        offered = sorted(entry.accelerator for entry in platform.queues.capacity)
        for position, pool in enumerate(pools(team)):
            found = accelerator(pool)
            if found and found not in offered:
                says = f"is of class `{found}`: `{team.platform}` has {listed(offered)}"
                yield name, at("training", "pools", position, "instance_types", says=says)


@folder_check
def promises_stay_within_capacity(organisation: Organisation) -> Iterator[StackProblem]:
    """A platform promises its teams no more GPUs of a class than it declares."""
    promised: dict[tuple[str, str], Counter[str]] = {}
    for name, team, _ in organisation.on_platforms():
        for found, gpus in _promised(team).items():
            promised.setdefault((team.platform, found), Counter())[name] += gpus
    for platform_name, platform in organisation.platforms.items():
        for position, entry in enumerate(platform.queues.capacity):
            teams = promised.get((platform_name, entry.accelerator), Counter())
            if teams.total() > entry.gpus:
                each = ", ".join(f"{team} {gpus}" for team, gpus in sorted(teams.items()))
                says = f"must cover the {teams.total()} `{entry.accelerator}` of the teams' quotas ({each})"
                yield (
                    platform_name,
                    at("queues", "capacity", position, "gpus", says=f"{says}, got {entry.gpus}"),
                )


@folder_check
def types_are_offered_in_the_zones(organisation: Organisation) -> Iterator[StackProblem]:
    """A node starts in one of the foundation's zones, so each type is offered in at least one of them."""
    for name, team, platform, foundation in organisation.on_foundations():
        zones = foundation.network.zones
        for position, pool in enumerate(pools(team)):
            for index, each in enumerate(known(pool.instance_types)):
                offered = zones_offering(each.name, team.account.region)
                if offered and not offered & set(zones):
                    says = (
                        f"is {each.name}, offered in {', '.join(sorted(offered))} and in no zone of "
                        f"`{platform.foundation}` ({', '.join(zones)})"
                    )
                    yield name, at("training", "pools", position, "instance_types", index, says=says)


@folder_check
def pinned_zones_are_the_foundations(organisation: Organisation) -> Iterator[StackProblem]:
    """A node needs a subnet in its zone."""
    for name, team, platform, foundation in organisation.on_foundations():
        zones = foundation.network.zones
        for position, pool in enumerate(pools(team)):
            if pool.zone and pool.zone not in zones:
                says = f"must be a zone of `{platform.foundation}`, {listed(zones)}, got {pool.zone}"
                yield name, at("training", "pools", position, "zone", says=says)


@folder_check
def tier_1_has_two_zones(organisation: Organisation) -> Iterator[StackProblem]:
    """Tier 1 keeps replicas in two zones, and waits where its pool's types are offered in fewer."""
    for name, team, platform, foundation in organisation.on_foundations():
        by_name = {pool.name: pool for pool in pools(team)}
        for position, endpoint in enumerate(endpoints(team)):
            pool = by_name.get(endpoint.resources.pool or "")
            if endpoint.tier != 1 or pool is None:
                continue
            found = zones_with(pool.instance_types, team.account.region) & set(foundation.network.zones)
            if pool.zone:
                says = f"is `{pool.name}`, all of it in {pool.zone}: tier 1 needs {ZONES_OF_TIER_1} zones"
                yield name, at("serving", "endpoints", position, "resources", "pool", says=says)
            elif len(found) < ZONES_OF_TIER_1:
                says = (
                    f"is `{pool.name}`, offered in {len(found)} zone of `{platform.foundation}`: "
                    f"tier 1 needs {ZONES_OF_TIER_1}"
                )
                yield name, at("serving", "endpoints", position, "resources", "pool", says=says)


@folder_check
def a_replica_fits_a_general_node(organisation: Organisation) -> Iterator[StackProblem]:
    """An endpoint without GPUs runs on the platform's general nodes."""
    families = general_families()
    for name, team, platform in organisation.on_platforms():
        types = known(
            each for family in platform.nodes.instance_families for each in families.get(family, ())
        )
        for position, endpoint in enumerate(endpoints(team)):
            if endpoint.resources.pool is None and not any(holds(each, endpoint) for each in types):
                says = too_large(endpoint, types, f"`{team.platform}`'s general nodes")
                yield name, at("serving", "endpoints", position, "resources", says=says)


def _promised(team: Team) -> Counter[str]:
    """A team's quota by accelerator class."""
    classes = {pool.name: accelerator(pool) for pool in pools(team)}
    found: Counter[str] = Counter()
    for quota in team.training.quota if team.training else ():
        if name := classes.get(quota.pool):
            found[name] += quota.gpus
    return found
