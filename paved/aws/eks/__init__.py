"""EKS: clusters, node groups, add-ons and access."""

from typing import Any

from paved.aws.creating.api import Api
from paved.aws.creating.rejections import Rejected, refused


def require_cluster(api: Api, call: str, name: Any) -> None:
    """Refuse a call for a cluster that does not exist. moto lacks the calls that would look."""
    try:
        api.internal_call("eks", "DescribeCluster", {"name": str(name)})
    except Rejected:
        raise refused(call, "clusterName", "must name a cluster that exists by now", name) from None


def name_in_cluster(kind: str, cluster: str, name: str) -> str:
    """The name of an entry, a policy or an add-on of a cluster, by which the audit knows it."""
    return f"{cluster} {kind} {name}"
