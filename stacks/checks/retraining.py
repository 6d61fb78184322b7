"""Rules of a team's retraining: each run has one trigger, an image, a place in the queue and a node that holds it."""

from collections.abc import Iterator
from zoneinfo import available_timezones

from reference.instances import InstanceType
from stacks.checks.check import check, folder_check, repeats
from stacks.checks.cron import cron_problem
from stacks.checks.endpoints import ALLOCATABLE, RESERVED_VCPUS
from stacks.checks.organisation import Organisation, StackProblem
from stacks.checks.pools import gpu_types, pools
from stacks.checks.quota import endpoints, quotas
from stacks.reading.explain import listed, nearest
from stacks.reading.problems import Keys, Problem, at
from stacks.schema import Team
from stacks.schema.retraining import TriggerSpec

STARTS = ("schedule", "new_data", "drift")
NEEDS = {
    "registry": "runs are of its images and read its datasets",
    "training": "runs wait in its queue",
    "monitoring": "it says who hears of a run that failed",
}


@check(Team)
def retraining_has_what_it_stands_on(stack: Team) -> Iterator[Problem]:
    """Images, a queue, and somebody who hears of failures."""
    for section, reason in NEEDS.items():
        if stack.retraining and getattr(stack, section) is None:
            yield at(section, says=f"is required with `retraining`: {reason}")


@check(Team)
def triggers_have_names_and_one_start(stack: Team) -> Iterator[Problem]:
    """The name is that of the Kubernetes objects; two starts would be two runs of one name."""
    yield from repeats((trigger.name for trigger in triggers(stack)), "retraining", "triggers", key="name")
    for path, trigger in _placed(stack):
        found = [start for start in STARTS if getattr(trigger, start) is not None]
        if len(found) != 1:
            got = " and ".join(f"`{start}`" for start in found) or "none"
            yield at(*path, says=f"must have exactly one of {listed(STARTS)}, got {got}")


@check(Team)
def runs_name_what_there_is(stack: Team) -> Iterator[Problem]:
    """Repository, pool and endpoint are the team's own."""
    repositories = stack.registry.repositories if stack.registry else ()
    served = [endpoint.name for endpoint in endpoints(stack)]
    for path, trigger in _placed(stack):
        wanted = [("repository", trigger.repository, "registry.repositories", list(repositories))]
        wanted.append(("pool", trigger.pool, "training.pools", [pool.name for pool in pools(stack)]))
        if trigger.drift:
            yield from _one_of(
                (*path, "drift"), "endpoint", trigger.drift.endpoint, "serving.endpoints", served
            )
        for key, value, place, known in wanted:
            yield from _one_of(path, key, value, place, known)


@check(Team)
def schedules_can_be_read(stack: Team) -> Iterator[Problem]:
    """Kubernetes refuses a CronJob with a time or a zone that it does not know."""
    for path, trigger in _placed(stack):
        if trigger.schedule is None:
            continue
        if says := cron_problem(trigger.schedule.cron):
            yield at(*path, "schedule", "cron", says=says)
        zone = trigger.schedule.time_zone
        if not _is_zone(zone):
            hint = nearest(zone, sorted(available_timezones()))
            yield at(*path, "schedule", "time_zone", says=f"must be an IANA time zone, got `{zone}`{hint}")


@check(Team)
def a_run_fits_its_nodes(stack: Team) -> Iterator[Problem]:
    """A pod that fits no node of its pool stays pending for ever."""
    by_name = {pool.name: pool for pool in pools(stack)}
    for path, trigger in _placed(stack):
        types = gpu_types(by_name[trigger.pool]) if trigger.pool in by_name else []
        if types and not any(_holds(each, trigger) for each in types):
            largest = max(types, key=lambda each: (each.gpus, each.vcpus, each.memory_gib))
            says = (
                f"must fit one node of pool `{trigger.pool}`: the largest, {largest.name}, leaves {largest.gpus} "
                f"GPUs, {largest.vcpus - RESERVED_VCPUS} vCPUs and {int(largest.memory_gib * ALLOCATABLE)} GiB, "
                f"got {trigger.gpus} GPUs, {trigger.cpu} vCPUs and {trigger.memory_gib} GiB"
            )
            yield at(*path, says=says)


@check(Team)
def a_run_fits_the_quota(stack: Team) -> Iterator[Problem]:
    """A run that asks for more than the queue may ever use is never admitted."""
    most = {quota.pool: quota.gpus + quota.borrow_gpus for quota in quotas(stack)}
    known = {pool.name for pool in pools(stack)}
    for path, trigger in _placed(stack):
        asked = trigger.gpus * trigger.nodes
        if trigger.pool in known and asked > most.get(trigger.pool, 0):
            says = (
                f"must ask for at most what the queue may use of pool `{trigger.pool}`, "
                f"{most.get(trigger.pool, 0)} GPUs, got {asked}"
            )
            yield at(*path, "nodes" if trigger.nodes > 1 else "gpus", says=says)


@folder_check
def priorities_are_the_platforms(organisation: Organisation) -> Iterator[StackProblem]:
    """The cluster refuses a job of a priority that the platform does not have."""
    for name, team, platform in organisation.on_platforms():
        known = [each.name for each in platform.queues.priorities]
        for path, trigger in _placed(team):
            if trigger.priority is not None and trigger.priority not in known:
                says = f"must be {listed(known)} on `{team.platform}`, got `{trigger.priority}`"
                yield name, at(*path, "priority", says=says)


@folder_check
def events_have_someone_who_waits(organisation: Organisation) -> Iterator[StackProblem]:
    """KEDA starts the runs that wait for events."""
    for name, team, platform in organisation.on_platforms():
        waiting = [trigger.name for trigger in triggers(team) if trigger.schedule is None]
        if waiting and not platform.events.keda:
            says = f"must be true: `{waiting[0]}` of `{name}` starts by events"
            yield team.platform, at("events", "keda", says=says)


def triggers(stack: Team) -> tuple[TriggerSpec, ...]:
    """The runs of a team that start by themselves."""
    return stack.retraining.triggers if stack.retraining else ()


def _placed(stack: Team) -> Iterator[tuple[Keys, TriggerSpec]]:
    for position, trigger in enumerate(triggers(stack)):
        yield ("retraining", "triggers", position), trigger


def _one_of(path: Keys, key: str, value: str, place: str, known: list[str]) -> Iterator[Problem]:
    if value not in known:
        yield at(*path, key, says=f"must name one of `{place}`, got `{value}`{nearest(value, known)}")


def _holds(node: InstanceType, trigger: TriggerSpec) -> bool:
    return (
        trigger.gpus <= node.gpus
        and trigger.cpu <= node.vcpus - RESERVED_VCPUS
        and trigger.memory_gib <= node.memory_gib * ALLOCATABLE
    )


def _is_zone(name: str) -> bool:
    return name in available_timezones()
