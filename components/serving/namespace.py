"""A team's slice of the cluster: a namespace that is closed, capped and labelled."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import pulumi_kubernetes as k8s
from pulumi import ComponentResource, CustomTimeouts, Input, Output, Resource, ResourceOptions

from components.platform.namespaces import pod_security
from components.serving.access import grant, rules_of
from components.serving.network_policies import network_policies
from components.serving.quota import NamespaceLimits, container_defaults, hard_limits
from components.telemetry.trace_senders import SENDERS_LABEL
from reference.vocabulary import LOGS_LABEL, SERVICE_ACCOUNTS, UNLOGGED, Rights

DELETE_TIMEOUT = "30m"
"""A namespace is gone when its last pod is, and a training pod may take long to write its checkpoint."""
ROLES: Mapping[Rights, str] = {"develop": "members", "operate": "operate", "view": "view", "submit": "submit"}
"""The name of the Role of each rights. That of who develops is older than the others."""


@dataclass(frozen=True, kw_only=True)
class ServingNamespaceArgs:
    """A namespace of the name of its stack. `labels` go on every object in it.

    `nodes` outlive the namespace, so that a destroy ends pods before the nodes they run on. `identities` are
    those of its service accounts: no pod starts before them, as it would never get their credentials.
    `groups` are those who have each rights in it. With `keeps_logs` there is a log group for what its pods write,
    with `logs_requests` a collector of what endpoints are asked; with `sends_traces` its pods reach the collector of
    traces, and where it is `probed` the prober is let in to its endpoints.
    """

    stack: str
    labels: Mapping[str, str]
    kubernetes_version: Input[str]
    quota: Input[NamespaceLimits]
    vpc_cidr: Input[str]
    monitoring_namespace: Input[str]
    endpoints_only: bool
    nodes: Sequence[Resource]
    identities: Sequence[Resource]
    groups: Mapping[Rights, Sequence[str]]
    protect: bool
    keeps_logs: bool = True
    logs_requests: bool = False
    probed: bool = False
    sends_traces: bool = False


class ServingNamespace(ComponentResource):
    """Namespace, quota, defaults, network policies, service accounts and the rights of people."""

    def __init__(self, name: str, args: ServingNamespaceArgs, opts: ResourceOptions | None = None):
        super().__init__("paved:serving:ServingNamespace", name, {}, opts)
        version = Output.concat("v", args.kubernetes_version)
        namespace = k8s.core.v1.Namespace(
            name,
            metadata=k8s.meta.v1.ObjectMetaArgs(
                name=args.stack,
                labels={
                    **args.labels,
                    **pod_security("restricted", version),
                    **({} if args.keeps_logs else {LOGS_LABEL: UNLOGGED}),
                    **({SENDERS_LABEL: "true"} if args.sends_traces else {}),
                },
            ),
            opts=ResourceOptions(
                parent=self,
                protect=args.protect,
                depends_on=args.nodes,
                custom_timeouts=CustomTimeouts(delete=DELETE_TIMEOUT),
            ),
        )
        self._labels = args.labels
        self.namespace: Output[str] = namespace.metadata.name
        self._make_limits(name, args)
        self._make_network_policies(name, args)
        self._make_service_accounts(name, args)
        self._make_access(name, args)
        self.register_outputs({"namespace": self.namespace})

    def _make_limits(self, name: str, args: ServingNamespaceArgs) -> None:
        k8s.core.v1.ResourceQuota(
            f"{name}-quota",
            metadata=self._metadata("quota"),
            spec=k8s.core.v1.ResourceQuotaSpecArgs(hard=Output.from_input(args.quota).apply(hard_limits)),
            opts=ResourceOptions(parent=self),
        )
        k8s.core.v1.LimitRange(
            f"{name}-defaults",
            metadata=self._metadata("defaults"),
            spec=container_defaults(),
            opts=ResourceOptions(parent=self),
        )

    def _make_network_policies(self, name: str, args: ServingNamespaceArgs) -> None:
        specs = network_policies(
            stack=args.stack,
            vpc_cidr=args.vpc_cidr,
            monitoring_namespace=args.monitoring_namespace,
            endpoints_only=args.endpoints_only,
            logs_requests=args.logs_requests,
            probed=args.probed,
            sends_traces=args.sends_traces,
        )
        for policy, spec in specs.items():
            k8s.networking.v1.NetworkPolicy(
                f"{name}-{policy}",
                metadata=self._metadata(policy),
                spec=spec,
                opts=ResourceOptions(parent=self),
            )

    def _make_service_accounts(self, name: str, args: ServingNamespaceArgs) -> None:
        for service_account in SERVICE_ACCOUNTS:
            k8s.core.v1.ServiceAccount(
                f"{name}-{service_account}",
                metadata=self._metadata(service_account),
                # Credentials come from EKS Pod Identity; no pod of a team talks to the Kubernetes API.
                automount_service_account_token=False,
                opts=ResourceOptions(parent=self, depends_on=args.identities),
            )

    def _make_access(self, name: str, args: ServingNamespaceArgs) -> None:
        for rights, groups in args.groups.items():
            role = ROLES[rights]
            options = ResourceOptions(parent=self)
            grant(f"{name}-{role}", self._metadata(role), rules_of(rights), groups, options)

    def _metadata(self, name: str) -> k8s.meta.v1.ObjectMetaArgs:
        return k8s.meta.v1.ObjectMetaArgs(name=name, namespace=self.namespace, labels=dict(self._labels))
