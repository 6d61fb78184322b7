"""The dashboards of a platform, and Grafana, which shows them."""

from collections.abc import Mapping, Sequence
from typing import Any

from pulumi import Resource

from components.charts import PROMETHEUS_URL
from stacks.program.context import PlatformContext


def board_files() -> Mapping[str, str]:
    """Grafana's JSON of each dashboard by its folder and name, in the order of the catalogue."""
    from components.dashboards.catalogue import BOARDS, dashboard_files

    texts = dashboard_files()
    return {f"{board.folder.lower()}/{board.name}.json": texts[f"{board.name}.json"] for board in BOARDS}


def build_dashboards(context: PlatformContext) -> tuple[Mapping[str, Any] | None, Sequence[Resource]]:
    """Declare the files of the dashboards, where there is a Grafana. Returns its values and what comes before it."""
    section = context.stack.monitoring.grafana
    if section is None:
        return None, ()
    # The SDK of dashboards is imported where there are some.
    from components.dashboards.grafana import DashboardFiles, Entrance, Grafana, grafana_values

    files = DashboardFiles(f"{context.name}-dashboards", context.tags, context.options())
    cidr = context.foundation.output("network", "vpc_cidr")
    Entrance(f"{context.name}-grafana", section.certificate_arn, context.tags, context.options())
    grafana = Grafana(**section.model_dump())
    return grafana_values(grafana, PROMETHEUS_URL, cidr), files.maps
