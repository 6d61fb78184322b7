"""The jobs that judge a team's models, the exporter of what they found, and the alerts on it."""

import pulumi_kubernetes as k8s
from pulumi import ComponentResource, Output, ResourceOptions

from components.identity.pod_identity import PodIdentity
from components.model_health.alerts import rule_group
from components.model_health.job import EXPORTER, EXPORTER_POD, cron_job_spec, exporter_spec
from components.model_health.monitored import ModelHealthArgs, MonitoredEndpoint
from reference.vocabulary import HEALTH_LABEL, MONITOR_ACCOUNT, owned

NO_PORT_NAME = {"action": "labeldrop", "regex": "endpoint"}


class ModelHealth(ComponentResource):
    """A CronJob with its settings and rules for each endpoint, their role, and one exporter with its scrape target."""

    def __init__(self, name: str, args: ModelHealthArgs, opts: ResourceOptions | None = None):
        super().__init__("paved:model_health:ModelHealth", name, {}, opts)
        self._name, self._args = name, args
        self._child = ResourceOptions(parent=self)
        account = self._make_account()
        for each in args.endpoints:
            self._make_job(each, account)
            self._make_rules(each)
        self._make_exporter()
        self.register_outputs({})

    def _make_account(self) -> k8s.core.v1.ServiceAccount:
        identity = PodIdentity(f"{self._name}-{MONITOR_ACCOUNT}", self._args.identity, self._child)
        return k8s.core.v1.ServiceAccount(
            f"{self._name}-{MONITOR_ACCOUNT}",
            metadata=self._metadata(MONITOR_ACCOUNT),
            automount_service_account_token=False,
            opts=ResourceOptions(parent=self, depends_on=[identity]),
        )

    def _make_job(self, endpoint: MonitoredEndpoint, account: k8s.core.v1.ServiceAccount) -> None:
        settings = k8s.core.v1.ConfigMap(
            f"{self._name}-{endpoint.name}",
            metadata=self._metadata(endpoint.name),
            data={"monitors.json": endpoint.text},
            opts=self._child,
        )
        k8s.batch.v1.CronJob(
            f"{self._name}-{endpoint.name}",
            metadata=self._metadata(endpoint.name),
            spec=cron_job_spec(self._args, endpoint),
            opts=ResourceOptions(parent=self, depends_on=[settings, account]),
        )

    def _make_rules(self, endpoint: MonitoredEndpoint) -> None:
        known = Output.from_input(self._args.namespace)
        k8s.apiextensions.CustomResource(
            f"{self._name}-{endpoint.name}-rules",
            api_version="monitoring.coreos.com/v1",
            kind="PrometheusRule",
            metadata=self._metadata(endpoint.name),
            spec={"groups": known.apply(lambda namespace: [rule_group(self._args, namespace, endpoint)])},
            opts=self._child,
        )

    def _make_exporter(self) -> None:
        k8s.apps.v1.Deployment(
            f"{self._name}-{EXPORTER}",
            metadata=self._metadata(EXPORTER),
            spec=exporter_spec(self._args),
            opts=self._child,
        )
        k8s.apiextensions.CustomResource(
            f"{self._name}-{EXPORTER}-scrape",
            api_version="monitoring.coreos.com/v1",
            kind="PodMonitor",
            metadata=self._metadata(EXPORTER),
            spec={
                "selector": {"matchLabels": {HEALTH_LABEL: EXPORTER_POD}},
                # Prometheus's own label `endpoint` is the name of the port. Without it that of the series stays, and
                # with `honorLabels` an image of the team's could bear another team's namespace.
                "podMetricsEndpoints": [
                    {"port": "metrics", "interval": "60s", "relabelings": [NO_PORT_NAME]}
                ],
            },
            opts=self._child,
        )

    def _metadata(self, name: str) -> k8s.meta.v1.ObjectMetaArgs:
        return k8s.meta.v1.ObjectMetaArgs(
            name=name, namespace=self._args.namespace, labels=owned(self._args.labels)
        )
