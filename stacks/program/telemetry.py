"""The telemetry of a stack: what is kept outside of the cluster."""

from collections.abc import Mapping
from typing import Any

from components.account import ClusterScope
from components.monitoring.remote_write import RemoteStore
from components.security.encryption_key import EncryptionKey
from components.telemetry.kept_metrics import ENDPOINT, KeptMetrics, KeptMetricsArgs
from stacks.program.context import FoundationContext, PlatformContext
from stacks.schema import Foundation


def telemetry_endpoints(stack: Foundation) -> tuple[str, ...]:
    """The service that Prometheus writes to, where metrics are kept."""
    return (ENDPOINT,) if stack.telemetry.metrics else ()


def build_kept_metrics(
    context: FoundationContext, scope: ClusterScope, keys: Mapping[str, EncryptionKey]
) -> dict[str, Any]:
    """Declare where metrics are kept, if the file asks for it. Returns the output that the platform reads."""
    section = context.stack.telemetry.metrics
    if section is None:
        return {}
    kept = KeptMetrics(
        f"{context.name}-metrics",
        KeptMetricsArgs(
            scope=scope,
            key=keys["metrics"],
            days=section.keep_days,
            max_series=section.max_series,
            protect=context.protect,
        ),
        context.options(),
    )
    return {"telemetry": {"metrics_url": kept.write_url}}


def remote_store(context: PlatformContext) -> RemoteStore | None:
    """Where the platform's Prometheus writes to, if its file asks for it."""
    if not context.stack.monitoring.keep_metrics:
        return None
    url = context.foundation.output("telemetry", "metrics_url")
    return RemoteStore(url=url, region=context.stack.account.region)
