"""Statements by which a principal pulls images of the account's registry."""

from collections.abc import Iterable, Sequence

from components.account import Account
from components.identity.document import Statement, allow
from reference.registries import own_repository

PULL = ("ecr:BatchGetImage", "ecr:GetDownloadUrlForLayer")
FILL_CACHE = ("ecr:BatchImportUpstreamImage",)
"""The action by which a pull through a cache of ECR brings an image into the account."""

MAKE_REPOSITORY = ("ecr:CreateRepository", "ecr:TagResource")
"""The actions of the first pull of an image, with which ECR makes its repository and tags it."""


def pull(account: Account, repositories: Iterable[str]) -> Statement:
    """Pull from these repositories, which are patterns of names."""
    return allow("PullImages", [*PULL, *FILL_CACHE], _arns(account, repositories))


def pull_through(account: Account, images: Sequence[str]) -> Statement:
    """Pull these images of others through the account's caches, each from its own repository and no other's.

    An image that no chart names cannot be brought in: a cache would be a way out to all of Docker Hub.
    """
    actions = [*PULL, *FILL_CACHE, *MAKE_REPOSITORY]
    return allow("PullThroughCaches", actions, _arns(account, map(own_repository, images)))


def _arns(account: Account, repositories: Iterable[str]) -> list[str]:
    return [account.arn("ecr", f"repository/{name}") for name in repositories]
