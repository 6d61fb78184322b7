"""The resources that a cluster's controllers and AWS's own services make as they run, which no plan ever has."""

from collections.abc import Mapping

RUNTIME_TAGS = (
    "aws:eks:",
    "eks:",
    "ebs.csi.aws.com/",
    "elbv2.k8s.aws/",
    "karpenter.k8s.aws/",
    "kubernetes.io/cluster/",
)
"""Prefixes of the tags that EKS and the cluster's controllers put on the resources that they create."""


def is_runtime(tags: Mapping[str, str]) -> bool:
    """Whether tags are those of a resource that the cluster made as it runs."""
    return any(key.startswith(RUNTIME_TAGS) for key in tags)
