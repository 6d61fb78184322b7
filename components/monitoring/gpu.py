"""GPU metrics: an exporter on every GPU node, its scrape target and its alerts."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import pulumi_kubernetes as k8s
from pulumi import ComponentResource, Resource, ResourceOptions

from components.charts import DCGM_EXPORTER, KUBE_SYSTEM, MONITORING_NAMESPACE
from components.images import ImageNames
from components.monitoring.alerts import alert_group
from components.monitoring.goodput_rules import rule_group as goodput
from components.monitoring.gpu_alerts import GPU_ALERTS
from components.platform.chart_values import GPU_NODE_TOLERATIONS, GPU_NODES, SEES_EVERY_GPU
from components.platform.operator import Operator, OperatorArgs, service_monitor

GROUP = "platform-gpus"

HOST_ENGINE = "dcgm-server"
"""DCGM's host engine, which the add-on for node monitoring runs on every GPU node, on a port of the node."""

COUNTERS = (
    ("DCGM_FI_DEV_SM_CLOCK", "gauge", "SM clock frequency (in MHz)."),
    ("DCGM_FI_DEV_GPU_TEMP", "gauge", "GPU temperature (in C)."),
    ("DCGM_FI_DEV_MEMORY_TEMP", "gauge", "Memory temperature (in C)."),
    ("DCGM_FI_DEV_POWER_USAGE", "gauge", "Power draw (in W)."),
    ("DCGM_FI_DEV_TOTAL_ENERGY_CONSUMPTION", "counter", "Total energy consumption since boot (in mJ)."),
    ("DCGM_FI_DEV_GPU_UTIL", "gauge", "GPU utilization (in %)."),
    ("DCGM_FI_DEV_MEM_COPY_UTIL", "gauge", "Memory utilization (in %)."),
    ("DCGM_FI_DEV_FB_FREE", "gauge", "Framebuffer memory free (in MiB)."),
    ("DCGM_FI_DEV_FB_USED", "gauge", "Framebuffer memory used (in MiB)."),
    ("DCGM_FI_DEV_FB_RESERVED", "gauge", "Framebuffer memory reserved (in MiB)."),
    ("DCGM_FI_DEV_PCIE_REPLAY_COUNTER", "counter", "Total number of PCIe retries."),
    ("DCGM_FI_DEV_NVLINK_BANDWIDTH_TOTAL", "counter", "NVLink bandwidth counters of all lanes."),
    ("DCGM_FI_DEV_NVLINK_CRC_FLIT_ERROR_COUNT_TOTAL", "counter", "NVLink flow-control CRC errors."),
    ("DCGM_FI_PROF_GR_ENGINE_ACTIVE", "gauge", "Ratio of time the graphics engine is active."),
    ("DCGM_FI_PROF_SM_ACTIVE", "gauge", "Ratio of cycles an SM has at least one warp assigned."),
    ("DCGM_FI_PROF_SM_OCCUPANCY", "gauge", "Ratio of warps resident on an SM to the most it holds."),
    ("DCGM_FI_PROF_PIPE_TENSOR_ACTIVE", "gauge", "Ratio of cycles the tensor pipe is active."),
    ("DCGM_FI_PROF_DRAM_ACTIVE", "gauge", "Ratio of cycles the device memory is sending or receiving."),
    ("DCGM_FI_PROF_PCIE_TX_BYTES", "gauge", "Bytes per second sent over PCIe."),
    ("DCGM_FI_PROF_PCIE_RX_BYTES", "gauge", "Bytes per second received over PCIe."),
    ("DCGM_FI_PROF_NVLINK_TX_BYTES", "gauge", "Bytes per second sent over NVLink."),
    ("DCGM_FI_PROF_NVLINK_RX_BYTES", "gauge", "Bytes per second received over NVLink."),
    ("DCGM_FI_DEV_XID_ERRORS", "gauge", "The last XID error."),
    ("DCGM_EXP_XID_ERRORS_COUNT", "counter", "XID errors of the last five minutes by number."),
    ("DCGM_FI_DEV_ECC_SBE_VOL_TOTAL", "counter", "Single-bit ECC errors since the driver was loaded."),
    ("DCGM_FI_DEV_ECC_DBE_VOL_TOTAL", "counter", "Double-bit ECC errors since the driver was loaded."),
    ("DCGM_FI_DEV_CORRECTABLE_REMAPPED_ROWS", "counter", "Rows remapped for correctable errors."),
    ("DCGM_FI_DEV_UNCORRECTABLE_REMAPPED_ROWS", "counter", "Rows remapped for uncorrectable errors."),
    ("DCGM_FI_DEV_ROW_REMAP_FAILURE", "gauge", "Whether remapping of rows has failed."),
    ("DCGM_EXP_CLOCK_EVENTS_COUNT", "counter", "Why clocks were lowered in the last five minutes."),
    ("DCGM_FI_DEV_POWER_VIOLATION", "counter", "Time throttled for power."),
    ("DCGM_FI_DEV_THERMAL_VIOLATION", "counter", "Time throttled for heat."),
    ("DCGM_FI_DRIVER_VERSION", "label", "Driver version."),
)
"""Field, Prometheus type and help text of every counter that the exporter reads.

They are those of its own defaults that somebody reads, and a GPU's health: memory errors, XIDs by number and throttling
are off by default, as is what tells a busy GPU from a well-used one: SMs that are active and occupied, and NVLink. A
field that the exporter does not know keeps it from starting; one of profiling (`PROF`) that a GPU lacks is left out.
"""


