"""The platform's own namespaces, each with the strictest Pod Security level its pods can live with."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Literal

import pulumi_kubernetes as k8s
from pulumi import ComponentResource, CustomTimeouts, Input, Resource, ResourceOptions

from components.charts import (
    CERT_MANAGER_NAMESPACE,
    KSERVE_NAMESPACE,
    KUBEFLOW_NAMESPACE,
    KUBERAY_NAMESPACE,
    KUEUE_NAMESPACE,
    MONITORING_NAMESPACE,
)
from reference.vocabulary import HAND_OVER_NAMESPACE, NODE_AGENTS_NAMESPACE

Level = Literal["baseline", "privileged", "restricted"]

LEVELS: Mapping[str, Level] = {
    CERT_MANAGER_NAMESPACE: "restricted",
    HAND_OVER_NAMESPACE: "baseline",  # root gives directories of new file systems away
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
                    name=namespace,
                    labels={**args.labels, **pod_security(level, f"v{args.kubernetes_version}")},
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


def restricted_namespace(
    name: str, namespace: str, labels: Mapping[str, str], kubernetes_version: str, *, parent: Resource
) -> k8s.core.v1.Namespace:
    """The namespace of a chart that is an option of a platform, at the level `restricted`."""
    return k8s.core.v1.Namespace(
        name,
        metadata=k8s.meta.v1.ObjectMetaArgs(
            name=namespace, labels={**labels, **pod_security("restricted", f"v{kubernetes_version}")}
        ),
        opts=ResourceOptions(parent=parent, custom_timeouts=CustomTimeouts(delete=DELETE_TIMEOUT)),
    )


def pod_security(level: Level, version: Input[str]) -> dict[str, Input[str]]:
    """Labels that enforce a Pod Security level as of a `version` such as `v1.35`.

    It is pinned, so that an upgrade cannot change the level's meaning.
    """
    labels: dict[str, Input[str]] = {}
    for mode in ("enforce", "audit", "warn"):
        labels[f"pod-security.kubernetes.io/{mode}"] = level
        labels[f"pod-security.kubernetes.io/{mode}-version"] = version
    return labels
