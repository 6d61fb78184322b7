"""The pods that collect an inference log, and the address that agents and callers know them by."""

from hashlib import sha256

import pulumi_kubernetes as k8s

from components.inference_log.log_args import InferenceLogArgs
from components.model_health.job import environment, pod_security, temporary
from components.retraining.job import container_security, resource_requirements, volume_mount
from components.serving.rollout import ROLLING_UPDATE
from reference.inference_log import (
    COLLECTOR,
    EVENTS_PORT,
    FEEDBACK_PORT,
    INFERENCE_LOG_LABEL,
    LOG_COLLECTOR,
    METRICS_PORT,
)
from reference.vocabulary import DOMAIN, GENERAL_POOL, HOSTNAME_LABEL, LOGGER_ACCOUNT, POOL_LABEL, ZONE_LABEL

SETTINGS, SETTINGS_FILE = "/etc/inference-log", "log.json"
REPLICAS = 2
AFFINITY_SECONDS = 3 * 3600
GRACE_SECONDS = 60
"""For what was taken and is not written yet."""
SELECTED = {INFERENCE_LOG_LABEL: LOG_COLLECTOR}
PORTS = {"http": FEEDBACK_PORT, "events": EVENTS_PORT, "metrics": METRICS_PORT}
SETTINGS_DIGEST = f"{DOMAIN}/settings-digest"
"""Annotation of the pods, by which a change of the settings is a rollout: a collector reads them once."""


def service_spec() -> k8s.core.v1.ServiceSpecArgs:
    """Both halves of a request go to one pod, for they come of one agent."""
    return k8s.core.v1.ServiceSpecArgs(
        selector=SELECTED,
        ports=[
            k8s.core.v1.ServicePortArgs(name=name, port=port, target_port=port, protocol="TCP")
            for name, port in PORTS.items()
            if name != "metrics"
        ],
        session_affinity="ClientIP",
        session_affinity_config=k8s.core.v1.SessionAffinityConfigArgs(
            client_ip=k8s.core.v1.ClientIPConfigArgs(timeout_seconds=AFFINITY_SECONDS)
        ),
    )


def deployment_spec(args: InferenceLogArgs) -> k8s.apps.v1.DeploymentSpecArgs:
    """Two pods on general nodes, in two zones if they can be had: one may go while the other takes all."""
    digest = sha256(args.text.encode()).hexdigest()[:16]
    return k8s.apps.v1.DeploymentSpecArgs(
        replicas=REPLICAS,
        strategy=k8s.apps.v1.DeploymentStrategyArgs(
            type="RollingUpdate",
            rolling_update=k8s.apps.v1.RollingUpdateDeploymentArgs(
                max_surge=ROLLING_UPDATE["maxSurge"], max_unavailable=ROLLING_UPDATE["maxUnavailable"]
            ),
        ),
        selector=k8s.meta.v1.LabelSelectorArgs(match_labels=SELECTED),
        template=k8s.core.v1.PodTemplateSpecArgs(
            metadata=k8s.meta.v1.ObjectMetaArgs(
                labels={**args.labels, **SELECTED}, annotations={SETTINGS_DIGEST: digest}
            ),
            spec=pod_spec(args),
        ),
    )


def pod_spec(args: InferenceLogArgs) -> k8s.core.v1.PodSpecArgs:
    """A pod that may write to the log's bucket, and to nothing else."""
    settings = k8s.core.v1.VolumeArgs(
        name="settings", config_map=k8s.core.v1.ConfigMapVolumeSourceArgs(name=COLLECTOR)
    )
    return k8s.core.v1.PodSpecArgs(
        service_account_name=LOGGER_ACCOUNT,
        automount_service_account_token=False,
        enable_service_links=False,
        security_context=pod_security(),
        termination_grace_period_seconds=GRACE_SECONDS,
        node_selector={POOL_LABEL: GENERAL_POOL},
        topology_spread_constraints=[spread(ZONE_LABEL), spread(HOSTNAME_LABEL)],
        containers=[container(args)],
        volumes=[settings, temporary()],
    )


def container(args: InferenceLogArgs) -> k8s.core.v1.ContainerArgs:
    """The collector. Its memory holds what waits for an answer and what S3 has not taken, each up to 32 MiB."""
    probe = k8s.core.v1.ProbeArgs(
        http_get=k8s.core.v1.HTTPGetActionArgs(path="/healthz", port=METRICS_PORT), period_seconds=10
    )
    return k8s.core.v1.ContainerArgs(
        name="collector",
        image=args.image,
        command=["python3", "-m", "model_health.inference_log"],
        env=environment({"PAVED_INFERENCE_LOG": f"{SETTINGS}/{SETTINGS_FILE}"}),
        ports=[
            k8s.core.v1.ContainerPortArgs(name=name, container_port=port, protocol="TCP")
            for name, port in PORTS.items()
        ],
        readiness_probe=probe,
        liveness_probe=probe,
        resources=resource_requirements({"cpu": "100m", "memory": "512Mi"}, 1),
        security_context=container_security(),
        volume_mounts=[
            volume_mount("settings", SETTINGS, read_only=True),
            volume_mount("temporary", "/tmp"),
        ],
    )


def spread(topology_key: str) -> k8s.core.v1.TopologySpreadConstraintArgs:
    """Apart from each other, where that is possible."""
    return k8s.core.v1.TopologySpreadConstraintArgs(
        topology_key=topology_key,
        max_skew=1,
        when_unsatisfiable="ScheduleAnyway",
        label_selector=k8s.meta.v1.LabelSelectorArgs(match_labels=SELECTED),
        match_label_keys=["pod-template-hash"],
    )


def disruption_budget() -> k8s.policy.v1.PodDisruptionBudgetSpecArgs:
    """One at a time."""
    return k8s.policy.v1.PodDisruptionBudgetSpecArgs(
        max_unavailable=1,
        unhealthy_pod_eviction_policy="AlwaysAllow",
        selector=k8s.meta.v1.LabelSelectorArgs(match_labels=SELECTED),
    )
