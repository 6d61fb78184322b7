"""The providers and tags of a stack, pinned by its config so that it cannot land elsewhere."""

from collections.abc import Mapping

import pulumi_aws as aws
import pulumi_kubernetes as k8s
from pulumi import Output

from components.account import Account
from reference.tags import stack_tags
from stacks.schema import Stack, Team
from stacks.schema.base import AccountSpec


def account(section: AccountSpec) -> Account:
    """The account section as the components take it."""
    return Account(id=section.id, region=section.region, partition=section.partition)


def tags_of(name: str, stack: Stack) -> dict[str, str]:
    """The tags of everything in a stack. A foundation and a platform hold no data of a team's own."""
    return stack_tags(
        team=stack.owner.team,
        environment=stack.environment,
        cost_center=stack.owner.cost_center,
        data_class=stack.data_class if isinstance(stack, Team) else "internal",
        service=name,
    )


def aws_provider(where: Account, tags: Mapping[str, str]) -> aws.Provider:
    """The AWS provider: one account, one region, the stack's tags on everything."""
    return aws.Provider(
        "aws",
        region=where.region,
        # With the credentials of another account the provider refuses, instead of deploying there.
        allowed_account_ids=[where.id],
        default_tags=aws.ProviderDefaultTagsArgs(tags=tags),
    )


def kubernetes_provider(kubeconfig: Output[str]) -> k8s.Provider:
    """The Kubernetes provider: server-side apply, so that large CRDs and shared fields work."""
    return k8s.Provider("kubernetes", kubeconfig=kubeconfig, enable_server_side_apply=True)


def definitions_provider(kubeconfig: Output[str]) -> k8s.Provider:
    """The provider of charts' definitions alone: it takes over those that Helm made, or that an earlier stack left."""
    return k8s.Provider(
        "kubernetes-definitions",
        kubeconfig=kubeconfig,
        enable_server_side_apply=True,
        upsert_existing_objects=True,
        enable_patch_force=True,
    )
