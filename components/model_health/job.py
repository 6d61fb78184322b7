"""The CronJob that checks an endpoint, in the team's queue, and the exporter of what the jobs have found."""

import pulumi_kubernetes as k8s

from components.model_health.monitored import HealthJob, ModelHealthArgs, MonitoredEndpoint
from components.retraining.job import container_security, resource_requirements, volume_mount
from components.retraining.start import RUNS_KEPT, STARTING_DEADLINE_SECONDS
from reference.accelerators import CPU_CLASS
from reference.vocabulary import (
    ACCELERATOR_LABEL,
    DO_NOT_DISRUPT,
    GENERAL_POOL,
    HEALTH_LABEL,
    LOCAL_QUEUE,
    MAX_EXECUTION_LABEL,
    MONITOR_ACCOUNT,
    POOL_LABEL,
    QUEUE_LABEL,
    REGIONAL_BUCKETS,
    SERVER_ACCOUNT,
    STACK_LABEL,
)

SETTINGS, TEMPORARY = "/etc/model-health", "/tmp"
EXPORTER, EXPORTER_POD = "model-health", "exporter"
"""The name of the exporter's objects, and the label of its pod."""
EXPORTER_PORT = 8002
"""The one that Triton has its metrics on, which a team's network policies open to Prometheus."""

DISK_GIB = 8
"""For what DuckDB spills, and the caches of libraries."""
JOB_TTL_SECONDS = 2 * 24 * 3600

Env = k8s.core.v1.EnvVarArgs


def cron_job_spec(args: ModelHealthArgs, endpoint: MonitoredEndpoint) -> k8s.batch.v1.CronJobSpecArgs:
    """Start no check while the one before it runs or waits."""
    seconds = args.job.timeout_hours * 3600
    labels = {**args.labels, QUEUE_LABEL: LOCAL_QUEUE, MAX_EXECUTION_LABEL: str(seconds)}
    return k8s.batch.v1.CronJobSpecArgs(
        schedule=endpoint.cron,
        time_zone=endpoint.time_zone,
        concurrency_policy="Forbid",
        starting_deadline_seconds=STARTING_DEADLINE_SECONDS,
        successful_jobs_history_limit=RUNS_KEPT,
        failed_jobs_history_limit=RUNS_KEPT,
        job_template=k8s.batch.v1.JobTemplateSpecArgs(
            metadata=k8s.meta.v1.ObjectMetaArgs(labels=labels),
            spec=k8s.batch.v1.JobSpecArgs(
                suspend=True,  # Kueue resumes it, and nothing starts while Kueue is down
                backoff_limit=2,
                active_deadline_seconds=seconds - 60,
                ttl_seconds_after_finished=JOB_TTL_SECONDS,
                template=k8s.core.v1.PodTemplateSpecArgs(
                    metadata=k8s.meta.v1.ObjectMetaArgs(
                        labels={**args.labels, HEALTH_LABEL: endpoint.endpoint},
                        # A check that is moved begins anew.
                        annotations={DO_NOT_DISRUPT: f"{args.job.timeout_hours}h"},
                    ),
                    spec=job_pod(args, endpoint),
                ),
            ),
        ),
    )


def job_pod(args: ModelHealthArgs, endpoint: MonitoredEndpoint) -> k8s.core.v1.PodSpecArgs:
    """The pod of a check. It leaves a record, which nobody replaces."""
    tolerated = k8s.core.v1.TolerationArgs(
        key=STACK_LABEL, operator="Equal", value=args.stack, effect="NoSchedule"
    )
    settings = k8s.core.v1.VolumeArgs(
        name="settings", config_map=k8s.core.v1.ConfigMapVolumeSourceArgs(name=endpoint.name)
    )
    return k8s.core.v1.PodSpecArgs(
        service_account_name=MONITOR_ACCOUNT,
        automount_service_account_token=False,
        enable_service_links=False,
        security_context=pod_security(),
        restart_policy="Never",
        node_selector={STACK_LABEL: args.stack, POOL_LABEL: args.job.pool, ACCELERATOR_LABEL: CPU_CLASS},
        tolerations=[tolerated],
        containers=[check_container(args, endpoint)],
        volumes=[settings, temporary()],
    )


