"""Settings by which Prometheus writes samples to where they are kept long, and the series that it writes."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from pulumi import Input

from components.monitoring.runbooks import ADDRESS_LABEL

KEPT_SERIES: Sequence[str] = (
    "ALERTS",
    "DCGM_EXP_CLOCK_EVENTS_COUNT",
    "DCGM_EXP_XID_ERRORS_COUNT",
    "DCGM_FI_DEV_FB_USED",
    "DCGM_FI_DEV_GPU_UTIL",
    "DCGM_FI_DEV_POWER_USAGE",
    "DCGM_FI_PROF_PIPE_TENSOR_ACTIVE",
    "DCGM_FI_PROF_SM_ACTIVE",
    "DCGM_FI_PROF_SM_OCCUPANCY",
    "karpenter_nodepools_limit",
    "karpenter_nodepools_usage",
    "kube_node_labels",
    "kube_node_status_allocatable",
    "kube_pod_container_resource_requests",
    "kube_pod_owner",
    "kube_pod_status_phase",
    "kueue_admitted_active_workloads",
    "kueue_cluster_queue_nominal_quota",
    "kueue_cluster_queue_resource_pending",
    "kueue_evicted_workloads_total",
    "kueue_pending_workloads",
    "model_health_.+",
    "paved[_:].+",
    "slo:.+",
    "sloth_slo_info",
    "up",
)
"""Names of series, as expressions: what rules record of objectives and models, and what the month's report reads.

Histograms and the rest of what is scraped stay in the cluster, where rules read them: each series kept is paid for.
"""

EVERY = "30s"
"""The interval of scrapes, from which the number of samples follows."""

QUEUE = {"capacity": 10_000, "maxSamplesPerSend": 1000, "maxShards": 20}
"""At most 20 requests at once, of at most 1000 samples: several times what 100,000 series need in 30 seconds."""


@dataclass(frozen=True, kw_only=True)
class RemoteStore:
    """The address that samples are written to, and its region."""

    url: Input[str]
    region: str


def remote_write_values(store: RemoteStore) -> dict[str, Any]:
    """Values of `prometheusSpec`. Of two replicas Amazon takes one, by the labels `cluster` and `__replica__`."""
    return {
        # By this name alone Amazon knows two replicas as one: with another every sample is kept and paid twice.
        "replicaExternalLabelName": "__replica__",
        "remoteWrite": [
            {
                "name": "kept",
                "url": store.url,
                "sigv4": {"region": store.region},
                "queueConfig": QUEUE,
                "writeRelabelConfigs": [
                    {"action": "keep", "sourceLabels": ["__name__"], "regex": kept_names()},
                    # An external label that only fills in addresses of runbooks.
                    {"action": "labeldrop", "regex": ADDRESS_LABEL},
                ],
            }
        ],
    }


def kept_names() -> str:
    """One expression of all names that are kept. Prometheus anchors it at both ends."""
    return "|".join(KEPT_SERIES)
