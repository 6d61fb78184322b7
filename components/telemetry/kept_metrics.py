"""Metrics kept for longer than Prometheus does: a workspace of Amazon Managed Service for Prometheus."""

from collections.abc import Mapping
from dataclasses import dataclass

import pulumi_aws as aws
from pulumi import ComponentResource, Output, ResourceOptions

from components.account import Account, ClusterScope
from components.charts import MONITORING_NAMESPACE
from components.identity.document import allow, policy_document
from components.identity.pod_identity import PodIdentity, PodIdentityArgs
from components.identity.service_role import RoleArgs
from components.monitoring.prometheus_values import PROMETHEUS_SERVICE_ACCOUNT
from components.security.encryption_key import EncryptionKey
from reference.names import physical_name
from reference.tags import SERVICE_TAG

ENDPOINT = "aps-workspaces"
"""The service that takes samples and answers queries, as VPC endpoints call it."""
ALIAS_LIMIT = 100


@dataclass(frozen=True, kw_only=True)
class KeptMetricsArgs:
    """A workspace that keeps samples for `days`, and takes those of `max_series` series at once."""

    scope: ClusterScope
    key: EncryptionKey
    days: int
    max_series: int
    protect: bool


class KeptMetrics(ComponentResource):
    """An encrypted workspace, its limits, and the identity by which the cluster's Prometheus writes to it.

    It evaluates no rules and sends no alerts: the cluster's own Prometheus does, nearer to what it watches.
    """

    def __init__(self, name: str, args: KeptMetricsArgs, opts: ResourceOptions | None = None):
        super().__init__("paved:telemetry:KeptMetrics", name, {}, opts)
        child = ResourceOptions(parent=self)
        workspace = aws.amp.Workspace(
            name,
            alias=physical_name(args.scope.stack, limit=ALIAS_LIMIT),
            kms_key_arn=args.key.key_arn,
            opts=ResourceOptions(parent=self, protect=args.protect),
        )
        aws.amp.WorkspaceConfiguration(
            f"{name}-limits",
            workspace_id=workspace.id,
            retention_period_in_days=args.days,
            limits_per_label_sets=[series_limit(args.scope.cluster_name, args.max_series)],
            opts=child,
        )
        PodIdentity(f"{name}-writer", identity(args.scope), child)
        self.write_url: Output[str] = workspace.prometheus_endpoint.apply(write_url)
        self.register_outputs({"write_url": self.write_url})


def series_limit(cluster: str, most: int) -> aws.amp.WorkspaceConfigurationLimitsPerLabelSetArgs:
    """The most series of a cluster that have samples at once: what comes beyond is refused and not billed."""
    limits = aws.amp.WorkspaceConfigurationLimitsPerLabelSetLimitsArgs(max_series=most)
    return aws.amp.WorkspaceConfigurationLimitsPerLabelSetArgs(label_set={"cluster": cluster}, limits=limits)


def identity(scope: ClusterScope) -> PodIdentityArgs:
    """The identity of the cluster's Prometheus."""
    return PodIdentityArgs(
        cluster=scope.ref,
        namespace=MONITORING_NAMESPACE,
        service_account=PROMETHEUS_SERVICE_ACCOUNT,
        role=RoleArgs(
            name=physical_name(scope.stack, "prometheus", limit=64),
            description=f"{MONITORING_NAMESPACE}/{PROMETHEUS_SERVICE_ACCOUNT} of {scope.cluster_name}",
            inline={"write": write_policy(scope.account, scope.stack)},
        ),
    )


def write_policy(account: Account, stack: str) -> str:
    """Let samples be written to the stack's own workspace. AWS makes its id, so its tag tells it from others."""
    own: Mapping[str, Mapping[str, str]] = {"StringEquals": {f"aws:ResourceTag/{SERVICE_TAG}": stack}}
    workspaces = [account.arn("aps", "workspace/*")]
    return policy_document(allow("WriteSamples", ["aps:RemoteWrite"], workspaces, conditions=own))


def write_url(endpoint: str) -> str:
    """The address that samples are written to, by the address of the workspace, which ends in a slash."""
    return f"{endpoint}api/v1/remote_write"
