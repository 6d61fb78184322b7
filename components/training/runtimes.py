"""The runtimes that a TrainJob may name: the pods of a kind of training, as this platform runs them."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import pulumi_kubernetes as k8s
from pulumi import ComponentResource, Resource, ResourceOptions

from reference.vocabulary import DO_NOT_DISRUPT, TEAM_GID, TEAM_UID, TORCH_RUNTIME, TRAINER_ACCOUNT

NODE = "node"
"""The name that Trainer expects of the job and of the container of the training itself."""

RESTARTS = 3
CHECKPOINT_SECONDS = 120
"""The time of a pod to write its last checkpoint. A spot instance is gone two minutes after its notice."""


@dataclass(frozen=True, kw_only=True)
class TrainingRuntimesArgs:
    """`after` is the release that owns the definition and answers the webhook."""

    labels: Mapping[str, str]
    after: Sequence[Resource]


class TrainingRuntimes(ComponentResource):
    """The ClusterTrainingRuntimes of a platform. There is none for MPI, whose pods must run an SSH server."""

    def __init__(self, name: str, args: TrainingRuntimesArgs, opts: ResourceOptions | None = None):
        super().__init__("paved:training:TrainingRuntimes", name, {}, opts)
        k8s.apiextensions.CustomResource(
            f"{name}-torch-distributed",
            api_version="trainer.kubeflow.org/v1alpha1",
            kind="ClusterTrainingRuntime",
            metadata=k8s.meta.v1.ObjectMetaArgs(
                name=TORCH_RUNTIME, labels={**args.labels, "trainer.kubeflow.org/framework": "torch"}
            ),
            spec=torch_runtime(),
            # A job names its runtime for good, and once that is gone nothing can suspend it: Kueue would not get its
            # quota back. So the runtime that a new name replaces stays in the cluster.
            opts=ResourceOptions(parent=self, depends_on=list(args.after), retain_on_delete=True),
        )
        self.register_outputs({"runtimes": [TORCH_RUNTIME]})


def torch_runtime() -> dict[str, Any]:
    """PyTorch by `torchrun`, which Trainer gives the address of rank 0. The TrainJob brings image and resources.

    One pod that fails takes the others with it, so all start again from the last checkpoint: `RESTARTS` times
    after errors of their own, and as often as it takes when it was a node that went away.
    """
    return {
        "mlPolicy": {"numNodes": 1, "torch": {}},
        "template": {
            "spec": {
                "failurePolicy": {
                    "maxRestarts": RESTARTS,
                    "rules": [
                        {
                            "name": "nodeWentAway",  # JobSet takes no hyphen
                            "action": "RestartJobSetAndIgnoreMaxRestarts",
                            "onJobFailureReasons": ["PodFailurePolicy"],
                        }
                    ],
                },
                "replicatedJobs": [{"name": NODE, "replicas": 1, "template": node_template()}],
            }
        },
    }


def node_template() -> dict[str, Any]:
    """The Job of the training pods, one to a node."""
    return {
        "metadata": {"labels": {"trainer.kubeflow.org/trainjob-ancestor-step": "trainer"}},
        "spec": {
            # The JobSet starts all pods again together; a Job that retried one would leave it without the others.
            "backoffLimit": 0,
            "podFailurePolicy": {
                "rules": [
                    {
                        "action": "FailJob",
                        "onPodConditions": [{"type": "DisruptionTarget", "status": "True"}],
                    }
                ]
            },
            "template": {"metadata": {"annotations": {DO_NOT_DISRUPT: "true"}}, "spec": pod_spec()},
        },
    }


def pod_spec() -> dict[str, Any]:
    """A training pod of a team's namespace, within the `restricted` Pod Security level."""
    return {
        "serviceAccountName": TRAINER_ACCOUNT,
        "automountServiceAccountToken": False,
        "restartPolicy": "Never",
        "terminationGracePeriodSeconds": CHECKPOINT_SECONDS,
        "securityContext": {
            "runAsNonRoot": True,
            "runAsUser": TEAM_UID,
            "fsGroup": TEAM_GID,
            "seccompProfile": {"type": "RuntimeDefault"},
        },
        "containers": [
            {
                "name": NODE,
                "securityContext": {
                    "allowPrivilegeEscalation": False,
                    "capabilities": {"drop": ["ALL"]},
                    "readOnlyRootFilesystem": True,
                },
                # Libraries keep their caches there.
                "env": [{"name": "HOME", "value": "/tmp"}],
                "volumeMounts": [
                    {"name": "temporary", "mountPath": "/tmp"},
                    # NCCL and data loaders pass tensors between processes through it; the default is 64 MiB.
                    {"name": "shared-memory", "mountPath": "/dev/shm"},
                ],
            }
        ],
        "volumes": [
            {"name": "temporary", "emptyDir": {}},
            {"name": "shared-memory", "emptyDir": {"medium": "Memory"}},
        ],
    }
