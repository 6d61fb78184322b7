"""What every part of a platform stands on."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import pulumi_kubernetes as k8s
from pulumi import Output, Resource, ResourceOptions

from components.charts import Chart
from components.platform.frameworks import namespaces_without
from components.platform.karpenter_nodes import NodeConfig
from components.platform.namespaces import SystemNamespaces, SystemNamespacesArgs
from components.platform.operator import Operator, OperatorArgs
from reference.releases import Release, release
from stacks.program.protection import protected
from stacks.program.providers import kubernetes_provider, tags_of
from stacks.program.stack_references import StackReferenceOutputs
from stacks.schema import Platform


@dataclass(frozen=True, kw_only=True)
class PlatformContext:
    """What every part of a platform stands on. Its tags are also the labels of its objects."""

    name: str
    stack: Platform
    tags: Mapping[str, str]
    release: Release
    foundation: StackReferenceOutputs
    provider: k8s.Provider
    namespaces: Mapping[str, Resource]

    @property
    def protect(self) -> bool:
        """Whether what teams would lose is protected."""
        return protected(self.stack)

    @property
    def replicas(self) -> int:
        """How many of each part of the metrics store: outside dev it survives the loss of one."""
        return 1 if self.stack.environment == "dev" else 2

    def cluster(self, key: str) -> Output[Any]:
        """One thing the foundation says of its cluster."""
        return self.foundation.output("cluster", key)

    @property
    def node_config(self) -> NodeConfig:
        """The settings of every node that Karpenter starts, a team's too."""
        return NodeConfig(
            ami_alias=self.release.ami_alias,
            role_name=self.cluster("node_role_name"),
            discovery_tag=self.cluster("name"),
            volumes_key_arn=self.cluster("volumes_key_arn"),
        )

    def options(self) -> ResourceOptions:
        """The options of a component at the top of the stack."""
        return ResourceOptions(providers=[self.provider])

    def install(self, chart: Chart, values: Mapping[str, Any], after: Sequence[Resource]) -> Resource:
        """Install a chart into its namespace."""
        args = OperatorArgs(
            chart=chart,
            version=self.release.charts[chart.name],
            values=values,
            after=[*self.within(chart), *after],
            protect=self.protect,
        )
        return Operator(f"{self.name}-{chart.name}", args, self.options()).release

    def within(self, chart: Chart) -> list[Resource]:
        """The chart's namespace, where the stack makes it."""
        return [self.namespaces[chart.namespace]] if chart.namespace in self.namespaces else []


def platform_context(name: str, stack: Platform) -> PlatformContext:
    """The release, the foundation, the provider and the namespaces of the platform called `name`."""
    foundation = StackReferenceOutputs(stack.foundation, "foundation")
    provider = kubernetes_provider(foundation.output("kubeconfig"))
    row = release(stack.release)
    tags = tags_of(name, stack)
    namespaces = SystemNamespaces(
        f"{name}-system",
        SystemNamespacesArgs(
            kubernetes_version=row.kubernetes,
            without=namespaces_without(stack.queues.frameworks),
            labels=tags,
            protect=protected(stack),
        ),
        ResourceOptions(providers=[provider]),
    )
    return PlatformContext(
        name=name,
        stack=stack,
        tags=tags,
        release=row,
        foundation=foundation,
        provider=provider,
        namespaces=namespaces.namespaces,
    )
