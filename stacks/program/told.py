"""The alerts of a stack in words: who is told of which, and the secrets that somebody has to bring."""

from collections.abc import Iterator
from typing import get_args

from components.charts import MONITORING_NAMESPACE
from components.monitoring.objective import Severity
from components.monitoring.time_intervals import REPEAT_INTERVALS
from reference.names import alert_secret
from reference.vocabulary import GRAFANA_SECRET
from stacks.checks.alerting import alerting, severities
from stacks.schema import Foundation, Platform, Team
from stacks.schema.alerting import Alerting


def told_rows(stack: Foundation | Platform | Team) -> Iterator[tuple[str, str]]:
    """Yield each severity that an alert of the stack has, and whoever is told; then times of silence."""
    if isinstance(stack, Foundation):
        return
    section, found = alerting(stack), severities(stack)
    if isinstance(stack, Team) and stack.monitoring is None:
        if found:
            yield "nobody", "the file has no `monitoring`, and no route takes alerts of its namespace"
        return
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
    return ", ".join(stack.monitoring.notify) if stack.monitoring else ""


def _receivers(section: Alerting, severity: Severity) -> str:
    names = [f"{each.name} ({each.kind})" for each in section.receivers if severity in each.takes]
    if not names:
        return "mail alone; "
    hours = section.hours
    if severity == "page" or hours is None:
        return f"mail, {', '.join(names)}; "
    days = hours.first_day if hours.first_day == hours.last_day else f"{hours.first_day} to {hours.last_day}"
    return f"mail, and from {days}, {hours.start} to {hours.end} UTC, {', '.join(names)}; "


def secret_rows(name: str, stack: Foundation | Platform | Team) -> Iterator[tuple[str, str]]:
    """Yield each secret of Secrets Manager by its name, and what reads it, from where."""
    if isinstance(stack, Foundation):
        return
    namespace = MONITORING_NAMESPACE if isinstance(stack, Platform) else name
    readers: dict[str, list[str]] = {}
    for each in alerting(stack).receivers:
        readers.setdefault(each.secret_name, []).append(f"{each.name} ({each.kind})")
    for secret, who in readers.items():
        copied = f"copied to the Secret {alert_secret(secret)} in namespace {namespace}"
        yield f"{name}/{secret}", f"for alerts to {', '.join(who)}: {copied}"
    if isinstance(stack, Team) and stack.notebooks:
        yield f"{name}/{stack.notebooks.sign_in.secret_name}", "for signing in to notebooks: read from there"
    if isinstance(stack, Platform) and stack.monitoring.grafana:
        copied = f"copied to the Secret {GRAFANA_SECRET} in namespace {namespace}"
        yield f"{name}/dashboards", f"for signing in to Grafana: {copied}"
