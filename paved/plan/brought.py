"""The secrets that a stack names: no file and no plan holds them, so that somebody has to bring them before `up`."""

from collections.abc import Iterator

from components.charts import MONITORING_NAMESPACE
from components.monitoring.receivers import secret_object
from stacks.checks.alerting import alerting
from stacks.schema import Foundation, Platform, Team


def secret_rows(name: str, stack: Foundation | Platform | Team) -> Iterator[tuple[str, str]]:
    """Yield each secret of Secrets Manager by its name, and what reads it, from where."""
    if isinstance(stack, Foundation):
        return
    namespace = MONITORING_NAMESPACE if isinstance(stack, Platform) else name
    readers: dict[str, list[str]] = {}
    for each in alerting(stack).receivers:
        readers.setdefault(each.secret_name, []).append(f"{each.name} ({each.kind})")
    for secret, who in readers.items():
        copied = f"copied to the Secret {secret_object(secret)} in namespace {namespace}"
        yield f"{name}/{secret}", f"for alerts to {', '.join(who)}: {copied}"
    if isinstance(stack, Team) and stack.notebooks:
        yield f"{name}/{stack.notebooks.sign_in.secret_name}", "for signing in to notebooks: read from there"
