"""The jobs that judge a team's models, the exporter of what they found, and the alerts on it."""

import pulumi_kubernetes as k8s
from pulumi import ComponentResource, Output, ResourceOptions

from components.model_health.alerts import rule_group
from components.model_health.job import EXPORTER, NAME_LABEL, cron_job_spec, exporter_spec
from components.model_health.monitored import ModelHealthArgs, MonitoredEndpoint
from reference.vocabulary import owned

NO_PORT_NAME = {"action": "labeldrop", "regex": "endpoint"}


class ModelHealth(ComponentResource):
    """A CronJob with its settings and rules for each endpoint, and one exporter with its scrape target."""

    def __init__(self, name: str, args: ModelHealthArgs, opts: ResourceOptions | None = None):
        super().__init__("paved:model_health:ModelHealth", name, {}, opts)
        self._name, self._args = name, args
        self._child = ResourceOptions(parent=self)
        for each in args.endpoints:
            self._make_job(each)
            self._make_rules(each)
        self._make_exporter()
        self.register_outputs({})

    def _make_job(self, endpoint: MonitoredEndpoint) -> None:
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
            opts=ResourceOptions(parent=self, depends_on=[settings]),
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
                "selector": {"matchLabels": {NAME_LABEL: EXPORTER}},
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
