"""Checks of who is told of alerts: an escalation names somebody, a route is reached, and an alert has a route."""

from collections.abc import Iterator
from typing import get_args

from components.monitoring.objective import COST_RATE_SEVERITY, SEVERITIES, Severity
from reference.planned_work import BETWEEN, LONGEST, joined
from stacks.checks.check import check, repeats
from stacks.checks.quota import endpoints
from stacks.reading.explain import listed, nearest
from stacks.reading.problems import Problem, at
from stacks.schema import Platform, Team
from stacks.schema.alerting import Alerting
from stacks.schema.dates import moment


@check(Platform, Team)
def receivers_have_names_of_their_own(stack: Platform | Team) -> Iterator[Problem]:
    """Refuse two receivers of one name, and a severity that one takes twice."""
    section = alerting(stack)
    yield from repeats((each.name for each in section.receivers), "monitoring", "receivers", key="name")
    for place, each in enumerate(section.receivers):
        yield from repeats(each.takes, "monitoring", "receivers", place, "takes")


@check(Platform, Team)
def an_escalation_names_somebody(stack: Platform | Team) -> Iterator[Problem]:
    """Refuse an escalation policy that is no receiver, or one that pages do not reach."""
    found = {each.name: each for each in alerting(stack).receivers}
    named = stack.owner.escalation
    if found and named not in found:
        says = f"must name one of `monitoring.receivers`, {listed(list(found))}, got `{named}`"
        yield at(
            "owner", "escalation", says=f"{says}{nearest(named, list(found))}: as it is, it calls nobody"
        )
    elif found and "page" not in found[named].takes:
        place = list(found).index(named)
        says = "must have `page`: `owner.escalation` names this receiver"
        yield at("monitoring", "receivers", place, "takes", says=says)


@check(Platform, Team)
def an_alert_reaches_every_route(stack: Platform | Team) -> Iterator[Problem]:
    """Refuse a receiver of alerts that the stack has none of."""
    has = severities(stack)
    for place, each in enumerate(alerting(stack).receivers):
        for step, severity in enumerate(each.takes):
            if severity not in has:
                path = ("monitoring", "receivers", place, "takes", step)
                yield at(*path, says=f"is `{severity}`, which no alert of this stack is: {reason(stack)}")


@check(Platform, Team)
def a_route_takes_every_alert(stack: Platform | Team) -> Iterator[Problem]:
    """Refuse alerts that somebody has to act on at once and that go to no receiver, but to a mailbox."""
    section = alerting(stack)
    taken = {severity for each in section.receivers for severity in each.takes}
    for severity in ("page", "page-in-hours"):
        if section.receivers and severity in severities(stack) and severity not in taken:
            says = f"must have one that takes `{severity}`, as alerts of this stack are: nothing but mail would tell"
            yield at("monitoring", "receivers", says=says)


@check(Platform, Team)
def a_chat_has_a_channel(stack: Platform | Team) -> Iterator[Problem]:
    """Require the channel of Slack, and refuse one where the address of the secret decides."""
    for place, each in enumerate(alerting(stack).receivers):
        path = ("monitoring", "receivers", place, "channel")
        if each.kind == "slack" and each.channel is None:
            yield at(*path, says="is required for `slack`")
        if each.kind != "slack" and each.channel is not None:
            yield at(*path, says=f"is not read for `{each.kind}`: leave it out")


@check(Platform, Team)
def hours_and_receivers_belong_together(stack: Platform | Team) -> Iterator[Problem]:
    """Refuse working hours that hold nothing back, and days or hours that end before they begin."""
    section = alerting(stack)
    if section.hours is None:
        return
    if not any(set(each.takes) - {"page"} for each in section.receivers):
        yield at("monitoring", "hours", says="hold nothing back: no receiver takes what can wait")
    if section.hours.end <= section.hours.start:
        says = f"must be after `start`, {section.hours.start}, got {section.hours.end}"
        yield at("monitoring", "hours", "end", says=says)
    if DAYS.index(section.hours.last_day) < DAYS.index(section.hours.first_day):
        says = f"must not be before `first_day`, {section.hours.first_day}, in a week that begins on Sunday"
        yield at("monitoring", "hours", "last_day", says=f"{says}, got {section.hours.last_day}")


@check(Platform, Team)
def planned_work_ends(stack: Platform | Team) -> Iterator[Problem]:
    """Refuse planned work that ends before it begins, and two windows of one name."""
    section = alerting(stack)
    for place, each in enumerate(section.maintenance):
        if moment(each.end) <= moment(each.start):
            says = f"must be after `start`, {each.start}, got {each.end}"
            yield at("monitoring", "maintenance", place, "end", says=says)
    titles = (f"{each.start} {each.reason} ({each.owner})" for each in section.maintenance)
    yield from repeats(titles, "monitoring", "maintenance")


@check(Platform, Team)
def planned_work_is_short(stack: Platform | Team) -> Iterator[Problem]:
    """Refuse planned work that silences alerts for too long, in one window or in several that follow each other."""
    spans = [(moment(each.start), moment(each.end)) for each in alerting(stack).maintenance]
    for start, end in joined(span for span in spans if span[0] < span[1]):
        if end - start > LONGEST:
            stretch = f"{start:%Y-%m-%dT%H:%MZ} to {end:%Y-%m-%dT%H:%MZ}"
            hours = f"{BETWEEN.total_seconds() / 3600:.0f} hours"
            says = f"must leave {hours} between windows and last {LONGEST.days} days at most, got {stretch}"
            yield at("monitoring", "maintenance", says=f"{says}: who would look?")


DAYS = ("sunday", "monday", "tuesday", "wednesday", "thursday", "friday", "saturday")


def alerting(stack: Platform | Team) -> Alerting:
    """The section of a stack about alerts; a team without monitoring says nothing."""
    return stack.monitoring or Alerting()


def severities(stack: Platform | Team) -> set[Severity]:
    """The severities that alerts of the stack have: of its own, and `critical` of the charts' rules, a page."""
    if isinstance(stack, Platform):
        return set(get_args(Severity))
    if not stack.has_namespace:
        return set()
    return {"page", "ticket", *_of_sections(stack)}


def _of_sections(stack: Team) -> Iterator[Severity]:
    """The severities of what the file asks for: they go by tiers, and by monitors' own."""
    promised = stack.monitoring.freshness if stack.monitoring else ()
    for tier in (*(each.tier for each in endpoints(stack)), *(each.tier for each in promised)):
        yield from SEVERITIES[tier].values()
    for endpoint in endpoints(stack):
        yield from (check.severity for check in (endpoint.monitors.checks if endpoint.monitors else ()))
    if stack.budget.rate:
        yield COST_RATE_SEVERITY


def reason(stack: Platform | Team) -> str:
    """Why a stack lacks a severity."""
    if isinstance(stack, Team) and not stack.has_namespace:
        return "nothing of it runs in the cluster"
    return "`page-in-hours` is for endpoints and data of tier 2, for monitors that ask for it and for `budget.rate`"
