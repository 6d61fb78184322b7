"""The signals of a healthy week: the store, webhooks, certificates, logs, traces and kept metrics."""

from tests.charts.timeline import DAY, WEEK, counter, flat

SECONDS_OF_WEEK = WEEK * 60
GIB = 2**30


def signal_series() -> dict[str, str]:
    """A store with room, a certificate that was renewed, agents that answer, and nothing that was lost."""
    renewed = SECONDS_OF_WEEK + 60 * DAY * 60
    pod, certificate = 'pod="prometheus-0"', 'exported_namespace="kserve",name="serving"'
    return {
        "apiserver_storage_size_bytes": flat(GIB // 2),
        # A webhook that said no, which is what it is for, and one call that failed while a node was replaced.
        'apiserver_admission_webhook_rejection_count{name="pods.example",error_type="no_error"}': counter(1),
        'apiserver_admission_webhook_rejection_count{name="pods.example",error_type="calling_webhook_error"}': flat(
            1
        ),
        f"certmanager_certificate_expiration_timestamp_seconds{{{certificate}}}": flat(renewed),
        'up{job="cert-manager"}': flat(1),
        'up{job="fluent-bit"}': flat(1),
        'up{job="prometheus-blackbox-exporter"}': flat(1),
        'probe_success{job="probe/vision-prod/defect-detector"}': flat(1),
        'up{job="opentelemetry-collector"}': flat(1),
        'otelcol_receiver_refused_spans_total{pod="collector-a"}': flat(0),
        'otelcol_exporter_send_failed_spans_total{pod="collector-a"}': flat(0),
        'otelcol_exporter_enqueue_failed_spans_total{pod="collector-a"}': flat(0),
        'fluentbit_output_dropped_records_total{pod="fluent-bit-a"}': flat(0),
        f"prometheus_remote_storage_samples_failed_total{{{pod}}}": flat(0),
        f"prometheus_remote_storage_queue_highest_timestamp_seconds{{{pod}}}": counter(60),
        f"prometheus_remote_storage_queue_highest_sent_timestamp_seconds{{{pod}}}": counter(60),
        'prometheus_operator_managed_resources{resource="AlertmanagerConfig",state="rejected"}': flat(0),
    }
