"""Checks of the IAM roles that a stack names and does not make."""

from collections.abc import Iterable, Iterator

from stacks.checks.check import check
from stacks.reading.problems import Problem, at
from stacks.schema import Foundation, Team

SSO_ROLE = "AWSReservedSSO_"
"""The beginning of names of roles that IAM Identity Center makes."""
SSO_PATH = "aws-reserved/sso.amazonaws.com/"
"""The beginning of their path, with the region of Identity Center behind it where that is not us-east-1."""


@check(Foundation)
def cluster_roles_have_their_path(stack: Foundation) -> Iterator[Problem]:
    """Refuse a role of Identity Center without its path, whose ARN neither EKS nor KMS finds."""
    yield from _without_path([stack.cluster.deploy_role], stack, "cluster", "deploy_role")
    yield from _without_path([entry.role for entry in stack.cluster.access], stack, "cluster", "access")
    yield from _without_path(stack.images.signers, stack, "images", "signers")


@check(Team)
def team_roles_have_their_path(stack: Team) -> Iterator[Problem]:
    """Refuse a member's or promoter's role of Identity Center without its path, whose ARN EKS does not find."""
    if stack.access:
        yield from _without_path(stack.access.members, stack, "access", "members")
        yield from _without_path(stack.access.promoters, stack, "access", "promoters")


def _without_path(roles: Iterable[str], stack: Foundation | Team, *path: str) -> Iterator[Problem]:
    for role in roles:
        if role.startswith(SSO_ROLE):
            whole = f"`{SSO_PATH}{stack.account.region}/{role}`"
            says = f"names `{role}`, a role of IAM Identity Center, without its path, as in {whole}"
            yield at(
                *path, says=f"{says}: the region is Identity Center's own, and none where that is us-east-1"
            )
