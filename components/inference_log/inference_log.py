"""The inference log of a team: what endpoints were asked and what they answered, in a bucket of its own."""

import pulumi_aws as aws
import pulumi_kubernetes as k8s
from pulumi import ComponentResource, Output, ResourceOptions

from components.identity.pod_identity import PodIdentity, PodIdentityArgs
from components.identity.service_role import RoleArgs
from components.inference_log.access import (
    FEEDBACK_FOLDER,
    LINES_FOLDER,
    collector_policy,
    log_policy,
    read_log_policy,
)
from components.inference_log.alerts import rule_group
from components.inference_log.collector import (
    SELECTED,
    SETTINGS_FILE,
    deployment_spec,
    disruption_budget,
    service_spec,
)
from components.inference_log.log_args import InferenceLogArgs
from components.registry.bucket import Bucket, BucketArgs, Retention
from reference.inference_log import COLLECTOR
from reference.names import physical_name, role_name
from reference.vocabulary import LOGGER_ACCOUNT, owned

OLD_VERSION_DAYS = 7
"""What expired, or was deleted by mistake, can be had back for this long, and is gone then."""
POLICY_NAME_LIMIT = 128


class InferenceLog(ComponentResource):
    """A bucket with a lifecycle, the identity that writes to it, two collectors, and their alerts."""

    def __init__(self, name: str, args: InferenceLogArgs, opts: ResourceOptions | None = None):
        super().__init__("paved:inference_log:InferenceLog", name, {}, opts)
        self._name, self._args = name, args
        self._child = ResourceOptions(parent=self)
        self.readers = physical_name(args.stack, "read-inference-log", limit=POLICY_NAME_LIMIT)
        self._make_bucket()
        self._make_readers()
        self._make_collector(self._make_account())
        self._make_custom("scrape", "PodMonitor", scrape_spec())
        known = Output.from_input(args.namespace)
        self._make_custom(
            "rules",
            "PrometheusRule",
            {"groups": known.apply(lambda namespace: [rule_group(args, namespace)])},
        )
        self.register_outputs({"bucket": args.bucket, "read_policy": self.readers})

    def _make_bucket(self) -> None:
        args = self._args
        policy = log_policy(
            args.account, args.bucket, namespace=args.stack, endpoints_only=args.endpoints_only
        )
        Bucket(
            f"{self._name}-inference",
            BucketArgs(
                bucket=args.bucket,
                policy=policy,
                key_arn=args.key_arn,
                retention=Retention(
                    noncurrent_days=OLD_VERSION_DAYS,
                    expire_folders=dict.fromkeys((LINES_FOLDER, FEEDBACK_FOLDER), args.days),
                ),
                protect=args.protect,
            ),
            ResourceOptions(parent=self, retain_on_delete=args.retain or None),
        )

    def _make_readers(self) -> None:
        args = self._args
        aws.iam.Policy(
            f"{self._name}-read-inference-log",
            name=self.readers,
            description=f"Read the inference log of {args.stack}",
            policy=read_log_policy(args.account, bucket=args.bucket, key_alias=args.key_alias),
            opts=self._child,
        )

    def _make_account(self) -> k8s.core.v1.ServiceAccount:
        args = self._args
        policy = collector_policy(
            args.account,
            bucket=args.bucket,
            endpoints=[each.name for each in args.endpoints],
            key_alias=args.key_alias,
        )
        identity = PodIdentity(
            f"{self._name}-{LOGGER_ACCOUNT}",
            PodIdentityArgs(
                cluster=args.cluster,
                namespace=args.stack,
                service_account=LOGGER_ACCOUNT,
                role=RoleArgs(
                    name=role_name(args.stack, LOGGER_ACCOUNT),
                    description=f"Collectors of the inference log of {args.stack}",
                    inline={"log": policy},
                    boundary_arn=args.boundary_arn,
                ),
            ),
            self._child,
        )
        return k8s.core.v1.ServiceAccount(
            f"{self._name}-{LOGGER_ACCOUNT}",
            metadata=self._metadata(LOGGER_ACCOUNT),
            automount_service_account_token=False,
            opts=ResourceOptions(parent=self, depends_on=[identity]),
        )

    def _make_collector(self, account: k8s.core.v1.ServiceAccount) -> None:
        name, metadata = f"{self._name}-{COLLECTOR}", self._metadata(COLLECTOR)
        settings = k8s.core.v1.ConfigMap(
            name, metadata=metadata, data={SETTINGS_FILE: self._args.text}, opts=self._child
        )
        k8s.core.v1.Service(name, metadata=metadata, spec=service_spec(), opts=self._child)
        k8s.apps.v1.Deployment(
            name,
            metadata=metadata,
            spec=deployment_spec(self._args),
            opts=ResourceOptions(parent=self, depends_on=[settings, account]),
        )
        k8s.policy.v1.PodDisruptionBudget(name, metadata=metadata, spec=disruption_budget(), opts=self._child)

    def _make_custom(self, part: str, kind: str, spec: dict[str, object]) -> None:
        k8s.apiextensions.CustomResource(
            f"{self._name}-{COLLECTOR}-{part}",
            api_version="monitoring.coreos.com/v1",
            kind=kind,
            metadata=self._metadata(COLLECTOR),
            spec=spec,
            opts=self._child,
        )

    def _metadata(self, name: str) -> k8s.meta.v1.ObjectMetaArgs:
        return k8s.meta.v1.ObjectMetaArgs(
            name=name, namespace=self._args.namespace, labels=owned(self._args.labels)
        )


def scrape_spec() -> dict[str, object]:
    """The scrape of the collectors. Their series name endpoints, as Prometheus's own label `endpoint` would not."""
    relabelings = [{"action": "labeldrop", "regex": "endpoint"}]
    return {
        "selector": {"matchLabels": SELECTED},
        "podMetricsEndpoints": [{"port": "metrics", "interval": "60s", "relabelings": relabelings}],
    }
