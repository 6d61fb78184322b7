"""What the GPU agents of a node have in common, and what the device plugins for GPUs and EFA are told."""

from typing import Any

from components.labels import ACCELERATOR, EFA, GPU_RESOURCE, STACK
from paved.reference.instances import instance_types

GPU_NODES = {
    "nodeAffinity": {
        "requiredDuringSchedulingIgnoredDuringExecution": {
            "nodeSelectorTerms": [{"matchExpressions": [{"key": ACCELERATOR, "operator": "Exists"}]}]
        }
    }
}
"""Only nodes of a team's GPU pool. The charts' own rules look for labels of a discovery agent we do not run."""

GPU_NODE_TOLERATIONS = [
    {"key": GPU_RESOURCE, "operator": "Exists", "effect": "NoSchedule"},
    {"key": STACK, "operator": "Exists", "effect": "NoSchedule"},
]
"""The taints of a team's GPU nodes, whichever team it is."""


def device_plugin_values() -> dict[str, Any]:
    """Values of the chart. Karpenter calls a GPU node ready once this plugin has registered its GPUs."""
    return {
        "affinity": GPU_NODES,
        "tolerations": GPU_NODE_TOLERATIONS,
        "resources": {"requests": {"cpu": "50m", "memory": "64Mi"}, "limits": {"memory": "256Mi"}},
    }


def efa_plugin_values() -> dict[str, Any]:
    """Values of the chart. Karpenter calls a node with EFA ready once this plugin has registered its interfaces.

    The chart selects nodes by a list of types of its own as well: ours takes its place, so that it never lags.
    """
    types = [name for name, each in sorted(instance_types().items()) if each.gpus and each.efa_interfaces]
    return {
        "nodeSelector": {EFA: "true"},
        "supportedInstanceLabels": {"keys": ["node.kubernetes.io/instance-type"], "values": types},
        "tolerations": GPU_NODE_TOLERATIONS,
        "resources": {"requests": {"cpu": "10m", "memory": "20Mi"}, "limits": {"memory": "128Mi"}},
    }
