"""What a stack's `security` decides where its file leaves an option out."""

from typing import Literal

from reference.security_level import reaches
from stacks.schema import Foundation, Platform, Stack, Team


def is_on(option: bool | None, stack: Stack, *, since: str) -> bool:
    """An option as the file has it; where it has none, on from the level `since` up.

    An explicit `false` stays false: the rule of that level then finds it.
    """
    return reaches(stack.security, since) if option is None else option


def has_private_mlflow(foundation: Foundation) -> bool:
    """Whether teams' MLflow servers are reached inside the VPC."""
    return is_on(foundation.network.private_mlflow, foundation, since="regulated")


def is_backed_up(foundation: Foundation) -> bool:
    """Whether buckets of the foundation's account are backed up."""
    return is_on(foundation.recovery.backups, foundation, since="regulated")


def signatures_required(platform: Platform) -> bool:
    """Whether only signed images run in the namespaces of a platform's teams."""
    return is_on(platform.signatures.required, platform, since="regulated")


def scanning_of(foundation: Foundation) -> Literal["basic", "enhanced", "elsewhere"]:
    """How the images of the account's registry are scanned."""
    by_level: Literal["basic", "enhanced"] = (
        "enhanced" if reaches(foundation.security, "hardened") else "basic"
    )
    return foundation.images.scanning or by_level


def endpoints_only(stack: Foundation | Team) -> bool:
    """Whether pods reach buckets through the account's VPC endpoints alone."""
    return reaches(stack.security, "hardened")
