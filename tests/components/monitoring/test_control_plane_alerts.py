"""The alerts of the control plane, evaluated by Prometheus itself where promtool is installed."""

from functools import partial

import pytest

from components.monitoring.alerts import alert_group
from components.monitoring.control_plane_alerts import CONTROL_PLANE_ALERTS

GROUPS = {"groups": [alert_group("platform-control-plane", CONTROL_PLANE_ALERTS, team="platform")]}
GIB = 1024**3
REJECTED = 'apiserver_admission_webhook_rejection_count{name="mjob.kb.io",error_type='
EXPIRES = 'certmanager_certificate_expiration_timestamp_seconds{name="webhook",exported_namespace="kueue-system",pod='
EVENING = 10 * 3600
"""The moment, in seconds, at which a test asks."""
DAY = 86_400


@pytest.fixture
def simulate(simulate_alert):
    return partial(simulate_alert, CONTROL_PLANE_ALERTS)


def test_every_rule_passes_the_linter(promtool):
    found = promtool("check", "rules", "--lint=all", "--lint-fatal", "rules.yaml", rules=GROUPS)
    assert f"SUCCESS: {len(CONTROL_PLANE_ALERTS)} rules found" in found


@pytest.mark.parametrize(
    ("name", "series", "firing"),
    [
        ("ClusterStorageNearLimit", {'apiserver_storage_size_bytes{instance="a"}': f"{7 * GIB}x600"}, True),
        ("ClusterStorageNearLimit", {'apiserver_storage_size_bytes{instance="a"}': f"{5 * GIB}x600"}, False),
        ("ClusterStorageNearLimit", {}, False),
        ("AdmissionWebhookFails", {f'{REJECTED}"calling_webhook_error"}}': "0+1x600"}, True),
        # It answers, and refuses.
        ("AdmissionWebhookFails", {f'{REJECTED}"no_error"}}': "0+9x600"}, False),
        # Both replicas went away for a moment, hours ago.
        ("AdmissionWebhookFails", {f'{REJECTED}"calling_webhook_error"}}': "0x60 30x540"}, False),
        ("CertificateExpires", {f'{EXPIRES}"a"}}': f"{EVENING + 6 * DAY}x600"}, True),
        ("CertificateExpires", {f'{EXPIRES}"a"}}': f"{EVENING + 8 * DAY}x600"}, False),
        # It is over.
        ("CertificateExpires", {f'{EXPIRES}"a"}}': f"{EVENING - 3600}x600"}, True),
        # It was never issued, and has no end.
        ("CertificateExpires", {f'{EXPIRES}"a"}}': "0x600"}, False),
        ("CertificatesUnmeasured", {}, True),
        ("CertificatesUnmeasured", {'up{job="cert-manager"}': "0x600"}, True),
        ("CertificatesUnmeasured", {'up{job="cert-manager"}': "1x600"}, False),
    ],
)
def test_an_alert_fires_and_is_silent(simulate, name, series, firing):
    assert simulate(name, series, firing=firing)
