"""What every part of a foundation stands on."""

from collections.abc import Mapping
from dataclasses import dataclass

import pulumi_aws as aws
from pulumi import Input, ResourceOptions

from components.account import Account, ClusterScope
from reference.names import PREFIX, physical_name
from reference.releases import Release, release
from stacks.program.protection import protected
from stacks.program.providers import account, aws_provider, tags_of
from stacks.schema import Foundation


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
        generation = self.stack.cluster.generation
        return physical_name(self.name, *([f"g{generation}"] if generation > 1 else []), limit=100)

    @property
    def flow_log_group(self) -> str:
        """Where flow logs go."""
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
