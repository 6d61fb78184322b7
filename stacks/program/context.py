"""The context of each kind of stack: its account, tags, names, providers and outputs of the stack below."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import pulumi_aws as aws
import pulumi_kubernetes as k8s
from pulumi import Input, Output, Resource, ResourceOptions

from components.account import Account, ClusterScope
from components.charts import Chart
from components.images import ImageNames
from components.platform.karpenter_nodes import NodeConfig
from components.training.capacity import NodeTypes, types_of_one_class
from reference.names import PREFIX, cluster_name, physical_name
from reference.releases import Release, release
from reference.vocabulary import STACK_LABEL
from stacks.program.providers import (
    account,
    aws_provider,
    definitions_provider,
    kubernetes_provider,
    tags_of,
)
from stacks.program.stack_references import StackReferenceOutputs
from stacks.schema import Foundation, Platform, Stack, Team

KEY_ALIAS_LIMIT = 250  # 256 with the `alias/` prefix


@dataclass(frozen=True, kw_only=True)
class FoundationContext:
    """A foundation's account, tags, release and provider, and the names that follow from them."""

    name: str
    stack: Foundation
    account: Account
    tags: Mapping[str, str]
    release: Release
    provider: aws.Provider

    @property
    def protect(self) -> bool:
        """Whether what holds state is protected."""
        return protected(self.stack)

    @property
    def cluster_name(self) -> str:
        """The cluster's physical name, which a new generation changes."""
        return cluster_name(self.name, self.stack.cluster.generation)

    @property
    def runbooks_url(self) -> str:
        """The address at which the runbooks open; empty where the register has none."""
        register = self.stack.organisation
        return (register.runbooks_url if register else None) or ""

    @property
    def flow_log_group(self) -> str:
        """The name of the log group of flow logs."""
        return f"/{PREFIX}/{self.name}/flow-logs"

    def cluster_scope(self, created_name: Input[str]) -> ClusterScope:
        """The cluster, for what is made around it. `created_name` is its name once it exists."""
        return ClusterScope(
            account=self.account,
            stack=self.name,
            cluster_name=self.cluster_name,
            created_name=created_name,
        )

    def role(self, *parts: str) -> str:
        """The physical name of one of the foundation's roles."""
        return physical_name(self.name, *parts, limit=64)

    def options(self) -> ResourceOptions:
        """The options of a component at the top of the stack."""
        return ResourceOptions(providers=[self.provider])


@dataclass(frozen=True, kw_only=True)
class PlatformContext:
    """A platform's release, foundation, providers and namespaces. Its tags are also the labels of its objects.

    `definitions` is the provider of the definitions in charts' folders.
    """

    name: str
    stack: Platform
    tags: Mapping[str, str]
    release: Release
    foundation: StackReferenceOutputs
    provider: k8s.Provider
    definitions: k8s.Provider
    namespaces: Mapping[str, Resource]

    @property
    def protect(self) -> bool:
        """Whether what teams would lose is protected."""
        return protected(self.stack)

    @property
    def replicas(self) -> int:
        """Replicas of each part of the metrics store: outside dev it survives the loss of one."""
        return 1 if self.stack.environment == "dev" else 2

    def cluster(self, key: str) -> Output[Any]:
        """One part of the foundation's output `cluster`."""
        return self.foundation.output("cluster", key)

    @property
    def node_config(self) -> NodeConfig:
        """The settings of every node that Karpenter starts; a team's own may have another role."""
        return NodeConfig(
            ami_alias=self.release.ami_alias,
            role_name=self.cluster("node_role_name"),
            discovery_tag=self.cluster("name"),
            volumes_key_arn=self.cluster("volumes_key_arn"),
        )

    @cached_property
    def image_names(self) -> ImageNames:
        """The names of charts' images: in the account's own registry where the foundation holds them."""
        return ImageNames(
            registry=self.foundation.output("registry", "host"),
            upstreams=self.foundation.output("registry", "upstreams"),
            region=self.stack.account.region,
        )

    def options(self) -> ResourceOptions:
        """The options of a component at the top of the stack."""
        return ResourceOptions(providers=[self.provider])

    def install(self, chart: Chart, values: Mapping[str, Any], after: Sequence[Resource]) -> Resource:
        """Install a chart into its namespace."""
        from components.platform.operator import Operator, OperatorArgs

        args = OperatorArgs(
            chart=chart,
            version=self.release.charts[chart.name],
            values=values,
            image_names=self.image_names,
            after=[*self.within(chart), *after],
            protect=self.protect,
            definitions=self.definitions,
        )
        return Operator(f"{self.name}-{chart.name}", args, self.options()).release

    def within(self, chart: Chart) -> list[Resource]:
        """The chart's namespace, where the stack makes it."""
        return [self.namespaces[chart.namespace]] if chart.namespace in self.namespaces else []


