"""Roles of nodes: what AWS asks of every node, and the repositories that its images may come from."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from components.account import Account
from components.identity.document import Statement, allow, policy_document
from components.identity.image_pulls import PULL, pull, pull_through
from components.identity.service_role import RoleArgs
from reference.names import PREFIX, role_name
from reference.registries import own_repository

NODE_POLICIES: Mapping[str, str] = {
    "sessions": "AmazonSSMManagedInstanceCore",
    "worker": "AmazonEKSWorkerNodePolicy",
}
"""Policy id -> AWS managed policy of every node. Not the CNI's: its add-on has an identity of its own.

Nor one of AWS's for images: each of them opens every repository of the account.
"""


@dataclass(frozen=True, kw_only=True)
class SharedImages:
    """Images that every node of a cluster pulls: of repositories with one of the `prefixes`, and images of others.

    Those in `cached` come into the account by the first pull, those in `mirrored` were copied.
    """

    prefixes: Sequence[str]
    cached: Sequence[str] = ()
    mirrored: Sequence[str] = ()

    @property
    def repositories(self) -> list[str]:
        """The patterns of the repositories that are there before a node pulls."""
        return [*(f"{prefix}*" for prefix in self.prefixes), *map(own_repository, self.mirrored)]


def node_role(
    account: Account, name: str, description: str, shared: SharedImages, team: Sequence[str] = ()
) -> RoleArgs:
    """The role of a node that pulls shared images and those of `team`, which are patterns of names."""
    managed = {key: account.managed_policy_arn(policy) for key, policy in NODE_POLICIES.items()}
    images = policy_document(*image_pulls(account, shared, team))
    return RoleArgs(name=name, description=description, managed=managed, inline={"images": images})


def image_pulls(account: Account, shared: SharedImages, team: Sequence[str] = ()) -> Iterator[Statement]:
    """Pull these images, and those of other accounts that let this one in, as AWS's for add-ons do."""
    if repositories := [*team, *shared.repositories]:
        yield pull(account, repositories)
    if shared.cached:
        yield pull_through(account, shared.cached)
    yield allow(
        "PullFromOtherAccounts",
        PULL,
        [f"arn:{account.partition}:ecr:*:*:repository/*"],
        conditions={
            # A condition that negates holds of a key that is not there.
            "Null": {"aws:ResourceAccount": "false"},
            "StringNotEquals": {"aws:ResourceAccount": account.id},
        },
    )
    yield allow("LogInToRegistries", ["ecr:GetAuthorizationToken"], ["*"])


def team_repositories(team: str, environment: str) -> list[str]:
    """The pattern of the repositories of a team's stack, which bear its name. `*` is every team."""
    return [f"{team}-{environment}/*"]


def team_node_role_name(stack: str, team: str) -> str:
    """The physical name of the role of a team's own nodes."""
    # The dot keeps these apart from the stack's other roles, whose names are joined with hyphens.
    return role_name(f"{stack}.node", team)


def team_node_role_names(stack: str) -> str:
    """The pattern of the names of the roles of all teams' own nodes, which no other role's name matches."""
    return f"{PREFIX}-{stack}.node-*"
