"""Checks of the IAM roles that a stack names and does not make."""

from collections.abc import Iterable, Iterator

from stacks.checks.access import roles
from stacks.checks.check import check
from stacks.reading.problems import Keys, Problem, at
from stacks.schema import Foundation, Team

SSO_ROLE = "AWSReservedSSO_"
"""The beginning of names of roles that IAM Identity Center makes."""
SSO_PATH = "aws-reserved/sso.amazonaws.com/"
"""The beginning of their path, with the region of Identity Center behind it where that is not us-east-1."""


@check(Foundation)
def cluster_roles_have_their_path(stack: Foundation) -> Iterator[Problem]:
    """Refuse a role of Identity Center without its path, whose ARN neither EKS nor KMS finds."""
    named: list[tuple[Keys, str]] = [(("cluster", "deploy_role"), stack.cluster.deploy_role)]
    for position, entry in enumerate(stack.cluster.access):
        named.append((("cluster", "access", position, "role"), entry.role))
    for position, role in enumerate(stack.images.signers):
        named.append((("images", "signers", position), role))
    yield from _without_path(named)


@check(Team)
def team_roles_have_their_path(stack: Team) -> Iterator[Problem]:
    """Refuse a member's or promoter's role of Identity Center without its path, whose ARN EKS does not find."""
    yield from _without_path(roles(stack))


def _without_path(named: Iterable[tuple[Keys, str]]) -> Iterator[Problem]:
    for path, role in named:
        _, _, name = role.rpartition("/")
        if name.startswith(SSO_ROLE) and not role.startswith(SSO_PATH):
            says = f"is `{role}`, a role of IAM Identity Center, whose path is `{SSO_PATH}<region>/`"
            yield at(
                *path,
                says=f"{says}: the region is Identity Center's own, and left out where that is us-east-1",
            )
