"""One training run as a Kubernetes Job: queued, pinned to the team's nodes, with its lineage settled first."""

from collections.abc import Mapping
from dataclasses import dataclass

import pulumi_kubernetes as k8s

from components.retraining.collect import NOTHING_TO_DO
from components.retraining.lineage import FOLDER, lineage_annotations, lineage_labels
from components.training.queue import LOCAL_QUEUE
from reference.vocabulary import (
    DO_NOT_DISRUPT,
    EFA_RESOURCE,
    EPHEMERAL_STORAGE,
    POOL_LABEL,
    PRIORITY_LABEL,
    QUEUE_LABEL,
    STACK_LABEL,
    TRACKING_CONFIG_MAP,
)

SERVICE_ACCOUNT = "trainer"
COLLECTOR = "collector"
"""The ConfigMap of the script that settles a run's lineage, and the volume it is mounted from."""

CODE, SCRATCH, TEMPORARY = "/opt/paved", "/run/paved", "/tmp"
"""The script, and what a run may write to: its root file system is read-only."""

RECORD = f"{SCRATCH}/lineage.json"
RENDEZVOUS_PORT = 29500
DONE_JOBS_KEPT_SECONDS = 7 * 24 * 3600
"""A week in which somebody can still read the logs of a run."""

Env = k8s.core.v1.EnvVarArgs


@dataclass(frozen=True, kw_only=True)
class RunJob:
    """What a trigger starts. `image` names its digest; `cpu`, `memory_gib`, `gpus` and `efas` are for each node.

    `device` is the resource that the pool's accelerators are asked for by.

    `disk_gib` is what it may fill of a node's disk before it is evicted; nothing is reserved.
    """

    stack: str
    trigger: str
    image: str
    command: tuple[str, ...]
    code_commit: str
    settings_digest: str
    models: str
    datasets: str
    dataset: str
    pool: str
    nodes: int
    cpu: int
    memory_gib: int
    disk_gib: int
    gpus: int
    device: str
    efas: int
    priority: str | None
    timeout_hours: int
    retries: int
    queue_url: str | None
    labels: Mapping[str, str]

    @property
    def name(self) -> str:
        """The name of the trigger's objects, and the start of the names of its Jobs."""
        return f"retrain-{self.trigger}"


def job_labels(run: RunJob) -> dict[str, str]:
    """The labels of the Job: whose it is, its lineage, its queue and its rank there."""
    ranked = {PRIORITY_LABEL: run.priority} if run.priority else {}
    return {**pod_labels(run), QUEUE_LABEL: LOCAL_QUEUE, **ranked}


def pod_labels(run: RunJob) -> dict[str, str]:
    """The labels of the pods: whose they are, and their lineage."""
    lineage = lineage_labels(
        trigger=run.trigger,
        code_commit=run.code_commit,
        settings_digest=run.settings_digest,
        image_digest=run.image.rpartition("@")[2],
    )
    return {**run.labels, **lineage}


def annotations(run: RunJob) -> dict[str, str]:
    """The annotations of the Job and of its pods: the lineage in full, and that a node is not emptied of them."""
    lineage = lineage_annotations(
        settings_digest=run.settings_digest, image=run.image, models=run.models, trigger=run.trigger
    )
    return {**lineage, DO_NOT_DISRUPT: "true"}


def job_spec(run: RunJob) -> k8s.batch.v1.JobSpecArgs:
    """The Job's spec. It is made suspended: Kueue resumes it, and nothing starts while Kueue is down.

    A pod that is preempted or loses its node does not count as a failure; one without work ends the Job at once.
    """
    return k8s.batch.v1.JobSpecArgs(
        suspend=True,
        parallelism=run.nodes,
        completions=run.nodes,
        completion_mode="Indexed",
        backoff_limit=(run.retries + 1) * run.nodes - 1,  # one failing node takes the others with it
        active_deadline_seconds=run.timeout_hours * 3600,
        ttl_seconds_after_finished=DONE_JOBS_KEPT_SECONDS,
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
        service_account_name=SERVICE_ACCOUNT,
        automount_service_account_token=False,
        enable_service_links=False,
        restart_policy="Never",
        subdomain=run.name if run.nodes > 1 else None,
        security_context=k8s.core.v1.PodSecurityContextArgs(
            run_as_non_root=True, seccomp_profile=k8s.core.v1.SeccompProfileArgs(type="RuntimeDefault")
        ),
        node_selector={STACK_LABEL: run.stack, POOL_LABEL: run.pool},
        tolerations=[
            k8s.core.v1.TolerationArgs(
                key=STACK_LABEL, operator="Equal", value=run.stack, effect="NoSchedule"
            ),
            k8s.core.v1.TolerationArgs(key=run.device, operator="Exists", effect="NoSchedule"),
        ],
        init_containers=[collector(run)],
        containers=[trainer(run)],
        volumes=[
            k8s.core.v1.VolumeArgs(
                name=COLLECTOR, config_map=k8s.core.v1.ConfigMapVolumeSourceArgs(name=COLLECTOR)
            ),
            k8s.core.v1.VolumeArgs(name="run", empty_dir=k8s.core.v1.EmptyDirVolumeSourceArgs()),
            k8s.core.v1.VolumeArgs(name="temporary", empty_dir=k8s.core.v1.EmptyDirVolumeSourceArgs()),
            # Data loaders and NCCL share memory, of which a container has 64 MiB by itself.
            k8s.core.v1.VolumeArgs(
                name="shared-memory", empty_dir=k8s.core.v1.EmptyDirVolumeSourceArgs(medium="Memory")
            ),
        ],
    )


