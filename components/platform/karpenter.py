"""Karpenter: its custom resource definitions, then its controller."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from pulumi import ComponentResource, Input, Resource, ResourceOptions

from components.charts import KARPENTER, KARPENTER_CRD
from components.images import ImageNames
from components.platform.operator import SYSTEM_NODES, Operator, OperatorArgs


@dataclass(frozen=True, kw_only=True)
class KarpenterArgs:
    """With `repair`, nodes that stay broken are replaced, and their pods end with them."""

    versions: Mapping[str, str]  # chart name -> version
    cluster_name: Input[str]
    interruption_queue_name: Input[str]
    repair: bool
    image_names: ImageNames
    after: Sequence[Resource]
    protect: bool
    static_capacity: bool = False


class Karpenter(ComponentResource):
    """The controller that starts and removes nodes. It runs on the managed node group, never on its own nodes."""

    def __init__(self, name: str, args: KarpenterArgs, opts: ResourceOptions | None = None):
        super().__init__("paved:platform:Karpenter", name, {}, opts)
        crds = Operator(
            f"{name}-crd",
            OperatorArgs(
                # A chart of its own: Helm never upgrades the definitions that come inside another chart.
                chart=KARPENTER_CRD,
                version=args.versions[KARPENTER_CRD.name],
                values={},
                image_names=args.image_names,
                protect=args.protect,
            ),
            ResourceOptions(parent=self),
        )
        controller = Operator(
            name,
            OperatorArgs(
                chart=KARPENTER,
                version=args.versions[KARPENTER.name],
                values=karpenter_values(args),
                image_names=args.image_names,
                after=[crds.release, *args.after],
                protect=args.protect,
            ),
            ResourceOptions(parent=self),
        )
        self.releases: Sequence[Resource] = (crds.release, controller.release)
        self.register_outputs({})


def karpenter_values(args: KarpenterArgs) -> dict[str, Any]:
    """Values of the controller's chart, whose own affinity keeps its two replicas on different nodes.

    Static pools are alpha in Karpenter: they are switched on only where the platform has one.
    """
    gates = {"nodeRepair": args.repair}
    if args.static_capacity:
        gates["staticCapacity"] = True
    return {
        # The foundation associates the controller's role with a service account of this name.
        "serviceAccount": {"name": KARPENTER.name},
        "replicas": 2,
        "nodeSelector": SYSTEM_NODES,
        # The chart sets no resources.
        "controller": {
            "resources": {"requests": {"cpu": "500m", "memory": "1Gi"}, "limits": {"memory": "1Gi"}}
        },
        "settings": {
            "clusterName": args.cluster_name,
            "interruptionQueue": args.interruption_queue_name,
            "featureGates": gates,
        },
    }