@dataclass(frozen=True, kw_only=True)
class GpuMetricsArgs:
    """`after` comes before the exporter; `monitoring` are the releases that own monitors and rules."""

    version: str
    image_names: ImageNames
    team: str
    labels: Mapping[str, str]
    after: Sequence[Resource]
    monitoring: Sequence[Resource]
    protect: bool


class GpuMetrics(ComponentResource):
    """NVIDIA's DCGM exporter, which names the pod and namespace that use each GPU.

    The host engine of node monitoring is closed: it asks nobody who they are, and answers on all addresses.
    """

    def __init__(self, name: str, args: GpuMetricsArgs, opts: ResourceOptions | None = None):
        super().__init__("paved:monitoring:GpuMetrics", name, {}, opts)
        exporter = Operator(
            name,
            OperatorArgs(
                chart=DCGM_EXPORTER,
                version=args.version,
                values=exporter_values(),
                image_names=args.image_names,
                after=args.after,
                protect=args.protect,
            ),
            ResourceOptions(parent=self),
        ).release
        specs: Mapping[str, dict[str, Any]] = {
            "ServiceMonitor": target_spec(),
            "PrometheusRule": {"groups": [alert_group(GROUP, GPU_ALERTS, team=args.team), goodput()]},
        }
        for kind, spec in specs.items():
            k8s.apiextensions.CustomResource(
                f"{name}-{kind.lower()}",
                api_version="monitoring.coreos.com/v1",
                kind=kind,
                metadata=k8s.meta.v1.ObjectMetaArgs(
                    name=GROUP, namespace=MONITORING_NAMESPACE, labels=dict(args.labels)
                ),
                spec=spec,
                opts=ResourceOptions(parent=self, depends_on=[exporter, *args.monitoring]),
            )
        k8s.networking.v1.NetworkPolicy(
            f"{name}-host-engine",
            metadata=k8s.meta.v1.ObjectMetaArgs(
                name=HOST_ENGINE, namespace=KUBE_SYSTEM, labels=dict(args.labels)
            ),
            spec=closed_host_engine(),
            opts=ResourceOptions(parent=self),
        )
        self.register_outputs({})


def exporter_values() -> dict[str, Any]:
    """Values of the chart. The scrape target is an object of ours, where a review can see it."""
    return {
        "serviceMonitor": {"enabled": False},
        "customMetrics": counters_csv(),
        "securityContext": {**SEES_EVERY_GPU, "allowPrivilegeEscalation": False},
        "affinity": GPU_NODES,
        "tolerations": GPU_NODE_TOLERATIONS,
        # Helm merges limits: left out, the chart's 200m would stand, and throttle the reading of eight GPUs.
        "resources": {
            "requests": {"cpu": "100m", "memory": "256Mi"},
            "limits": {"cpu": "2", "memory": "1Gi"},
        },
    }


def target_spec() -> dict[str, Any]:
    """The scrape target of the exporter."""
    # Without `honorLabels` its `pod` and `namespace`, those of the pod that uses the GPU, would be renamed.
    return service_monitor(
        DCGM_EXPORTER.namespace,
        {"app.kubernetes.io/name": "dcgm-exporter"},
        {"port": "metrics", "honorLabels": True},
    )


def closed_host_engine() -> k8s.networking.v1.NetworkPolicySpecArgs:
    """Let nobody in to the host engine but its own node, which the VPC CNI always lets in."""
    # The add-on has no setting for the port or the address, and the agent beside it asks by the node's loopback.
    return k8s.networking.v1.NetworkPolicySpecArgs(
        pod_selector=k8s.meta.v1.LabelSelectorArgs(match_labels={"k8s-app": HOST_ENGINE}),
        policy_types=["Ingress"],
    )


def counters_csv() -> str:
    """The counters as the exporter reads them. A comma would end a help text."""
    return "".join(f"{field}, {kind}, {text}\n" for field, kind, text in COUNTERS)
