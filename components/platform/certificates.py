"""What cert-manager is told."""

from typing import Any

from components.platform.operator import CRITICAL, SYSTEM_NODES


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
