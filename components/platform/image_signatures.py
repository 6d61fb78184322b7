"""Sigstore's policy controller and its policies: only signed images run in teams' namespaces."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import pulumi_kubernetes as k8s
from pulumi import ComponentResource, Input, Output, Resource, ResourceOptions

from components.charts import POLICY_CONTROLLER
from components.images import ImageNames
from components.platform.kserve import image_globs
from components.platform.namespaces import restricted_namespace
from components.platform.operator import CRITICAL, SYSTEM_NODES, Operator, OperatorArgs
from reference.releases import PinnedImage
from reference.vocabulary import STACK_LABEL

API_VERSION = "policy.sigstore.dev/v1alpha1"
"""The version that the API server stores: the controller converts nothing."""

RESTRICTED: Mapping[str, Any] = {
    "enabled": True,
    "allowPrivilegeEscalation": False,
    "capabilities": {"drop": ["ALL"]},
    "runAsNonRoot": True,
    "runAsUser": 65532,
    "seccompProfile": {"type": "RuntimeDefault"},
}
WEBHOOK_SECONDS = 10

CLEANUP_IMAGE = {
    "repository": "cgr.dev/chainguard/kubectl",
    "version": "latest-dev@sha256:26e2d3fb319edf7300edff25c1a64076a3bc046c9842c964d6062e9c5ee9d1d2",
}
"""The image of the chart's hook at uninstall, a shell and kubectl. The chart runs whatever `latest-dev` is on that day.

The digest is one that a public project on GitHub pins for this hook, read on 2026-11-30. Helm runs it in any case.
"""


@dataclass(frozen=True, kw_only=True)
class ImageSignaturesArgs:
    """Images of `registry` must be signed with `key_uri`: teams' of `environment`, and those with a `shared` prefix.

    `images` are those that pass unsigned, by `image_names`. `after` outlives the controller.
    """

    version: str
    kubernetes_version: str
    images: Mapping[str, PinnedImage]
    image_names: ImageNames
    registry: Input[str]
    environment: str
    shared: Sequence[str]
    key_uri: Input[str]
    replicas: int
    labels: Mapping[str, str]
    after: Sequence[Resource]
    monitoring: Sequence[Resource]
    protect: bool


class ImageSignatures(ComponentResource):
    """The controller and two policies. An image that matches neither is refused, and so is all when nobody answers."""

    def __init__(self, name: str, args: ImageSignaturesArgs, opts: ResourceOptions | None = None):
        super().__init__("paved:platform:ImageSignatures", name, {}, opts)
        self._args = args
        namespace = restricted_namespace(
            f"{name}-namespace",
            POLICY_CONTROLLER.namespace,
            args.labels,
            args.kubernetes_version,
            parent=self,
        )
        release = Operator(
            name,
            OperatorArgs(
                chart=POLICY_CONTROLLER,
                version=args.version,
                values=policy_controller_values(args.replicas),
                image_names=args.image_names,
                after=[namespace, *args.after, *args.monitoring],
                protect=args.protect,
            ),
            ResourceOptions(parent=self),
        ).release
        key = {"kms": args.key_uri, "hashAlgorithm": "sha256"}
        self._make_policy(
            f"{name}-teams",
            "team-images",
            signed_globs(args),
            {"name": "signing-key", "key": key},
            release,
        )
        self._make_policy(
            f"{name}-platform",
            "platform-images",
            image_globs(args.images, args.image_names),
            {"name": "platform", "static": {"action": "pass"}},
            release,
        )
        self.register_outputs({})

    def _make_policy(
        self,
        name: str,
        policy: str,
        globs: Sequence[Input[str]],
        authority: Mapping[str, Any],
        release: Resource,
    ) -> None:
        k8s.apiextensions.CustomResource(
            name,
            api_version=API_VERSION,
            kind="ClusterImagePolicy",
            metadata={"name": policy, "labels": dict(self._args.labels)},
            spec={
                "mode": "enforce",
                "images": [{"glob": glob} for glob in globs],
                "authorities": [authority],
            },
            opts=ResourceOptions(parent=self, depends_on=[release]),
        )


def signed_globs(args: ImageSignaturesArgs) -> list[Input[str]]:
    """The patterns of the images that have to be signed: of teams' repositories, which bear the names of stacks.

    An image has to satisfy every policy that it matches, so a pattern of the whole registry would ask for a signature
    of the cached images of others, too. What no pattern matches is refused.
    """
    teams = Output.concat(args.registry, f"/*-{args.environment}/**")
    return [teams, *map(_shared_glob, args.shared)]


def _shared_glob(prefix: str) -> str:
    # The controller compares names with digests: a tag, or the start of one, is in none of them.
    host, slash, rest = prefix.partition("/")
    repository, colon, _ = rest.partition(":")
    return f"{host}{slash}{repository}@**" if colon else f"{prefix}**"


def policy_controller_values(replicas: int) -> dict[str, Any]:
    """Values of the chart. It looks at the namespaces of teams alone, so that it can stop no part of the cluster.

    Without TUF nothing of sigstore's public instances is asked: the key is ours, and no log is kept.
    """
    return {
        "commonNodeSelector": SYSTEM_NODES,
        "cosign": {
            "webhookTimeoutSeconds": {"mutating": WEBHOOK_SECONDS, "validating": WEBHOOK_SECONDS},
        },
        "webhook": {
            "replicaCount": replicas,
            "podDisruptionBudget": {"enabled": replicas > 1, "minAvailable": 1},
            "priorityClass": CRITICAL,
            # No pod of a team starts while the controller or ECR is down; what runs goes on.
            "failurePolicy": "Fail",
            "configData": {"no-match-policy": "deny"},
            "extraArgs": {"disable-tuf": True},
            "namespaceSelector": {"matchExpressions": [{"key": STACK_LABEL, "operator": "Exists"}]},
            "podSecurityContext": {**RESTRICTED, "readOnlyRootFilesystem": True},
            "resources": {
                "requests": {"cpu": "100m", "memory": "256Mi"},
                "limits": {"cpu": "1", "memory": "512Mi"},  # the chart's own 200m would throttle it
            },
        },
        "leasescleanup": {"image": CLEANUP_IMAGE, "podSecurityContext": dict(RESTRICTED)},
        "serviceMonitor": {"enabled": True},
    }
