"""What the AWS load balancer controller is told."""

from collections.abc import Mapping
from typing import Any

from pulumi import Input

from components.platform.operator import SYSTEM_NODES

SERVICE_ACCOUNT = "aws-load-balancer-controller"


def load_balancer_values(
    *, cluster_name: Input[str], vpc_id: Input[str], region: str, tags: Mapping[str, str]
) -> dict[str, Any]:
    """Values of the chart: load balancers are internal, reach pods by address and carry the stack's tags.

    Its webhook sees every Service that is created, and refuses it when no replica answers. So whatever makes
    a Service waits for this release.
    """
    return {
        "clusterName": cluster_name,
        "vpcId": vpc_id,
        "region": region,
        "replicaCount": 2,
        "podDisruptionBudget": {"maxUnavailable": 1},
        "serviceAccount": {"name": SERVICE_ACCOUNT},
        "nodeSelector": SYSTEM_NODES,
        "resources": {"requests": {"cpu": "100m", "memory": "256Mi"}, "limits": {"memory": "512Mi"}},
        "defaultLoadBalancerScheme": "internal",
        "defaultTargetType": "ip",
        "defaultTags": dict(tags),
        # The controller's identity has no permissions on firewalls; it would fail on every load balancer.
        "enableShield": False,
        "enableWaf": False,
        "enableWafv2": False,
        "keepTLSSecret": True,  # a new certificate with every upgrade would cut off webhook calls
    }
