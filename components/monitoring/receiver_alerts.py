"""The alert about receivers that the operator left out of Alertmanager, of which nobody else would tell."""

from components.monitoring.alerts import Alert

REJECTED = 'prometheus_operator_managed_resources{resource="AlertmanagerConfig",state="rejected"}'
"""The operator's own count, which keeps its labels: `resource` is that of the chart's alert about the same."""

RECEIVER_ALERTS = (
    Alert(
        name="AlertReceiverRejected",
        expression=f"min_over_time({REJECTED}[5m]) > 0",
        duration="15m",
        severity="page",
        summary="{{ $value }} receivers of alerts are left out: a Secret is missing, or the operator refuses them",
        action="Read the event of the AlertmanagerConfig; bring its Secret from Secrets Manager.",
    ),
)
