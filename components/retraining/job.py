"""The Kubernetes Job of a run: queued, pinned to the team's nodes, with its lineage settled first."""

from collections.abc import Mapping

import pulumi_kubernetes as k8s

from components.retraining.collect import NOTHING_TO_DO
from components.retraining.run import RunJob, annotations, pod_labels
from reference.vocabulary import (
    ACCELERATOR_LABEL,
    EFA_RESOURCE,
    EPHEMERAL_STORAGE,
    LINEAGE_FOLDER,
    POOL_LABEL,
    PROMOTION,
    REGIONAL_BUCKETS,
    STACK_LABEL,
    TRACKING_CONFIG_MAP,
    TRAINER_ACCOUNT,
)

COLLECTOR = "collector"
"""The ConfigMap of the script that settles a run's lineage, and the volume that mounts it."""

CODE, SCRATCH, TEMPORARY = "/opt/paved", "/run/paved", "/tmp"
"""The paths of a container's script and of the volumes that a run may write to: its root file system is read-only."""

RECORD = f"{SCRATCH}/lineage.json"
RENDEZVOUS_PORT = 29500
DEADLINE_LEAD_SECONDS = 60
"""The time by which a Job's own deadline comes before Kueue's limit, which counts from admission.

Kubernetes counts anew from each resume, so the time of a run that was evicted is Kueue's to count: it keeps what went
before, and suspends the Job. A run that nothing evicted fails by its own deadline, so that another may start.
"""
JOB_TTL_SECONDS = 7 * 24 * 3600
"""A week in which somebody can still read the logs of a run."""

Env = k8s.core.v1.EnvVarArgs


def job_spec(run: RunJob) -> k8s.batch.v1.JobSpecArgs:
    """The Job's spec. It is created suspended: Kueue resumes it, and nothing starts while Kueue is down.

    A pod that is preempted or loses its node does not count as a failure; one without work ends the Job at once.
    """
    return k8s.batch.v1.JobSpecArgs(
        suspend=True,
        parallelism=run.nodes,
        completions=run.nodes,
        completion_mode="Indexed",
        backoff_limit=(run.retries + 1) * run.nodes - 1,  # one failing node takes the others with it
        active_deadline_seconds=run.timeout_seconds - DEADLINE_LEAD_SECONDS,
        ttl_seconds_after_finished=JOB_TTL_SECONDS,
        pod_failure_policy=k8s.batch.v1.PodFailurePolicyArgs(
            rules=[
                k8s.batch.v1.PodFailurePolicyRuleArgs(
                    action="FailJob",
                    on_exit_codes=k8s.batch.v1.PodFailurePolicyOnExitCodesRequirementArgs(
                        container_name=COLLECTOR, operator="In", values=[NOTHING_TO_DO]
                    ),
                ),
                k8s.batch.v1.PodFailurePolicyRuleArgs(
                    action="Ignore",
                    on_pod_conditions=[
                        k8s.batch.v1.PodFailurePolicyOnPodConditionsPatternArgs(
                            type="DisruptionTarget", status="True"
                        )
                    ],
                ),
            ]
        ),
        template=k8s.core.v1.PodTemplateSpecArgs(
            metadata=k8s.meta.v1.ObjectMetaArgs(labels=pod_labels(run), annotations=annotations(run)),
            spec=pod_spec(run),
        ),
    )


def pod_spec(run: RunJob) -> k8s.core.v1.PodSpecArgs:
    """The pod of one node of a run."""
    return k8s.core.v1.PodSpecArgs(
        service_account_name=TRAINER_ACCOUNT,
        automount_service_account_token=False,
        # Else every Service of the namespace adds variables to the environment of the run.
        enable_service_links=False,
        restart_policy="Never",
        subdomain=run.name if run.nodes > 1 else None,
        security_context=k8s.core.v1.PodSecurityContextArgs(
            run_as_non_root=True, seccomp_profile=k8s.core.v1.SeccompProfileArgs(type="RuntimeDefault")
        ),
        # Without the class the queue takes any of the team's flavors, and sends the pods to nodes of that one.
        node_selector={STACK_LABEL: run.stack, POOL_LABEL: run.pool, ACCELERATOR_LABEL: run.accelerator},
        tolerations=tolerations(run),
        init_containers=[collector_container(run)],
        containers=[trainer_container(run)],
        volumes=[
            k8s.core.v1.VolumeArgs(
                name=COLLECTOR, config_map=k8s.core.v1.ConfigMapVolumeSourceArgs(name=COLLECTOR)
            ),
            k8s.core.v1.VolumeArgs(
                name=PROMOTION, config_map=k8s.core.v1.ConfigMapVolumeSourceArgs(name=PROMOTION)
            ),
            k8s.core.v1.VolumeArgs(name="run", empty_dir=k8s.core.v1.EmptyDirVolumeSourceArgs()),
            k8s.core.v1.VolumeArgs(name="temporary", empty_dir=k8s.core.v1.EmptyDirVolumeSourceArgs()),
            # Data loaders and NCCL share memory, of which a container has 64 MiB by itself.
            k8s.core.v1.VolumeArgs(
                name="shared-memory", empty_dir=k8s.core.v1.EmptyDirVolumeSourceArgs(medium="Memory")
            ),
        ],
    )


