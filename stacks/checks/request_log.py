"""Checks of inference logs: what they need, and monitors that read them for longer than they are kept."""

from collections.abc import Iterator

from reference.inference_log import COLLECTOR
from stacks.checks.check import check, repeats
from stacks.checks.monitors import placed_monitors
from stacks.checks.quota import endpoints
from stacks.reading.problems import Keys, Problem, at
from stacks.schema import Team
from stacks.schema.monitors import MonitorSpec, MonitorsSpec
from stacks.schema.request_log import RequestLogSpec, request_log_days
from stacks.schema.serving import EndpointSpec


@check(Team)
def inference_logs_have_what_they_need(stack: Team) -> Iterator[Problem]:
    """Require the buckets' key, who hears of a lost log, and the image that collects."""
    if not any(each.log for each in endpoints(stack)):
        return
    if stack.registry is None:
        yield at("registry", says="is required with `log` of endpoints: the log is under its key")
    if stack.monitoring is None:
        yield at(
            "monitoring", says="is required with `log` of endpoints: it says who hears of a log that is lost"
        )
    if stack.serving and stack.serving.model_health is None:
        yield at("serving", "model_health", says="is required with `log` of endpoints: it names the image")


@check(Team)
def logged_endpoints_have_names_of_their_own(stack: Team) -> Iterator[Problem]:
    """Refuse an endpoint whose pods would be taken for collectors."""
    if not any(each.log for each in endpoints(stack)):
        return
    for position, endpoint in enumerate(endpoints(stack)):
        name = endpoint.name
        if f"{name}-".startswith(f"{COLLECTOR}-"):
            says = (
                f"must be another beside `log` of endpoints, whose collector is `{COLLECTOR}`, got `{name}`"
            )
            yield at("serving", "endpoints", position, "name", says=says)


@check(Team)
def names_to_redact_are_named_once(stack: Team) -> Iterator[Problem]:
    """Refuse a name or a mask that is there twice."""
    for position, endpoint in enumerate(endpoints(stack)):
        if endpoint.log:
            path = ("serving", "endpoints", position, "log")
            yield from repeats((each.lower() for each in endpoint.log.redact), *path, "redact")
            yield from repeats(endpoint.log.mask, *path, "mask")


@check(Team)
def monitors_read_a_log_that_is_kept(stack: Team) -> Iterator[Problem]:
    """Refuse monitors without a log or feedback to read, and those of days that are gone or of values taken out."""
    days = request_log_days(stack.environment, stack.data_class)
    known = endpoints(stack)
    for path, section in placed_monitors(stack):
        endpoint = known[int(path[2])]
        yield from _sources(endpoint, section, path)
        if endpoint.log is None or section.log is not None:
            continue
        for position, monitor in enumerate(section.checks):
            yield from _readable(monitor, endpoint.log, days, (*path, "checks", position))


def _sources(endpoint: EndpointSpec, section: MonitorsSpec, path: Keys) -> Iterator[Problem]:
    if endpoint.log is None and section.log is None:
        says = f"is required, or `log: {{}}` of the endpoint `{endpoint.name}`, which keeps one"
        yield at(*path, "log", says=says)
    if section.feedback and endpoint.log is None:
        yield at(*path, "feedback", says="needs `log` of the endpoint: what collects the one takes the other")
    if section.feedback and section.labels is not None:
        yield at(*path, "feedback", says="is instead of `labels`: leave one of them out")


def _readable(monitor: MonitorSpec, log: RequestLogSpec, days: int, path: Keys) -> Iterator[Problem]:
    hours = monitor.window_hours + monitor.delay_hours
    if hours > days * 24:
        says = (
            f"looks back {hours} hours with `delay_hours`, and a log of this class of data is kept for {days} days "
            f"({days * 24} hours) in this environment"
        )
        yield at(*path, "window_hours", says=says)
    closed = {each.lower() for each in log.redact}
    for feature in monitor.features:
        if feature.lower() in closed:
            yield at(*path, "features", says=f"has `{feature}`, which `log.redact` takes out of the log")
