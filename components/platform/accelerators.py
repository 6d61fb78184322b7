"""What the GPU agents of a node have in common, and what NVIDIA's device plugin is told."""

from typing import Any

from components.labels import ACCELERATOR, GPU_RESOURCE, STACK

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