def tolerations(run: RunJob) -> list[k8s.core.v1.TolerationArgs]:
    """Those of the taints of the run's nodes: the team's, and that of accelerators where they have some."""
    found = [
        k8s.core.v1.TolerationArgs(key=STACK_LABEL, operator="Equal", value=run.stack, effect="NoSchedule")
    ]
    if run.gpus:
        found.append(k8s.core.v1.TolerationArgs(key=run.device, operator="Exists", effect="NoSchedule"))
    return found


def collector_container(run: RunJob) -> k8s.core.v1.ContainerArgs:
    """The first container, which takes the events, fixes the version of the data and leaves the record."""
    return k8s.core.v1.ContainerArgs(
        name=COLLECTOR,
        image=run.image,
        command=["python3", f"{CODE}/collect.py"],
        env=environment(run),
        resources=resource_requirements({"cpu": "500m", "memory": "1Gi"}, disk_gib=1),
        security_context=container_security(),
        volume_mounts=[
            volume_mount(COLLECTOR, CODE, read_only=True),
            volume_mount("run", SCRATCH),
            volume_mount("temporary", TEMPORARY),
        ],
    )


def trainer_container(run: RunJob) -> k8s.core.v1.ContainerArgs:
    """The training itself, with the script that proposes its model, and the address of the team's MLflow if any."""
    requests = {"cpu": str(run.cpu), "memory": f"{run.memory_gib}Gi"}
    if run.gpus:
        requests[run.device] = str(run.gpus)
    if run.efas:
        requests[EFA_RESOURCE] = str(run.efas)
    env = environment(run)
    if run.nodes > 1:
        env += rendezvous(run)
    return k8s.core.v1.ContainerArgs(
        name="train",
        image=run.image,
        command=list(run.command),
        env=env,
        env_from=[
            k8s.core.v1.EnvFromSourceArgs(
                config_map_ref=k8s.core.v1.ConfigMapEnvSourceArgs(name=TRACKING_CONFIG_MAP, optional=True)
            )
        ],
        resources=resource_requirements(requests, run.disk_gib),
        security_context=container_security(),
        volume_mounts=[
            volume_mount(PROMOTION, CODE, read_only=True),
            volume_mount("run", SCRATCH),
            volume_mount("temporary", TEMPORARY),
            volume_mount("shared-memory", "/dev/shm"),
        ],
    )


def environment(run: RunJob) -> list[Env]:
    """The variables of both containers."""
    variables = {
        "HOME": TEMPORARY,  # libraries keep their caches there
        **REGIONAL_BUCKETS,
        "PAVED_TRIGGER": run.trigger,
        "PAVED_CODE_COMMIT": run.code_commit,
        "PAVED_CONFIG_DIGEST": run.settings_digest,
        "PAVED_IMAGE": run.image,
        "PAVED_MODELS": run.models,
        "PAVED_DATASETS": run.datasets,
        "PAVED_PREFIX": run.dataset,
        "PAVED_LINEAGE": RECORD,
        "PAVED_RECORD": f"{LINEAGE_FOLDER}/{run.trigger}/$(PAVED_RUN).json",
    }
    if run.queue_url:
        variables["PAVED_QUEUE"] = run.queue_url
    job = k8s.core.v1.ObjectFieldSelectorArgs(field_path="metadata.labels['batch.kubernetes.io/job-name']")
    # First, because Kubernetes expands `$(PAVED_RUN)` only in variables that come after it.
    run_name = Env(name="PAVED_RUN", value_from=k8s.core.v1.EnvVarSourceArgs(field_ref=job))
    return [run_name, *(Env(name=name, value=value) for name, value in variables.items())]


def rendezvous(run: RunJob) -> list[Env]:
    """The variables by which nodes find each other: `torchrun --nnodes $NNODES --node-rank $JOB_COMPLETION_INDEX`."""
    return [
        Env(name="MASTER_ADDR", value=f"$(PAVED_RUN)-0.{run.name}"),
        Env(name="MASTER_PORT", value=str(RENDEZVOUS_PORT)),
        Env(name="NNODES", value=str(run.nodes)),
    ]


def resource_requirements(requests: Mapping[str, str], disk_gib: int) -> k8s.core.v1.ResourceRequirementsArgs:
    """Requests, with limits that equal them but for CPU, which a limit would only throttle."""
    requests = {**requests, EPHEMERAL_STORAGE: f"{disk_gib}Gi"}
    limits = {resource: amount for resource, amount in requests.items() if resource != "cpu"}
    return k8s.core.v1.ResourceRequirementsArgs(requests=requests, limits=limits)


def container_security() -> k8s.core.v1.SecurityContextArgs:
    """The demands of the Pod Security level `restricted` on every container, and a read-only root file system."""
    return k8s.core.v1.SecurityContextArgs(
        allow_privilege_escalation=False,
        read_only_root_filesystem=True,
        capabilities=k8s.core.v1.CapabilitiesArgs(drop=["ALL"]),
    )


def volume_mount(volume: str, path: str, *, read_only: bool = False) -> k8s.core.v1.VolumeMountArgs:
    """A volume at a path."""
    return k8s.core.v1.VolumeMountArgs(name=volume, mount_path=path, read_only=read_only or None)
