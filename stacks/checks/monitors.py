"""Checks of monitors: the sections they need, the data that their kind asks, and a retraining that can start."""

from collections.abc import Iterator
from zoneinfo import available_timezones

from stacks.checks.check import check, repeats
from stacks.checks.cron import cron_problem
from stacks.checks.pools import pools, unit_of
from stacks.checks.quota import endpoints, quotas
from stacks.checks.retraining import triggers
from stacks.reading.explain import listed, nearest
from stacks.reading.problems import Keys, Problem, at
from stacks.schema import Team
from stacks.schema.monitors import MonitorSpec, MonitorsSpec

REFERENCED = ("data-drift", "prediction-drift", "estimated-performance", "data-quality")
"""The kinds that compare with a reference."""

METRICS = {
    "performance": ("accuracy", "f1", "precision", "recall", "roc_auc", "mae", "rmse"),
    "estimated-performance": ("accuracy", "f1", "precision", "recall", "roc_auc"),
    "language": ("refusals", "toxicity", "groundedness", "judge"),
}
"""The metrics of each kind that has one."""

NEEDS = {
    "registry": "their data and their results are in its buckets",
    "training": "their jobs wait in its queue",
    "monitoring": "it says who hears of them",
}


@check(Team)
def monitors_have_what_they_need(stack: Team) -> Iterator[Problem]:
    """Require the image of the jobs, and the sections with the data, a queue and somebody who hears of it."""
    if not any(placed_monitors(stack)):
        return
    for section, reason in NEEDS.items():
        if getattr(stack, section) is None:
            yield at(section, says=f"is required with monitors of endpoints: {reason}")
    if stack.serving and stack.serving.model_health is None:
        yield at(
            "serving", "model_health", says="is required with monitors of endpoints: it names their image"
        )


@check(Team)
def the_job_is_of_the_teams_own(stack: Team) -> Iterator[Problem]:
    """Refuse a repository that is not the team's, a pool with accelerators, and one without room in its quota."""
    section = stack.serving.model_health if stack.serving else None
    if section is None:
        return
    known = stack.registry.repositories if stack.registry else ()
    if section.repository not in known:
        hint = nearest(section.repository, known)
        says = f"must name one of `registry.repositories`, got `{section.repository}`{hint}"
        yield at("serving", "model_health", "repository", says=says)
    of_cpus = [pool.name for pool in pools(stack) if unit_of(pool) == "vcpus"]
    usable = {quota.pool: quota.promised + quota.borrowed for quota in quotas(stack)}
    if section.pool not in of_cpus:
        says = f"must name one of `training.pools` without accelerators, got `{section.pool}`"
        yield at("serving", "model_health", "pool", says=says)
    elif section.cpu > usable.get(section.pool, 0):
        most = usable.get(section.pool, 0)
        says = f"must be at most {most} vCPUs, what the queue may use of pool `{section.pool}`, got {section.cpu}"
        yield at("serving", "model_health", "cpu", says=says)


@check(Team)
def a_monitor_has_the_data_of_its_kind(stack: Team) -> Iterator[Problem]:
    """Refuse a monitor that could never tell: without a reference, labels, features of training, or a metric."""
    for path, section in placed_monitors(stack):
        yield from repeats((each.name for each in section.checks), *path, "checks", key="name")
        for position, monitor in enumerate(section.checks):
            yield from _data_of(monitor, section, (*path, "checks", position))


@check(Team)
def a_monitor_starts_a_retraining_of_its_endpoint(stack: Team) -> Iterator[Problem]:
    """Refuse a retraining that no drift of the endpoint starts: the alert would start none."""
    names = [each.name for each in endpoints(stack)]
    for path, section in placed_monitors(stack):
        endpoint = names[int(path[2])]
        started = [each.name for each in triggers(stack) if each.drift and each.drift.endpoint == endpoint]
        for position, monitor in enumerate(section.checks):
            if monitor.retrain is not None and monitor.retrain not in started:
                says = (
                    f"must name one of `retraining.triggers` whose `drift.endpoint` is `{endpoint}`, "
                    f"got `{monitor.retrain}`"
                )
                yield at(*path, "checks", position, "retrain", says=says)


@check(Team)
def schedules_of_monitors_can_be_read(stack: Team) -> Iterator[Problem]:
    """Refuse a time or a zone that Kubernetes does not know, whose CronJob it refuses."""
    for path, section in placed_monitors(stack):
        if says := cron_problem(section.schedule.cron):
            yield at(*path, "schedule", "cron", says=says)
        zone = section.schedule.time_zone
        if zone not in available_timezones():
            says = f"must be an IANA time zone, got `{zone}`{nearest(zone, sorted(available_timezones()))}"
            yield at(*path, "schedule", "time_zone", says=says)


def placed_monitors(stack: Team) -> Iterator[tuple[Keys, MonitorsSpec]]:
    """The monitors of each endpoint that has some, with their path in the file."""
    for position, endpoint in enumerate(endpoints(stack)):
        if endpoint.monitors:
            yield ("serving", "endpoints", position, "monitors"), endpoint.monitors


def _data_of(monitor: MonitorSpec, section: MonitorsSpec, path: Keys) -> Iterator[Problem]:
    if monitor.kind in REFERENCED and section.reference is None:
        yield at(*path[:-2], "reference", says=f"is required: `{monitor.name}` compares with it")
    if monitor.kind == "performance" and section.labels is None and not section.feedback:
        yield at(*path[:-2], "labels", says=f"is required, or `feedback`: `{monitor.name}` is judged by them")
    if (monitor.kind == "skew") != (monitor.offline is not None):
        says = "is required with `skew`" if monitor.kind == "skew" else "is of `skew` alone"
        yield at(*path, "offline", says=says)
    known = METRICS.get(monitor.kind, ())
    if known and monitor.metric not in known:
        got = f"`{monitor.metric}`" if monitor.metric else "none"
        yield at(*path, "metric", says=f"must be {listed(known)} with `{monitor.kind}`, got {got}")
    if not known and monitor.metric:
        yield at(*path, "metric", says=f"must be left out with `{monitor.kind}`, got `{monitor.metric}`")
