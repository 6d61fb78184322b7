"""High availability of a controller whose chart has no key for it: priority, spread, replicas and a budget."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import pulumi_kubernetes as k8s
from pulumi import ComponentResource, Resource, ResourceOptions

from components.platform.operator import CRITICAL

REPLICAS = 2
SPREAD_OVER = ("topology.kubernetes.io/zone", "kubernetes.io/hostname")


@dataclass(frozen=True, kw_only=True)
class HighAvailabilityArgs:
    """`deployment`, which is also the name of its service account, selects its pods by `selector`.

    `after` is the release that makes it.
    """

    deployment: str
    namespace: str
    selector: Mapping[str, str]
    labels: Mapping[str, str]
    after: Sequence[Resource]


class HighAvailability(ComponentResource):
    """A patch of a chart's Deployment, which Helm leaves alone because its chart says nothing there, and a budget."""

    def __init__(self, name: str, args: HighAvailabilityArgs, opts: ResourceOptions | None = None):
        super().__init__("paved:platform:HighAvailability", name, {}, opts)
        options = ResourceOptions(parent=self, depends_on=list(args.after))
        k8s.apps.v1.DeploymentPatch(
            name,
            metadata={"name": args.deployment, "namespace": args.namespace},
            spec=deployment_patch(args.deployment, args.selector),
            opts=options,
        )
        k8s.policy.v1.PodDisruptionBudget(
            name,
            metadata={"name": args.deployment, "namespace": args.namespace, "labels": dict(args.labels)},
            spec={"minAvailable": 1, "selector": {"matchLabels": dict(args.selector)}},
            opts=options,
        )
        self.register_outputs({})


def deployment_patch(service_account: str, selector: Mapping[str, str]) -> dict[str, Any]:
    """The spec of a Deployment as far as it is ours. Spread is a preference: one node may run both replicas."""
    spread = [
        {
            "topologyKey": key,
            "maxSkew": 1,
            "whenUnsatisfiable": "ScheduleAnyway",
            "labelSelector": {"matchLabels": dict(selector)},
        }
        for key in SPREAD_OVER
    ]
    pod = {
        # The chart's own, said again: a rule cannot tell what a patch leaves as it is. A controller needs its token.
        "serviceAccountName": service_account,
        "automountServiceAccountToken": True,
        "priorityClassName": CRITICAL,
        "topologySpreadConstraints": spread,
    }
    return {"replicas": REPLICAS, "template": {"spec": pod}}
