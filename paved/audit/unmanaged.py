"""Resources with the tags of a stack that are in no plan: made by hand, left behind, or made by the cluster."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from paved.aws.reading.account import AccountReader
from paved.aws.reading.runtime import is_runtime
from paved.aws.resourcegroupstaggingapi import tagged_resources
from reference.tags import COST_TAG

SERVICE_TAG = "service"
"""The tag whose value is the name of the stack."""
RUNTIME_KINDS = ("fleet", "instance", "network-interface", "snapshot", "spot-instances-request", "volume")
"""Kinds of EC2 resources that nodes consist of, which no plan ever has."""


@dataclass(frozen=True, kw_only=True)
class Listing:
    """ARNs of resources that nobody planned, and of those that the cluster made at runtime."""

    unmanaged: tuple[str, ...]
    runtime: tuple[str, ...]


def listing(
    account: AccountReader,
    region: str,
    *,
    team: str,
    stack: str,
    others: Iterable[str],
    managed: Iterable[str],
) -> Listing:
    """The resources of a region with the team's or the stack's tag, but for those that another stack owns.

    `managed` are all names of the planned resources. Raises Denied or NotSimulated.
    """
    tags_by_arn = {
        **tagged_resources(account, region, COST_TAG, team),
        **tagged_resources(account, region, SERVICE_TAG, stack),
    }
    managed_names, other_stacks = frozenset(managed), frozenset(others) - {stack}
    unmanaged: list[str] = []
    runtime: list[str] = []
    for arn, tags in sorted(tags_by_arn.items()):
        if _names(arn) & managed_names or tags.get(SERVICE_TAG) in other_stacks:
            continue
        (runtime if _is_runtime(arn, tags) else unmanaged).append(arn)
    return Listing(unmanaged=tuple(unmanaged), runtime=tuple(runtime))


def _names(arn: str) -> frozenset[str]:
    """The ARN, and for EC2 the id, which is unique whatever the service calls the kind."""
    return frozenset({arn, arn.rpartition("/")[2]}) if arn.split(":")[2] == "ec2" else frozenset({arn})


def _is_runtime(arn: str, tags: Mapping[str, str]) -> bool:
    service, resource = arn.split(":", 5)[2], arn.split(":", 5)[-1]
    if service == "ec2" and resource.partition("/")[0] in RUNTIME_KINDS:
        return True
    return is_runtime(tags)
