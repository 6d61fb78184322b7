"""Values of the charts that need no component of their own: certificates, load balancers and device plugins."""

from collections.abc import Mapping
from typing import Any

from pulumi import Input

from components.charts import AWS_LOAD_BALANCER_CONTROLLER
from components.platform.operator import CRITICAL, SYSTEM_NODES
from reference.accelerators import NEURON_CLASSES
from reference.instances import instance_types
from reference.vocabulary import (
    ACCELERATOR_LABEL,
    DEVICES_BY_CDI,
    EFA_LABEL,
    GPU_RESOURCE,
    NEURON_RESOURCE,
    NODE_AGENTS_NAMESPACE,
    POOL_LABEL,
    STACK_LABEL,
)

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
"""Nodes with GPUs alone. The charts' own rules look for labels of a discovery agent that no chart here installs."""

GPU_NODE_TOLERATIONS = [
    {"key": key, "operator": "Exists", "effect": "NoSchedule"}
    for key in (GPU_RESOURCE, NEURON_RESOURCE, STACK_LABEL, POOL_LABEL)
]
"""The taints of accelerated nodes, of every team and every make."""


SEES_EVERY_GPU = {
    "runAsNonRoot": False,
    "runAsUser": 0,
    "capabilities": {"add": ["SYS_ADMIN"], "drop": ["ALL"]},
}
"""The security context of agents that see every GPU of their node, as their images' NVIDIA_VISIBLE_DEVICES asks.

The nodes' toolkit grants that to who has this capability alone, and pods of teams are refused it.
"""


def cert_manager_values() -> dict[str, Any]:
    """Values of the chart. Its CRDs stay when the release goes: they hold every certificate of the cluster."""
    return {
        "crds": {"enabled": True, "keep": True},
        "global": {"nodeSelector": SYSTEM_NODES, "priorityClassName": CRITICAL},
        "replicaCount": 2,
        "podDisruptionBudget": {"enabled": True},
        "resources": {"requests": {"cpu": "50m", "memory": "128Mi"}, "limits": {"memory": "256Mi"}},
        "webhook": {
            "replicaCount": 2,
            "podDisruptionBudget": {"enabled": True},
            "resources": {"requests": {"cpu": "50m", "memory": "64Mi"}, "limits": {"memory": "128Mi"}},
        },
        "cainjector": {
            "resources": {"requests": {"cpu": "50m", "memory": "256Mi"}, "limits": {"memory": "512Mi"}},
        },
    }


def load_balancer_values(
    *, cluster_name: Input[str], vpc_id: Input[str], region: str, tags: Mapping[str, str]
) -> dict[str, Any]:
    """Values of the chart: load balancers are internal, reach pods by address and carry the stack's tags.

    Its webhook sees every Service that is created, and refuses it when no replica answers. So every resource that
    creates a Service waits for this release.
    """
    return {
        "clusterName": cluster_name,
        "vpcId": vpc_id,
        "region": region,
        "replicaCount": 2,
        "podDisruptionBudget": {"maxUnavailable": 1},
        # The foundation associates its role with a service account of this name.
        "serviceAccount": {"name": AWS_LOAD_BALANCER_CONTROLLER.name},
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


def device_plugin_values() -> dict[str, Any]:
    """Values of the chart. Karpenter calls a GPU node ready once this plugin has registered its GPUs.

    With the chart's own strategy an environment variable says which GPUs a container has, and its image or its author
    may say more. So containerd is told, by CDI, and the nodes' toolkit heeds no variable; see `node_boot`.
    """
    return {
        "deviceListStrategy": DEVICES_BY_CDI,
        # The chart mounts the node's root only where it is named; the specs of CDI are made of the driver in it.
        "nvidiaDriverRoot": "/",
        # It would add the devices of InfiniBand to every GPU, which those of EFA are, too (k8s-device-plugin 0.19.2).
        "mofedEnabled": False,
        "securityContext": SEES_EVERY_GPU,
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

    The add-on that watches GPUs reports the health of these nodes too. The chart's scheduler extension is left out: it
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
