"""EKS: clusters, node groups, add-ons and access."""

from typing import Any

from paved.aws.creating.api import Api
from paved.aws.creating.existence import refused
from paved.rehearsal.outcome import Rejected


def require_cluster(api: Api, call: str, name: Any) -> None:
    """Refuse a call for a cluster that does not exist. moto lacks the calls that would look."""
    try:
        api.inside("eks", "DescribeCluster", {"name": str(name)})
    except Rejected:
        raise refused(call, "clusterName", "must name a cluster that exists by now", name) from None