def check_container(args: ModelHealthArgs, endpoint: MonitoredEndpoint) -> k8s.core.v1.ContainerArgs:
    """The checks of one endpoint."""
    job: HealthJob = args.job
    return k8s.core.v1.ContainerArgs(
        name="check",
        image=job.image,
        command=["python3", "-m", "model_health"],
        env=environment({"PAVED_MONITORS": f"{SETTINGS}/monitors.json", "PAVED_MODELS": args.models}),
        resources=resource_requirements({"cpu": str(job.cpu), "memory": f"{job.memory_gib}Gi"}, DISK_GIB),
        security_context=container_security(),
        volume_mounts=[
            volume_mount("settings", SETTINGS, read_only=True),
            volume_mount("temporary", TEMPORARY),
        ],
    )


def exporter_spec(args: ModelHealthArgs) -> k8s.apps.v1.DeploymentSpecArgs:
    """One pod on general nodes. It reads as endpoints do, keeps nothing, and may be replaced at any time."""
    labels = {**args.labels, HEALTH_LABEL: EXPORTER_POD}
    return k8s.apps.v1.DeploymentSpecArgs(
        replicas=1,
        selector=k8s.meta.v1.LabelSelectorArgs(match_labels={HEALTH_LABEL: EXPORTER_POD}),
        template=k8s.core.v1.PodTemplateSpecArgs(
            metadata=k8s.meta.v1.ObjectMetaArgs(labels=labels),
            spec=k8s.core.v1.PodSpecArgs(
                service_account_name=SERVER_ACCOUNT,
                automount_service_account_token=False,
                enable_service_links=False,
                security_context=pod_security(),
                node_selector={POOL_LABEL: GENERAL_POOL},
                containers=[exporter_container(args)],
                volumes=[temporary()],
            ),
        ),
    )


def exporter_container(args: ModelHealthArgs) -> k8s.core.v1.ContainerArgs:
    """The exporter of the newest records."""
    names = ",".join(each.endpoint for each in args.endpoints)
    probe = k8s.core.v1.ProbeArgs(
        http_get=k8s.core.v1.HTTPGetActionArgs(path="/healthz", port=EXPORTER_PORT), period_seconds=10
    )
    return k8s.core.v1.ContainerArgs(
        name="exporter",
        image=args.job.image,
        command=["python3", "-m", "model_health.export"],
        env=environment({"PAVED_ENDPOINTS": names, "PAVED_MODELS": args.models}),
        ports=[k8s.core.v1.ContainerPortArgs(name="metrics", container_port=EXPORTER_PORT, protocol="TCP")],
        readiness_probe=probe,
        liveness_probe=probe,
        resources=resource_requirements({"cpu": "50m", "memory": "128Mi"}, 1),
        security_context=container_security(),
        volume_mounts=[volume_mount("temporary", TEMPORARY)],
    )


def environment(variables: dict[str, str]) -> list[Env]:
    """Variables, with those by which libraries find S3 and a place for their caches."""
    found = {"HOME": TEMPORARY, **REGIONAL_BUCKETS, **variables}
    return [Env(name=name, value=value) for name, value in found.items()]


def temporary() -> k8s.core.v1.VolumeArgs:
    """The one volume that is written to: the root file system is read-only."""
    return k8s.core.v1.VolumeArgs(name="temporary", empty_dir=k8s.core.v1.EmptyDirVolumeSourceArgs())


def pod_security() -> k8s.core.v1.PodSecurityContextArgs:
    """No user of any pod here is root."""
    return k8s.core.v1.PodSecurityContextArgs(
        run_as_non_root=True, seccomp_profile=k8s.core.v1.SeccompProfileArgs(type="RuntimeDefault")
    )
