"""The platform's own namespaces, each with the strictest Pod Security level its pods can live with."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Literal

import pulumi_kubernetes as k8s
from pulumi import ComponentResource, CustomTimeouts, ResourceOptions

from components.charts import (
    CERT_MANAGER_NAMESPACE,
    KSERVE_NAMESPACE,
    KUBEFLOW_NAMESPACE,
    KUBERAY_NAMESPACE,
    KUEUE_NAMESPACE,
    MONITORING_NAMESPACE,
    NODE_AGENTS_NAMESPACE,
)

Level = Literal["privileged", "restricted"]

LEVELS: Mapping[str, Level] = {
    CERT_MANAGER_NAMESPACE: "restricted",
    KSERVE_NAMESPACE: "restricted",
    KUBEFLOW_NAMESPACE: "restricted",
    KUBERAY_NAMESPACE: "restricted",
    KUEUE_NAMESPACE: "restricted",
    MONITORING_NAMESPACE: "restricted",
    NODE_AGENTS_NAMESPACE: "privileged",  # device plugin and exporters mount paths of the node
}
DELETE_TIMEOUT = "20m"


@dataclass(frozen=True, kw_only=True)
class SystemNamespacesArgs:
    """`without` are the namespaces of charts that the platform does not install."""

    kubernetes_version: str
    without: Collection[str]
    labels: Mapping[str, str]
    protect: bool


class SystemNamespaces(ComponentResource):
    """One typed namespace for each that a chart goes to, but for `kube-system`, which is there already."""

    def __init__(self, name: str, args: SystemNamespacesArgs, opts: ResourceOptions | None = None):
        super().__init__("paved:platform:SystemNamespaces", name, {}, opts)
        self.namespaces = {
            namespace: k8s.core.v1.Namespace(
                f"{name}-{namespace}",
                metadata=k8s.meta.v1.ObjectMetaArgs(
                    name=namespace, labels={**args.labels, **pod_security(level, args.kubernetes_version)}
                ),
                opts=ResourceOptions(
                    parent=self,
                    # The volumes of the metrics store go with their namespace.
                    protect=args.protect and namespace == MONITORING_NAMESPACE,
                    custom_timeouts=CustomTimeouts(delete=DELETE_TIMEOUT),
                ),
            )
            for namespace, level in LEVELS.items()
            if namespace not in args.without
        }
        self.register_outputs({"namespaces": sorted(self.namespaces)})


def pod_security(level: Level, kubernetes_version: str) -> dict[str, str]:
    """Labels that enforce a Pod Security level, pinned so that an upgrade cannot change its meaning."""
    labels: dict[str, str] = {}
    for mode in ("enforce", "audit", "warn"):
        labels[f"pod-security.kubernetes.io/{mode}"] = level
        labels[f"pod-security.kubernetes.io/{mode}-version"] = f"v{kubernetes_version}"
    return labels
