"""What bears the tags of a stack and is in no plan: made by hand, left behind, or made by the cluster at runtime."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from paved.aws.reading.account import AccountReader
from paved.aws.reading.lookup import tag_map
from reference.tags import COST_TAG

CALL = "resourcegroupstaggingapi.GetResources"
SERVICE_TAG = "service"
"""The tag whose value is the name of the stack."""
RUNTIME_KINDS = ("fleet", "instance", "network-interface", "snapshot", "spot-instances-request", "volume")
"""Kinds of EC2 that nodes are made of, which no plan ever has."""
RUNTIME_TAGS = (
    "aws:eks:",
    "eks:",
    "ebs.csi.aws.com/",
    "elbv2.k8s.aws/",
    "karpenter.k8s.aws/",
    "kubernetes.io/cluster/",
)
"""How the tags begin that EKS and the cluster's controllers put on what they make."""


@dataclass(frozen=True, kw_only=True)
class Listing:
    """What was listed by the tags: ARNs of what nobody planned, and how much was made at runtime."""

    unmanaged: tuple[str, ...]
    runtime: int


def listing(
    account: AccountReader,
    region: str,
    *,
    team: str,
    stack: str,
    others: Iterable[str],
    managed: Iterable[str],
) -> Listing:
    """What bears the team's or the stack's tag in a region, but for what another stack has as its own.

    `managed` are all names of what the plan has. Raises Denied or NotHeld.
    """
    found: dict[str, Mapping[str, str]] = {}
    for key, value in ((COST_TAG, team), (SERVICE_TAG, stack)):
        wanted = [{"Key": key, "Values": [value]}]
        for each in account.pages(CALL, region, "ResourceTagMappingList", TagFilters=wanted):
            found[each["ResourceARN"]] = tag_map(each.get("Tags"))
    taken, foreign = frozenset(managed), frozenset(others) - {stack}
    left = {
        arn: tags
        for arn, tags in sorted(found.items())
        if not _names(arn) & taken and tags.get(SERVICE_TAG) not in foreign
    }
    runtime = [arn for arn, tags in left.items() if _is_runtime(arn, tags)]
    return Listing(
        unmanaged=tuple(arn for arn in left if arn not in runtime),
        runtime=len(runtime),
    )


def _names(arn: str) -> frozenset[str]:
    """The ARN, and for EC2 the id, which is unique whatever the service calls the kind."""
    return frozenset({arn, arn.rpartition("/")[2]}) if arn.split(":")[2] == "ec2" else frozenset({arn})


def _is_runtime(arn: str, tags: Mapping[str, str]) -> bool:
    service, resource = arn.split(":", 5)[2], arn.split(":", 5)[-1]
    if service == "ec2" and resource.partition("/")[0] in RUNTIME_KINDS:
        return True
    return any(key.startswith(RUNTIME_TAGS) for key in tags)
