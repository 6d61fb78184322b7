"""One framework that jobs may be written for, installed and scraped."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import pulumi_kubernetes as k8s
from pulumi import ComponentResource, Resource, ResourceOptions

from components.charts import MONITORING_NAMESPACE
from components.images import ImageNames
from components.platform.frameworks import FRAMEWORKS, FrameworkName
from components.platform.high_availability import HighAvailability, HighAvailabilityArgs
from components.platform.operator import Operator, OperatorArgs, service_monitor


@dataclass(frozen=True, kw_only=True)
class JobFrameworkArgs:
    """`after` is what the operator needs, `monitoring` the releases that own monitors."""

    framework: FrameworkName
    versions: Mapping[str, str]  # chart name -> version
    image_names: ImageNames
    labels: Mapping[str, str]
    after: Sequence[Resource]
    monitoring: Sequence[Resource]
    protect: bool
    definitions: k8s.Provider | None = None  # of the chart's folder


class JobFramework(ComponentResource):
    """The operator of a framework, whatever keeps its webhooks there, and the scrape target of its metrics."""

    def __init__(self, name: str, args: JobFrameworkArgs, opts: ResourceOptions | None = None):
        super().__init__("paved:platform:JobFramework", name, {}, opts)
        framework = FRAMEWORKS[args.framework]
        chart = framework.chart
        self.release: Resource = Operator(
            name,
            OperatorArgs(
                chart=chart,
                version=args.versions[chart.name],
                values=framework.values(),
                image_names=args.image_names,
                after=args.after,
                protect=args.protect,
                definitions=args.definitions,
            ),
            ResourceOptions(parent=self),
        ).release
        for deployment, selector in framework.deployments.items():
            HighAvailability(
                f"{name}-{deployment}",
                HighAvailabilityArgs(
                    deployment=deployment,
                    namespace=chart.namespace,
                    selector=selector,
                    labels=args.labels,
                    after=[self.release],
                ),
                ResourceOptions(parent=self),
            )
        k8s.apiextensions.CustomResource(
            f"{name}-target",
            api_version="monitoring.coreos.com/v1",
            kind="ServiceMonitor",
            metadata=k8s.meta.v1.ObjectMetaArgs(
                name=chart.name, namespace=MONITORING_NAMESPACE, labels=dict(args.labels)
            ),
            spec=service_monitor(chart.namespace, framework.service, framework.port),
            opts=ResourceOptions(parent=self, depends_on=[self.release, *args.monitoring]),
        )
        self.register_outputs({"chart": chart.name})
