"""The alerts about what is kept outside of the cluster: samples that do not arrive, or arrive late."""

from components.monitoring.alerts import Alert

LATE_SECONDS = 900
"""Prometheus keeps two hours of samples to send again, from its write-ahead log: this leaves time to act."""

KEPT_METRICS_ALERTS = (
    Alert(
        name="MetricsNotKept",
        expression="sum by (pod) (rate(prometheus_remote_storage_samples_failed_total[10m])) > 0",
        duration="15m",
        severity="ticket",
        summary="{{ $labels.pod }} loses {{ $value | humanize }} samples a second that were to be kept long",
        action="Look at its log: rights, the limit of series, or a workspace that is gone.",
    ),
    Alert(
        name="MetricsKeptLate",
        expression=(
            "max by (pod) (max_over_time(prometheus_remote_storage_queue_highest_timestamp_seconds[5m])"
            " - max_over_time(prometheus_remote_storage_queue_highest_sent_timestamp_seconds[5m]))"
            f" > {LATE_SECONDS}"
        ),
        duration="15m",
        severity="ticket",
        summary="{{ $labels.pod }} is {{ $value | humanizeDuration }} late with samples that are kept long",
        action="Look whether the VPC endpoint answers: samples of more than two hours ago are lost.",
    ),
)
"""Alerts of a platform whose metrics are kept long, in place of the chart's own, which page."""

CHART_ALERTS = ("PrometheusRemoteStorageFailures", "PrometheusRemoteWriteBehind")
"""The chart's alerts of the same faults."""