def collector(run: RunJob) -> k8s.core.v1.ContainerArgs:
    """The first container: takes the events, fixes the version of the data, leaves the record."""
    return k8s.core.v1.ContainerArgs(
        name=COLLECTOR,
        image=run.image,
        command=["python3", f"{CODE}/collect.py"],
        env=environment(run),
        resources=amounts({"cpu": "500m", "memory": "1Gi"}, disk_gib=1),
        security_context=security(),
        volume_mounts=[
            mount(COLLECTOR, CODE, read_only=True),
            mount("run", SCRATCH),
            mount("temporary", TEMPORARY),
        ],
    )


def trainer(run: RunJob) -> k8s.core.v1.ContainerArgs:
    """The training itself. It learns the address of the team's MLflow server where there is one."""
    wanted = {"cpu": str(run.cpu), "memory": f"{run.memory_gib}Gi", run.device: str(run.gpus)}
    if run.efas:
        wanted[EFA_RESOURCE] = str(run.efas)
    return k8s.core.v1.ContainerArgs(
        name="train",
        image=run.image,
        command=list(run.command),
        env=[*environment(run), *(rendezvous(run) if run.nodes > 1 else [])],
        env_from=[
            k8s.core.v1.EnvFromSourceArgs(
                config_map_ref=k8s.core.v1.ConfigMapEnvSourceArgs(name=TRACKING_CONFIG_MAP, optional=True)
            )
        ],
        resources=amounts(wanted, run.disk_gib),
        security_context=security(),
        volume_mounts=[
            mount("run", SCRATCH),
            mount("temporary", TEMPORARY),
            mount("shared-memory", "/dev/shm"),
        ],
    )


def environment(run: RunJob) -> list[Env]:
    """What both containers know of the run."""
    plain = {
        "HOME": TEMPORARY,  # libraries keep their caches there
        "PAVED_TRIGGER": run.trigger,
        "PAVED_CODE_COMMIT": run.code_commit,
        "PAVED_CONFIG_DIGEST": run.settings_digest,
        "PAVED_IMAGE": run.image,
        "PAVED_MODELS": run.models,
        "PAVED_DATASETS": run.datasets,
        "PAVED_PREFIX": run.dataset,
        "PAVED_LINEAGE": RECORD,
        # After PAVED_RUN: Kubernetes puts in only what stands before.
        "PAVED_RECORD": f"{FOLDER}/{run.trigger}/$(PAVED_RUN).json",
        **({"PAVED_QUEUE": run.queue_url} if run.queue_url else {}),
    }
    job = k8s.core.v1.ObjectFieldSelectorArgs(field_path="metadata.labels['batch.kubernetes.io/job-name']")
    return [
        Env(name="PAVED_RUN", value_from=k8s.core.v1.EnvVarSourceArgs(field_ref=job)),
        *(Env(name=name, value=value) for name, value in plain.items()),
    ]


def rendezvous(run: RunJob) -> list[Env]:
    """How the nodes of a run find each other: as `torchrun --nnodes $NNODES --node-rank $JOB_COMPLETION_INDEX` asks."""
    return [
        Env(name="MASTER_ADDR", value=f"$(PAVED_RUN)-0.{run.name}"),
        Env(name="MASTER_PORT", value=str(RENDEZVOUS_PORT)),
        Env(name="NNODES", value=str(run.nodes)),
    ]


def amounts(wanted: Mapping[str, str], disk_gib: int) -> k8s.core.v1.ResourceRequirementsArgs:
    """Requests, with limits that equal them but for CPU, which a limit would only throttle, and for disk.

    Disk is not requested, so that a limit of it keeps no pod off a node: left out, the request would be the limit.
    """
    limits = {resource: amount for resource, amount in wanted.items() if resource != "cpu"}
    return k8s.core.v1.ResourceRequirementsArgs(
        requests={**wanted, EPHEMERAL_STORAGE: "0"}, limits={**limits, EPHEMERAL_STORAGE: f"{disk_gib}Gi"}
    )


def security() -> k8s.core.v1.SecurityContextArgs:
    """What the `restricted` Pod Security level asks of every container, and a root file system that stays as it is."""
    return k8s.core.v1.SecurityContextArgs(
        allow_privilege_escalation=False,
        read_only_root_filesystem=True,
        capabilities=k8s.core.v1.CapabilitiesArgs(drop=["ALL"]),
    )


def mount(volume: str, path: str, *, read_only: bool = False) -> k8s.core.v1.VolumeMountArgs:
    """A volume at a path."""
    return k8s.core.v1.VolumeMountArgs(name=volume, mount_path=path, read_only=read_only or None)
