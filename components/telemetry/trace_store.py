"""The AWS side of traces: X-Ray keeps spans in CloudWatch Logs, and the collector's identity may send them."""

from dataclasses import dataclass

import pulumi_aws as aws
from pulumi import ComponentResource, ResourceOptions

from components.account import Account, ClusterScope
from components.charts import OPENTELEMETRY_COLLECTOR
from components.identity.document import allow, policy_document
from components.identity.pod_identity import PodIdentity, PodIdentityArgs
from components.identity.service_role import RoleArgs
from reference.names import physical_name

XRAY_ENDPOINT = "xray"
"""The service that takes spans, as VPC endpoints call it."""
SPAN_GROUPS = ("aws/spans", "/aws/application-signals/data")
"""The log groups that X-Ray makes and writes to. Nobody else can make one whose name begins with `aws/`."""
POLICY_LIMIT = 128


@dataclass(frozen=True, kw_only=True)
class TraceStoreArgs:
    """The cluster whose collector sends. With `sets_account` the account's setting is this stack's."""

    scope: ClusterScope
    sets_account: bool


class TraceStore(ComponentResource):
    """The identity of the collector, and Transaction Search, without which X-Ray refuses spans of OTLP."""

    def __init__(self, name: str, args: TraceStoreArgs, opts: ResourceOptions | None = None):
        super().__init__("paved:telemetry:TraceStore", name, {}, opts)
        child = ResourceOptions(parent=self)
        if args.sets_account:
            self._set_account(name, args.scope)
        PodIdentity(f"{name}-collector", collector_identity(args.scope), child)
        self.register_outputs({})

    def _set_account(self, name: str, scope: ClusterScope) -> None:
        writes = aws.cloudwatch.LogResourcePolicy(
            f"{name}-spans",
            policy_name=physical_name(scope.stack, "spans", limit=POLICY_LIMIT),
            policy_document=spans_policy(scope.account),
            opts=ResourceOptions(parent=self),
        )
        aws.xray.TraceSegmentDestination(
            name,
            destination="CloudWatchLogs",
            # X-Ray tries whether it may write.
            opts=ResourceOptions(parent=self, depends_on=[writes]),
        )


def collector_identity(scope: ClusterScope) -> PodIdentityArgs:
    """The identity of the cluster's collector."""
    chart = OPENTELEMETRY_COLLECTOR
    return PodIdentityArgs(
        cluster=scope.ref,
        namespace=chart.namespace,
        service_account=chart.name,
        role=RoleArgs(
            name=physical_name(scope.stack, "traces", limit=64),
            description=f"{chart.namespace}/{chart.name} of {scope.cluster_name}",
            inline={"write": send_policy()},
        ),
    )


def send_policy() -> str:
    """Let spans be sent, and nothing be read. X-Ray's actions of writing take no resource.

    `PutTraceSegments` is what AWS's own policy of senders has, beside those of the older protocol.
    """
    actions = ["xray:PutSpans", "xray:PutSpansForIndexing", "xray:PutTraceSegments"]
    return policy_document(allow("SendSpans", actions, ["*"]))


def spans_policy(account: Account) -> str:
    """Let X-Ray write the account's spans to log groups."""
    groups = [account.arn("logs", f"log-group:{group}:*") for group in SPAN_GROUPS]
    conditions = {
        "ArnLike": {"aws:SourceArn": account.arn("xray", "*")},
        "StringEquals": {"aws:SourceAccount": account.id},
    }
    return policy_document(
        allow(
            "XRayWritesSpans",
            ["logs:PutLogEvents"],
            groups,
            principal={"Service": "xray.amazonaws.com"},
            conditions=conditions,
        )
    )
