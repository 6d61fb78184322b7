"""KEDA: it starts jobs when there are events in a queue, and scales endpoints by what Prometheus knows of them."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from pulumi import ComponentResource, Resource, ResourceOptions

from components.charts import KEDA as CHART
from components.platform.namespaces import restricted_namespace
from components.platform.operator import CRITICAL, SYSTEM_NODES, Operator, OperatorArgs

RESOURCES = {"requests": {"cpu": "100m", "memory": "256Mi"}, "limits": {"memory": "512Mi"}}


@dataclass(frozen=True, kw_only=True)
class KedaArgs:
    """`after` is Prometheus's definitions, and the webhook that every Service passes."""

    version: str
    kubernetes_version: str
    labels: Mapping[str, str]
    after: Sequence[Resource]
    protect: bool


class Keda(ComponentResource):
    """The operator, which calls AWS by the pod identity that the foundation gives to `keda/keda-operator`."""

    def __init__(self, name: str, args: KedaArgs, opts: ResourceOptions | None = None):
        super().__init__("paved:platform:Keda", name, {}, opts)
        namespace = restricted_namespace(
            f"{name}-namespace", CHART.namespace, args.labels, args.kubernetes_version, parent=self
        )
        Operator(
            name,
            OperatorArgs(
                chart=CHART,
                version=args.version,
                values=keda_values(),
                after=[namespace, *args.after],
                protect=args.protect,
            ),
            ResourceOptions(parent=self),
        )
        self.register_outputs({})


def keda_values() -> dict[str, Any]:
    """Values of the chart: the operator reads no secret of another namespace, and calls no kind but the usual ones.

    Its role is of the whole cluster, for the chart has no narrower one: it may start Jobs and scale Deployments in
    every namespace, and does so for the ScaledJobs and ScaledObjects there, which only stacks make.
    """
    return {
        "nodeSelector": SYSTEM_NODES,
        "priorityClassName": CRITICAL,
        "operator": {"replicaCount": 2},  # the second takes over
        # The API that autoscalers ask for an endpoint's load. Where no replica answers, they leave all as it is.
        "metricsServer": {"enabled": True, "replicaCount": 2},
        "webhooks": {"enabled": True, "replicaCount": 2},
        "resources": {"operator": RESOURCES, "metricServer": RESOURCES, "webhooks": RESOURCES},
        "rbac": {"enabledCustomScaledRefKinds": False},
        "permissions": {
            "operator": {"restrict": {"secret": True}},
            "metricServer": {"restrict": {"secret": True}},
        },
        "prometheus": {
            "operator": {"enabled": True, "serviceMonitor": {"enabled": True}},
        },
    }
