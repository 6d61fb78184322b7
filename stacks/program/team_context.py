"""What every section of a team stack stands on."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property

import pulumi_aws as aws
import pulumi_kubernetes as k8s
from pulumi import Output, ResourceOptions

from components.account import Account
from components.platform.karpenter_nodes import NodeConfig
from components.training.capacity import AcceleratedTypes, accelerated_types
from reference.names import physical_name
from reference.vocabulary import STACK_LABEL
from stacks.program.protection import protected
from stacks.program.providers import account, aws_provider, kubernetes_provider, tags_of
from stacks.program.stack_references import StackReferenceOutputs
from stacks.schema import Team

KEY_ALIAS_LIMIT = 250  # 256 with the `alias/` prefix


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
    def pool_types(self) -> Mapping[str, AcceleratedTypes]:
        """The instance types of each of the team's own pools by name. Raises ValueError for more than one class."""
        pools = self.team.training.pools if self.team.training else ()
        return {pool.name: accelerated_types(pool.instance_types) for pool in pools}

    @property
    def node_config(self) -> NodeConfig:
        """The platform's settings of its nodes, which the team's own have too."""
        return NodeConfig(
            ami_alias=self.platform.output("nodes", "ami_alias"),
            role_name=self.platform.output("nodes", "role_name"),
            discovery_tag=self.platform.output("nodes", "discovery_tag"),
            volumes_key_arn=self.platform.output("nodes", "volumes_key_arn"),
        )

    @property
    def cluster_name(self) -> Output[str]:
        """The EKS cluster of the platform."""
        return self.platform.output("cluster", "name")

    @property
    def boundary_arn(self) -> Output[str]:
        """The policy that bounds every role of the stack."""
        return self.platform.output("identity", "team_boundary_arn")

    def in_aws(self) -> ResourceOptions:
        """The options of a component that lives in AWS alone."""
        return ResourceOptions(providers=[self.aws])

    def kubernetes(self) -> k8s.Provider:
        """The provider of the platform's cluster. Make it once, where there is something to put there."""
        return kubernetes_provider(self.platform.output("kubeconfig"))


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
