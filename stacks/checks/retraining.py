"""Checks of runs that start by themselves or are tracked: the sections they need, an image, a queue, a node."""

from collections.abc import Iterator, Sequence
from zoneinfo import available_timezones

from components.training.capacity import types_of_one_class
from stacks.checks.check import check, folder_check, repeats
from stacks.checks.cron import cron_problem
from stacks.checks.instances import Demand, EmptyNode, fits, places, too_large
from stacks.checks.organisation import Organisation, StackProblem
from stacks.checks.pools import UNIT_WORDS, accelerator, ceiling, empty_nodes, node_types, pools, unit_of
from stacks.checks.quota import endpoints, quotas
from stacks.reading.explain import listed, nearest
from stacks.reading.problems import Keys, Problem, at
from stacks.schema import Team
from stacks.schema.pools import PoolSpec
from stacks.schema.retraining import TriggerSpec

STARTS = ("schedule", "new_data", "drift")
NEEDS = {
    "registry": "runs are of its images and read its datasets",
    "training": "runs wait in its queue",
    "monitoring": "it says who hears of a run that failed",
}
"""Sections that `retraining` needs, and the reason."""


@check(Team)
def tracking_has_jobs_and_a_bucket(stack: Team) -> Iterator[Problem]:
    """Require a registry, in whose bucket runs keep their files, and training, whose jobs record to the server."""
    if stack.tracking and stack.registry is None:
        says = "is required with `tracking`: runs keep their files in its bucket of models"
        yield at("registry", says=says)
    if stack.tracking and stack.training is None:
        yield at("training", says="is required with `tracking`: its jobs are who records")


@check(Team)
def retraining_has_what_it_needs(stack: Team) -> Iterator[Problem]:
    """Require the sections with images, a queue, and somebody who hears of failures."""
    for section, reason in NEEDS.items():
        if stack.retraining and getattr(stack, section) is None:
            yield at(section, says=f"is required with `retraining`: {reason}")


@check(Team)
def triggers_have_names_and_one_start(stack: Team) -> Iterator[Problem]:
    """Refuse two triggers of one name, that of their Kubernetes objects, and a trigger of no start or of two."""
    yield from repeats((trigger.name for trigger in triggers(stack)), "retraining", "triggers", key="name")
    for path, trigger in placed_triggers(stack):
        found = [start for start in STARTS if getattr(trigger, start) is not None]
        if len(found) != 1:
            got = " and ".join(f"`{start}`" for start in found) or "none"
            yield at(*path, says=f"must have exactly one of {listed(STARTS)}, got {got}")


@check(Team)
def runs_name_their_teams_own(stack: Team) -> Iterator[Problem]:
    """Refuse a repository, a pool or an endpoint that is not the team's."""
    repositories = stack.registry.repositories if stack.registry else ()
    pool_names = [pool.name for pool in pools(stack)]
    endpoint_names = [endpoint.name for endpoint in endpoints(stack)]
    for path, trigger in placed_triggers(stack):
        if trigger.drift:
            place, name = (*path, "drift", "endpoint"), trigger.drift.endpoint
            yield from _one_of(place, name, "serving.endpoints", endpoint_names)
        yield from _one_of((*path, "repository"), trigger.repository, "registry.repositories", repositories)
        yield from _one_of((*path, "pool"), trigger.pool, "training.pools", pool_names)


@check(Team)
def schedules_can_be_read(stack: Team) -> Iterator[Problem]:
    """Refuse a time or a zone that Kubernetes does not know, whose CronJob it refuses."""
    for path, trigger in placed_triggers(stack):
        if trigger.schedule is None:
            continue
        if says := cron_problem(trigger.schedule.cron):
            yield at(*path, "schedule", "cron", says=says)
        zone = trigger.schedule.time_zone
        if zone not in available_timezones():
            hint = nearest(zone, sorted(available_timezones()))
            yield at(*path, "schedule", "time_zone", says=f"must be an IANA time zone, got `{zone}`{hint}")


@check(Team)
def a_run_fits_its_nodes(stack: Team) -> Iterator[Problem]:
    """Refuse a run whose pods fit no node of its pool, and so would stay pending for ever."""
    by_name = {pool.name: pool for pool in pools(stack)}
    for path, trigger in placed_triggers(stack):
        pool = by_name.get(trigger.pool)
        if pool is None or not accelerator(pool):
            continue
        nodes, wanted = empty_nodes(pool), one_node(trigger, pool)
        if not any(fits(wanted, each) for each in nodes):
            yield at(*path, says=too_large(wanted, nodes, f"pool `{pool.name}`"))
        elif unit_of(pool) == "vcpus" and (most := ceiling(pool)):
            yield from _too_many(trigger, wanted, nodes, most, path)


