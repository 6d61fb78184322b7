"""What the agents of an accelerated node have in common, and what the plugins for its devices are told."""

from typing import Any

from components.charts import NODE_AGENTS_NAMESPACE
from reference.accelerators import NEURON_CLASSES
from reference.instances import instance_types
from reference.vocabulary import ACCELERATOR_LABEL, EFA_LABEL, GPU_RESOURCE, NEURON_RESOURCE, STACK_LABEL

GPU_NODES = {
    "nodeAffinity": {
        "requiredDuringSchedulingIgnoredDuringExecution": {
            "nodeSelectorTerms": [
                {
                    "matchExpressions": [
                        {"key": ACCELERATOR_LABEL, "operator": "Exists"},
                        {"key": ACCELERATOR_LABEL, "operator": "NotIn", "values": list(NEURON_CLASSES)},
                    ]
                }
            ]
        }
    }
}
"""Only nodes with GPUs. The charts' own rules look for labels of a discovery agent we do not run."""

GPU_NODE_TOLERATIONS = [
    {"key": key, "operator": "Exists", "effect": "NoSchedule"}
    for key in (GPU_RESOURCE, NEURON_RESOURCE, STACK_LABEL)
]
"""The taints of accelerated nodes, whichever team's and of whichever make."""


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
        "nodeSelector": {EFA_LABEL: "true"},
        "supportedInstanceLabels": {"keys": ["node.kubernetes.io/instance-type"], "values": types},
        "tolerations": GPU_NODE_TOLERATIONS,
        "resources": {"requests": {"cpu": "10m", "memory": "20Mi"}, "limits": {"memory": "128Mi"}},
    }


def neuron_plugin_values() -> dict[str, Any]:
    """Values of the chart: its device plugin alone.

    The nodes' health is told by the add-on that also watches GPUs. The chart's scheduler extension is left out: it
    finds neighbouring devices for pods that ask for some of a node's, and jobs here ask for one or for all.
    """
    types = [name for name, each in sorted(instance_types().items()) if each.accelerator in NEURON_CLASSES]
    return {
        "neuronInstances": types,
        "npd": {"enabled": False},
        "devicePlugin": {
            "namespaceOverride": NODE_AGENTS_NAMESPACE,
            "tolerations": GPU_NODE_TOLERATIONS,
            "resources": {"requests": {"cpu": "50m", "memory": "64Mi"}, "limits": {"memory": "256Mi"}},
        },
    }