@dataclass(frozen=True, kw_only=True)
class TeamContext:
    """A team stack's account, tags and platform. The team's namespace bears the stack's name."""

    name: str
    team: Team
    account: Account
    tags: Mapping[str, str]
    platform: StackReferenceOutputs
    aws: aws.Provider

    @property
    def protect(self) -> bool:
        """Whether what holds state is protected."""
        return protected(self.team)

    @property
    def labels(self) -> dict[str, str]:
        """The labels of every Kubernetes object of the stack: its tags, and its name."""
        return {**self.tags, STACK_LABEL: self.name}

    @property
    def key_alias(self) -> str:
        """The alias of the team's key, known before the key exists."""
        return physical_name(self.name, limit=KEY_ALIAS_LIMIT)

    @cached_property
    def pool_types(self) -> Mapping[str, NodeTypes]:
        """The instance types of each of the team's own pools by name. Raises ValueError for more than one class."""
        pools = self.team.training.pools if self.team.training else ()
        return {pool.name: types_of_one_class(pool.instance_types) for pool in pools}

    @property
    def node_config(self) -> NodeConfig:
        """The platform's settings of its nodes, which the team's own have too, with the role of the team."""
        return NodeConfig(
            ami_alias=self.platform.output("nodes", "ami_alias"),
            role_name=self._node_role_name,
            discovery_tag=self.platform.output("nodes", "discovery_tag"),
            volumes_key_arn=self.platform.output("nodes", "volumes_key_arn"),
        )

    @property
    def _node_role_name(self) -> Output[str]:
        """The role of the team's own nodes: its own where its foundation registers the team, else that of all teams."""
        shared, own = (self.platform.output("nodes", key) for key in ("role_name", "team_role_names"))
        return Output.all(shared, own).apply(lambda found: str(found[1].get(self.team.owner.team, found[0])))

    @property
    def cluster_name(self) -> Output[str]:
        """The EKS cluster of the platform."""
        return self.platform.output("cluster", "name")

    @property
    def boundary_arn(self) -> Output[str]:
        """The policy that bounds every role of the stack."""
        return self.platform.output("identity", "team_boundary_arn")

    @property
    def retain(self) -> bool:
        """Whether buckets, repositories and the key stay in the account when the stack is destroyed."""
        # A destroy would schedule the key's deletion beside buckets that S3 does not delete, because they hold objects.
        return self.team.lifecycle == "retiring"

    def in_aws(self, *, retain: bool = False) -> ResourceOptions:
        """The options of a component that lives in AWS alone; `retain` leaves what it made there on a destroy."""
        return ResourceOptions(providers=[self.aws], retain_on_delete=retain or None)

    def kubernetes(self) -> k8s.Provider:
        """The provider of the platform's cluster."""
        # Made by a call: a team stack without anything in the cluster has no such provider.
        return kubernetes_provider(self.platform.output("kubeconfig"))


def foundation_context(name: str, stack: Foundation) -> FoundationContext:
    """The account, tags, release and provider of the foundation called `name`."""
    where = account(stack.account)
    tags = tags_of(name, stack)
    return FoundationContext(
        name=name,
        stack=stack,
        account=where,
        tags=tags,
        release=release(stack.release),
        provider=aws_provider(where, tags),
    )


def platform_context(name: str, stack: Platform) -> PlatformContext:
    """The release, the foundation, the provider and the namespaces of the platform called `name`."""
    from components.platform.frameworks import namespaces_without
    from components.platform.namespaces import SystemNamespaces, SystemNamespacesArgs

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
        definitions=definitions_provider(foundation.output("kubeconfig")),
        namespaces=namespaces.namespaces,
    )


def team_context(name: str, team: Team) -> TeamContext:
    """The context of the team stack called `name`, on the platform that it names."""
    tags = tags_of(name, team)
    where = account(team.account)
    return TeamContext(
        name=name,
        team=team,
        account=where,
        tags=tags,
        platform=StackReferenceOutputs(team.platform, "platform"),
        aws=aws_provider(where, tags),
    )


def protected(stack: Stack) -> bool:
    """Whether the engine refuses to delete this stack's buckets, keys and the like."""
    # Nothing in dev is protected, and `retiring` lifts the protection before a destroy.
    return stack.environment != "dev" and stack.lifecycle == "active"
