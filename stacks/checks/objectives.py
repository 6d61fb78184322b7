"""Checks of promises beside availability: something that measures them, and traffic to judge by."""

from collections.abc import Iterator

from components.monitoring.burn_rate import min_requests_per_hour
from components.monitoring.samples import DATA_CHECKS, MODEL_CHECKS
from reference.model_servers import MODEL_SERVERS, Histogram, model_server
from stacks.checks.check import check, repeats
from stacks.checks.endpoints import placed_endpoints
from stacks.reading.explain import listed, nearest
from stacks.reading.problems import Keys, Problem, at
from stacks.schema import Team
from stacks.schema.objectives import InTimeObjective

RETRAINING = "retrain-"
"""The beginning of the names of CronJobs that start retraining."""


@check(Team)
def servers_measure_what_is_promised(stack: Team) -> Iterator[Problem]:
    """Refuse an objective that the model server has no histogram for, and a threshold between two of its buckets."""
    for path, objective, histogram, runtime in _in_time(stack):
        if histogram is None:
            yield at(*path, says=_unmeasured(path[-1], runtime))
        elif objective.within_ms not in histogram.bounds_ms:
            near = _nearest_bounds(objective.within_ms, histogram)
            says = (
                f"must be the bound of a bucket of `{histogram.name}`, of which {near} ms come nearest, "
                f"got {objective.within_ms}: what lies within a bucket is not counted"
            )
            yield at(*path, "within_ms", says=says)


@check(Team)
def one_late_answer_alerts_nobody(stack: Team) -> Iterator[Problem]:
    """Refuse a floor of traffic so low that one late answer burns a budget fast enough to alert."""
    floors = {path: endpoint.slo.min_requests_per_hour for path, endpoint in placed_endpoints(stack)}
    for path, objective, histogram, _ in _in_time(stack):
        floor, fewest = floors[path[:3]], min_requests_per_hour(objective.percent)
        if histogram and floor < fewest:
            says = (
                f"must be at least {fewest} for {objective.percent:f} % of `objectives.{path[-1]}`, "
                f"or one late answer alerts, got {floor}"
            )
            yield at(*path[:3], "slo", "min_requests_per_hour", says=says)


@check(Team)
def quality_is_checked_where_it_is_promised(stack: Team) -> Iterator[Problem]:
    """Refuse an objective of quality that no monitor of the endpoint judges: its budget would never be known."""
    for path, endpoint in placed_endpoints(stack):
        checks = endpoint.monitors.checks if endpoint.monitors else ()
        for promise, kinds in (("data_quality", DATA_CHECKS), ("model_quality", MODEL_CHECKS)):
            promised = getattr(endpoint.objectives, promise)
            if promised and not any(each.kind in kinds for each in checks):
                says = f"needs a check in `monitors` of the endpoint whose `kind` is {listed(kinds)}"
                yield at(*path, "objectives", promise, says=f"{says}: nothing else tells")


@check(Team)
def fresh_data_has_a_name_of_its_own(stack: Team) -> Iterator[Problem]:
    """Refuse two promises for one name, and promises of a team without a namespace to run jobs in."""
    promised = stack.monitoring.freshness if stack.monitoring else ()
    yield from repeats((each.name for each in promised), "monitoring", "freshness", key="name")
    if promised and not stack.has_namespace:
        says = "must be left out: the team has no section that runs in the cluster"
        yield at("monitoring", "freshness", says=says)


@check(Team)
def fresh_runs_are_on_a_schedule(stack: Team) -> Iterator[Problem]:
    """Refuse a promise for runs of a retraining that no schedule starts: there is no CronJob to look at."""
    triggers = stack.retraining.triggers if stack.retraining else ()
    scheduled = [f"{RETRAINING}{each.name}" for each in triggers if each.schedule]
    for position, each in enumerate(stack.monitoring.freshness if stack.monitoring else ()):
        if each.source == "batch" and each.name.startswith(RETRAINING) and each.name not in scheduled:
            says = f"must be that of a retraining with a `schedule`, got `{each.name}`{nearest(each.name, scheduled)}"
            yield at("monitoring", "freshness", position, "name", says=says)


def _in_time(stack: Team) -> Iterator[tuple[Keys, InTimeObjective, Histogram | None, str]]:
    """Each objective of time with its path, and the histogram of the endpoint's server."""
    for path, endpoint in placed_endpoints(stack):
        server, promised = model_server(endpoint.model.runtime), endpoint.objectives
        if promised.latency:
            yield (*path, "objectives", "latency"), promised.latency, server.latency, server.name
        if promised.ttft:
            yield (*path, "objectives", "ttft"), promised.ttft, server.first_token, server.name


def _unmeasured(promise: str | int, runtime: str) -> str:
    measure = "latency" if promise == "latency" else "first_token"
    able = [server.name for server in MODEL_SERVERS.values() if getattr(server, measure)]
    what = "whole requests" if promise == "latency" else "the time to a first token"
    rest = f"{listed(able)} does" if able else "no model server here does"
    return f"must be left out: `{runtime}` exports no histogram of {what}; {rest}"


def _nearest_bounds(milliseconds: int, histogram: Histogram) -> str:
    below = [bound for bound in histogram.bounds_ms if bound < milliseconds]
    above = [bound for bound in histogram.bounds_ms if bound > milliseconds]
    return " and ".join(str(bound) for bound in (*below[-1:], *above[:1]))
