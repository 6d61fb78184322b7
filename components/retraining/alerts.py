"""The alert of a team's retraining: a run that failed."""

from collections.abc import Sequence

import pulumi_kubernetes as k8s
from pulumi import ComponentResource, ResourceOptions

from components.monitoring.alerts import Alert, alert_group
from components.retraining.run import RetrainingTeam


class RetrainingAlerts(ComponentResource):
    """A PrometheusRule in the team's namespace, whose alerts go where its other alerts go."""

    def __init__(self, name: str, args: RetrainingTeam, opts: ResourceOptions | None = None):
        super().__init__("paved:retraining:RetrainingAlerts", name, {}, opts)
        k8s.apiextensions.CustomResource(
            f"{name}-alerts",
            api_version="monitoring.coreos.com/v1",
            kind="PrometheusRule",
            metadata=k8s.meta.v1.ObjectMetaArgs(
                name="retraining", namespace=args.namespace, labels=dict(args.labels)
            ),
            spec={"groups": [alert_group("retraining", alerts(args.stack), team=args.team)]},
            opts=ResourceOptions(parent=self),
        )
        self.register_outputs({})


def alerts(stack: str) -> Sequence[Alert]:
    """The alerts about the runs of a stack, by the metrics of kube-state-metrics."""
    jobs = f'namespace="{stack}",job_name=~"retrain-.+"'
    return (
        Alert(
            name="RetrainingFailed",
            # A run with nothing to do fails by its pod failure policy, which is no failure of the retraining.
            expression=(
                f"max by (namespace, job_name) (kube_job_status_failed{{{jobs},"
                'reason=~"BackoffLimitExceeded|DeadlineExceeded"}) > 0'
            ),
            duration="0m",
            severity="ticket",
            summary="Retraining {{ $labels.job_name }} failed: the model stays as it is",
            action="Read the logs of its pods; its record in the models bucket says what it worked on.",
        ),
    )
