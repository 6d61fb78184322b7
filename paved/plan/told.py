"""Who is told of a stack's alerts, by severity: the routes of its file in words."""

from collections.abc import Iterator
from typing import get_args

from components.monitoring.objective import Severity
from components.monitoring.routing import REPEAT_INTERVALS
from stacks.checks.alerting import alerting, severities
from stacks.schema import Foundation, Platform, Team
from stacks.schema.alerting import Alerting


def told_rows(stack: Foundation | Platform | Team) -> Iterator[tuple[str, str]]:
    """Yield each severity that an alert of the stack has, and whoever is told; then times of silence."""
    if isinstance(stack, Foundation):
        return
    section, found = alerting(stack), severities(stack)
    if found:
        yield "mail", mail(stack)
    for severity in get_args(Severity):
        if severity in found:
            yield severity, f"{_receivers(section, severity)}again after {REPEAT_INTERVALS[severity]}"
    for each in section.maintenance:
        yield "silent", f"{each.start} to {each.end}, mail too: {each.reason} ({each.owner})"


def mail(stack: Platform | Team) -> str:
    """Say whose mailbox every alert goes to."""
    if isinstance(stack, Platform):
        return f"the owner of {stack.foundation}"
    return ", ".join(stack.monitoring.notify) if stack.monitoring else "nobody"


def _receivers(section: Alerting, severity: Severity) -> str:
    names = [f"{each.name} ({each.kind})" for each in section.receivers if severity in each.takes]
    if not names:
        return "mail alone; "
    hours = section.hours
    if severity == "page" or hours is None:
        return f"mail, {', '.join(names)}; "
    days = hours.first_day if hours.first_day == hours.last_day else f"{hours.first_day} to {hours.last_day}"
    return f"mail, and from {days}, {hours.start} to {hours.end} UTC, {', '.join(names)}; "
