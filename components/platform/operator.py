"""One chart of the platform, installed the same way as every other."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import pulumi_kubernetes as k8s
from pulumi import ComponentResource, CustomTimeouts, Input, Resource, ResourceOptions

from components.charts import Chart
from components.cluster.system_nodes import SYSTEM_POOL
from components.images import ImageNames, with_images
from reference.vocabulary import DEFINITIONS_ALONE, POOL_LABEL

SYSTEM_NODES = {POOL_LABEL: SYSTEM_POOL}
"""Selects the managed node group.

Controllers and webhooks stay off Karpenter's nodes: a destroy drains those first, and what is left to delete
still needs its controller.
"""

CRITICAL = "system-cluster-critical"
"""The priority of controllers. Nothing adds a system node, so on a full one they push out what is less urgent."""

HELM_TIMEOUT_SECONDS = 900
PULUMI_TIMEOUT = "20m"
"""Longer than Helm's own, so that Helm rolls back before Pulumi gives up."""

KEPT_REVISIONS = 5


@dataclass(frozen=True, kw_only=True)
class OperatorArgs:
    """`after` are the resources that exist before the chart is installed, and that outlive it.

    `values` leave out where images come from, which `image_names` says. `definitions` is a provider that makes what
    stands in the chart's `crds` folder, also where it exists already.
    """

    chart: Chart
    version: Input[str]
    values: Mapping[str, Any]
    image_names: ImageNames
    after: Sequence[Resource] = ()
    protect: bool
    definitions: k8s.Provider | None = None


class Operator(ComponentResource):
    """A Helm release of one exact chart version that is rolled back when it does not become ready."""

    def __init__(self, name: str, args: OperatorArgs, opts: ResourceOptions | None = None):
        super().__init__("paved:platform:Operator", name, {}, opts)
        chart, repository = location(args.chart)
        before = [*args.after, *self._own_definitions(name, args)]
        self.release = k8s.helm.v3.Release(
            name,
            name=args.chart.name,
            chart=chart,
            repository_opts=repository,
            version=args.version,
            namespace=args.chart.namespace,
            create_namespace=False,  # the stack's own has the labels of its Pod Security level
            skip_crds=True,  # Helm would make those of the chart's folder once, and never upgrade them
            values=with_images(args.chart.name, args.values, args.image_names),
            atomic=True,
            timeout=HELM_TIMEOUT_SECONDS,
            max_history=KEPT_REVISIONS,
            opts=ResourceOptions(
                parent=self,
                depends_on=before,
                protect=args.protect and bool(args.chart.crds),
                custom_timeouts=CustomTimeouts(
                    create=PULUMI_TIMEOUT, update=PULUMI_TIMEOUT, delete=PULUMI_TIMEOUT
                ),
            ),
        )
        self.register_outputs({"release": args.chart.name, "version": args.version})

    def _own_definitions(self, name: str, args: OperatorArgs) -> list[Resource]:
        """The definitions of the chart's `crds` folder, which Pulumi makes and upgrades with the chart's version."""
        if not args.chart.folder_crds:
            return []
        chart, repository = location(args.chart)
        definitions = k8s.helm.v4.Chart(
            f"{name}-definitions",
            name=args.chart.name,
            chart=chart,
            repository_opts=k8s.helm.v4.RepositoryOptsArgs(repo=repository.repo) if repository else None,
            version=args.version,
            namespace=args.chart.namespace,
            values=with_images(args.chart.name, args.values, args.image_names),
            post_renderer=k8s.helm.v4.PostRendererArgs(**DEFINITIONS_ALONE),
            opts=ResourceOptions(
                parent=self,
                providers=[args.definitions] if args.definitions else None,
                depends_on=list(args.after),
                # As with Helm, a destroy leaves them: a definition that goes takes every object of its kind along.
                retain_on_delete=True,
            ),
        )
        return [definitions]


def location(chart: Chart) -> tuple[str, k8s.helm.v3.RepositoryOptsArgs | None]:
    """The chart as Helm names it, and its repository: an `oci://` address has none."""
    if chart.source.startswith("oci://"):
        return chart.source, None
    return chart.name, k8s.helm.v3.RepositoryOptsArgs(repo=chart.source)


def service_monitor(namespace: str, labels: Mapping[str, str], endpoint: Mapping[str, Any]) -> dict[str, Any]:
    """The spec of a ServiceMonitor: scrape the Services of a namespace that have these labels."""
    return {
        "namespaceSelector": {"matchNames": [namespace]},
        "selector": {"matchLabels": dict(labels)},
        "endpoints": [{"path": "/metrics", **endpoint}],
    }
