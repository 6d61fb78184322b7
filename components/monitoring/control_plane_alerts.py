"""The alerts about the cluster's control plane that its charts do not have: its storage, its webhooks, certificates.

Those of the API server itself are kube-prometheus-stack's: `KubeAPIDown`, `KubeAPIErrorBudgetBurn` over errors and
latency, `KubeAPITerminatedRequests`, `KubeAggregatedAPIDown`.
"""

from components.monitoring.alerts import Alert

STORAGE_LIMIT_BYTES = 8 * 1024**3
"""The size of etcd at which EKS lets nobody write to the cluster any more (EKS best practices, control plane)."""
RENEWED_BEFORE_DAYS = 7
"""Days before its end by which a certificate has been renewed: cert-manager does so at two thirds of its life."""

CONTROL_PLANE_ALERTS = (
    Alert(
        name="ClusterStorageNearLimit",
        # Each API server reports the file of its own etcd; up to Kubernetes 1.29 under a label `cluster`.
        expression=f"max (apiserver_storage_size_bytes) / {STORAGE_LIMIT_BYTES} > 0.75",
        duration="15m",
        severity="page-in-hours",
        summary="The cluster's own storage is {{ $value | humanizePercentage }} full: once it is, nothing changes",
        action="Find the kind with the most objects, and delete what ended long ago.",
    ),
    Alert(
        name="AdmissionWebhookFails",
        # An answer that refuses is the webhook's work; this one did not answer.
        expression=(
            "sum by (name) (increase(apiserver_admission_webhook_rejection_count"
            '{error_type=~"calling_webhook_error|apiserver_internal_error"}[10m])) > 5'
        ),
        duration="5m",
        severity="page",
        summary="Webhook {{ $labels.name }} does not answer, and the API server refuses what it is asked about",
        action="Look at the pods of its Service, and at its certificate.",
    ),
    Alert(
        name="CertificateExpires",
        # The exporter's own labels: Prometheus keeps the namespace of the target under their name.
        expression=(
            "min by (exported_namespace, name) (certmanager_certificate_expiration_timestamp_seconds > 0)"
            f" - time() < {RENEWED_BEFORE_DAYS * 86_400}"
        ),
        duration="1h",
        severity="page-in-hours",
        summary="Certificate {{ $labels.exported_namespace }}/{{ $labels.name }} ends in"
        " {{ $value | humanizeDuration }} and was not renewed",
        action="Describe it: a condition says why its issuer refuses.",
    ),
    Alert(
        name="CertificatesUnmeasured",
        expression='absent(up{job="cert-manager"} == 1)',
        duration="30m",
        severity="ticket",
        summary="cert-manager answers no scrape: no certificate is renewed, and nobody hears of one that ends",
        action="Look at the pods of the deployment cert-manager.",
    ),
)
"""Alerts about what every request to the cluster goes through."""
