"""The addresses of the charts of the platform: an `oci://` address of its own, or an HTTP repository that lists it."""

from collections.abc import Mapping
from types import MappingProxyType

CHART_SOURCES: Mapping[str, str] = MappingProxyType(
    {
        "aws-efa-k8s-device-plugin": "https://aws.github.io/eks-charts",
        "aws-load-balancer-controller": "https://aws.github.io/eks-charts",
        "cert-manager": "oci://quay.io/jetstack/charts/cert-manager",
        "dcgm-exporter": "https://nvidia.github.io/dcgm-exporter/helm-charts",
        "fluent-bit": "https://fluent.github.io/helm-charts",
        "jupyterhub": "https://hub.jupyter.org/helm-chart/",
        "karpenter": "oci://public.ecr.aws/karpenter/karpenter",
        "karpenter-crd": "oci://public.ecr.aws/karpenter/karpenter-crd",
        "keda": "https://kedacore.github.io/charts",
        "kserve-crd": "oci://ghcr.io/kserve/charts/kserve-crd",
        "kserve-resources": "oci://ghcr.io/kserve/charts/kserve-resources",
        "kserve-runtime-configs": "oci://ghcr.io/kserve/charts/kserve-runtime-configs",
        "kube-prometheus-stack": "oci://ghcr.io/prometheus-community/charts/kube-prometheus-stack",
        "kubeflow-trainer": "oci://ghcr.io/kubeflow/charts/kubeflow-trainer",
        "kuberay-operator": "https://ray-project.github.io/kuberay-helm",
        "kueue": "oci://registry.k8s.io/kueue/charts/kueue",
        "neuron-helm-chart": "oci://public.ecr.aws/neuron/neuron-helm-chart",
        "nvidia-device-plugin": "https://nvidia.github.io/k8s-device-plugin",
        "opentelemetry-collector": "https://open-telemetry.github.io/opentelemetry-helm-charts",
        "policy-controller": "oci://ghcr.io/sigstore/helm-charts/policy-controller",
        "prometheus-blackbox-exporter": "oci://ghcr.io/prometheus-community/charts/prometheus-blackbox-exporter",
        "prometheus-operator-crds": "oci://ghcr.io/prometheus-community/charts/prometheus-operator-crds",
    }
)
"""By the name of a chart: releases.toml says which version of it a release installs."""

JOBSET_TAG = "v0.12.0"
"""The tag of JobSet's image: its chart comes within Trainer's, and names another one."""