@check(Team)
def a_run_fits_the_quota(stack: Team) -> Iterator[Problem]:
    """Refuse a run of more GPUs, or vCPUs, than the queue may ever use: it would never be admitted."""
    # What is borrowed counts: the run waits until it is idle.
    usable = {quota.pool: quota.promised + quota.borrowed for quota in quotas(stack)}
    units = {pool.name: unit_of(pool) or "gpus" for pool in pools(stack)}
    for path, trigger in placed_triggers(stack):
        unit = units.get(trigger.pool)
        if unit is None:
            continue
        key, of_a_pod = ("cpu", trigger.cpu) if unit == "vcpus" else ("gpus", trigger.gpus)
        wanted, most = of_a_pod * trigger.nodes, usable.get(trigger.pool, 0)
        if wanted > most:
            says = (
                f"must ask for at most what the queue may use of pool `{trigger.pool}`, "
                f"{most} {UNIT_WORDS[unit]}, got {wanted}"
            )
            yield at(*path, "nodes" if trigger.nodes > 1 else key, says=says)


@check(Team)
def a_run_fits_the_quota_that_comes_with_it(stack: Team) -> Iterator[Problem]:
    """Refuse a run of more vCPUs or memory than the queue has for the GPUs, or the vCPUs, that it may use."""
    usable = {quota.pool: quota.promised + quota.borrowed for quota in quotas(stack)}
    sized = {pool.name: pool for pool in pools(stack) if accelerator(pool) and pool.name in usable}
    for path, trigger in placed_triggers(stack):
        if pool := sized.get(trigger.pool):
            names, unit = [each.name for each in node_types(pool)], unit_of(pool) or "gpus"
            most = types_of_one_class(names).amount(usable[pool.name])
            wanted = {"cpu": (trigger.cpu, most.vcpus), "memory_gib": (trigger.memory_gib, most.memory_gib)}
            if unit == "vcpus":
                del wanted["cpu"]  # they are the quota itself, of which another check tells
            for key, (of_a_pod, allowed) in wanted.items():
                if of_a_pod * trigger.nodes > allowed:
                    says = (
                        f"must come to at most {allowed} on all nodes, what the queue has for {usable[pool.name]} "
                        f"{UNIT_WORDS[unit]} of pool `{pool.name}`, got {of_a_pod * trigger.nodes}"
                    )
                    yield at(*path, key, says=says)


@folder_check
def priorities_are_the_platforms(organisation: Organisation) -> Iterator[StackProblem]:
    """Refuse a priority that the platform does not have, whose jobs the cluster refuses."""
    for name, team, platform in organisation.on_platforms():
        known = [each.name for each in platform.queues.priorities]
        for path, trigger in placed_triggers(team):
            if trigger.priority is not None and trigger.priority not in known:
                says = f"must be {listed(known)} on `{team.platform}`, got `{trigger.priority}`"
                yield name, at(*path, "priority", says=says)


@folder_check
def events_have_keda(organisation: Organisation) -> Iterator[StackProblem]:
    """Require KEDA of the platform of a team whose runs wait for events."""
    for name, team, platform in organisation.on_platforms():
        waiting = [trigger.name for trigger in triggers(team) if trigger.schedule is None]
        if waiting and not platform.events.keda:
            says = f"must be true: `{waiting[0]}` of `{name}` starts by events"
            yield team.platform, at("events", "keda", says=says)


def triggers(stack: Team) -> tuple[TriggerSpec, ...]:
    """The runs of a team that start by themselves."""
    return stack.retraining.triggers if stack.retraining else ()


def placed_triggers(stack: Team) -> Iterator[tuple[Keys, TriggerSpec]]:
    """Each trigger of a team with its path in the file."""
    for position, trigger in enumerate(triggers(stack)):
        yield ("retraining", "triggers", position), trigger


def one_node(trigger: TriggerSpec, pool: PoolSpec) -> Demand:
    """Requests of a run's pod, of which there is one on each of its nodes."""
    types = types_of_one_class([each.name for each in node_types(pool)])
    return Demand(
        gpus=trigger.gpus,
        cpu=trigger.cpu,
        memory_gib=trigger.memory_gib,
        disk_gib=types.disk_gib(trigger.gpus or trigger.cpu, pool.disk_gib),
    )


def _too_many(
    trigger: TriggerSpec, wanted: Demand, nodes: Sequence[EmptyNode], most: int, path: Keys
) -> Iterator[Problem]:
    """The problem of a run whose pods do not all find a place under the ceiling, as little is left of each node."""
    places_of = [places(wanted, each) * (most // each.kind.vcpus) for each in nodes]
    if trigger.nodes > max(places_of):
        says = (
            f"must be at most {max(places_of)}: as many pods of {trigger.cpu} vCPUs and {trigger.memory_gib} GiB find "
            f"a place on nodes of pool `{trigger.pool}` with {most} vCPUs together, got {trigger.nodes}"
        )
        yield at(*path, "nodes", says=says)


def _one_of(path: Keys, value: str, section: str, known: Sequence[str]) -> Iterator[Problem]:
    if value not in known:
        yield at(*path, says=f"must name one of `{section}`, got `{value}`{nearest(value, known)}")
