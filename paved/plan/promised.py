"""Rows of a plan on what a team promises over 30 days, and on the checks by which its models are judged."""

from collections.abc import Iterator

from paved.error_budgets.promises import terms
from stacks.schema import Stack, Team


def promise_rows(name: str, stack: Stack) -> Iterator[tuple[str, str]]:
    """Yield each endpoint and each kind of data with its objectives, and its tier, which says whom they wake."""
    if not isinstance(stack, Team):
        return
    found: dict[str, list[str]] = {}
    tiers: dict[str, int] = {}
    for promise, each in terms(name, stack).items():
        service = promise.service.removeprefix(f"{name}.")
        found.setdefault(service, []).append(f"{promise.slo} {each.percent.normalize():f} %")
        tiers[service] = each.tier
    for service, said in found.items():
        yield service, f"{', '.join(said)}; tier {tiers[service]}"


def monitor_rows(stack: Stack) -> Iterator[tuple[str, str]]:
    """Yield each endpoint whose model is judged: by which checks, when, and in which pool."""
    if not isinstance(stack, Team) or not stack.serving or not stack.serving.model_health:
        return
    pool = stack.serving.model_health.pool
    for endpoint in stack.serving.endpoints:
        if monitors := endpoint.monitors:
            checks = ", ".join(f"{each.name} ({each.kind})" for each in monitors.checks)
            at = f"{monitors.schedule.cron} {monitors.schedule.time_zone}"
            yield endpoint.name, f"at {at}, on {pool}: {checks}"
