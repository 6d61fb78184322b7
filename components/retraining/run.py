"""One retraining run: its settings, and its lineage as labels and annotations of its Job."""

from collections.abc import Mapping
from dataclasses import dataclass

from pulumi import Input

from components.account import Account
from components.monitoring.notifications import Notifications
from components.security.encryption_key import EncryptionKey
from reference.lineage import CODE_COMMIT, CONFIG_DIGEST, IMAGE, IMAGE_DIGEST, shown_digest
from reference.vocabulary import (
    DO_NOT_DISRUPT,
    DOMAIN,
    LINEAGE_FOLDER,
    LOCAL_QUEUE,
    MAX_EXECUTION_LABEL,
    PRIORITY_LABEL,
    QUEUE_LABEL,
    TRIGGER_LABEL,
)

LINEAGE = f"{DOMAIN}/lineage"
"""Annotation: the place of the records of a trigger's runs, each `<name of the Job>.json`."""


@dataclass(frozen=True, kw_only=True)
class RetrainingTeam:
    """The team whose models are retrained: its stack, its namespace, labels of its objects, its key and its topic."""

    account: Account
    stack: str
    team: str
    namespace: Input[str]
    labels: Mapping[str, str]
    key: EncryptionKey
    topic: Notifications


@dataclass(frozen=True, kw_only=True)
class RunJob:
    """The run that a trigger starts. `image` names its digest; `cpu`, `memory_gib`, `gpus` and `efas` are per node.

    `accelerator` is the pool's class, by which the queue finds its flavor, and `device` the resource by which pods
    request it. `disk_gib` is the part of a node's disk that is kept for it, and that it may fill before it is evicted.
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
    accelerator: str
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

    @property
    def timeout_seconds(self) -> int:
        """The time that the run may hold its quota, over all its starts."""
        return self.timeout_hours * 3600


def job_labels(run: RunJob) -> dict[str, str]:
    """The labels of the Job: its owner, its lineage, its queue, its priority there and the time that it may take."""
    labels = {**pod_labels(run), QUEUE_LABEL: LOCAL_QUEUE, MAX_EXECUTION_LABEL: str(run.timeout_seconds)}
    return {**labels, PRIORITY_LABEL: run.priority} if run.priority else labels


def pod_labels(run: RunJob) -> dict[str, str]:
    """The labels of the pods: their owner, and the lineage by which runs are found.

    A run knows the version of its data only once it has started, so that is in its record alone.
    """
    _, _, image_digest = run.image.rpartition("@")
    return {
        **run.labels,
        TRIGGER_LABEL: run.trigger,
        CODE_COMMIT: run.code_commit.rpartition(":")[2],
        CONFIG_DIGEST: shown_digest(run.settings_digest),
        IMAGE_DIGEST: shown_digest(image_digest),
    }


def annotations(run: RunJob) -> dict[str, str]:
    """The annotations of the Job and of its pods: the lineage in full, and that a node is not emptied of them.

    Digests are too long for the value of a label.
    """
    return {
        CONFIG_DIGEST: run.settings_digest,
        IMAGE: run.image,
        LINEAGE: f"s3://{run.models}/{LINEAGE_FOLDER}/{run.trigger}/",
        DO_NOT_DISRUPT: "true",
    }
