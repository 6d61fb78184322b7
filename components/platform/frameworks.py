"""Frameworks that jobs may be written for: the operator of each, and Kueue's names of its jobs."""

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

from components.charts import KUBEFLOW_TRAINER, KUBERAY_OPERATOR, Chart
from components.platform.high_availability import REPLICAS
from components.platform.operator import CRITICAL, SYSTEM_NODES
from reference.charts import JOBSET_TAG

FrameworkName = Literal["ray", "trainer"]

JOBSET_IMAGE = {
    "repository": "registry.k8s.io/jobset/jobset",
    "tag": JOBSET_TAG,
    "pullPolicy": "IfNotPresent",
}
"""The release of the JobSet chart that Trainer's names; that chart's own default is a staging image."""


@dataclass(frozen=True, kw_only=True)
class Framework:
    """`jobs` are its kinds of job by Kueue's names; `service` labels the Service of its metrics on `port`.

    `deployments` are those that answer webhooks, each with the labels that it selects its pods by.
    """

    chart: Chart
    values: Callable[[], dict[str, Any]]
    jobs: tuple[str, ...]
    service: Mapping[str, str]
    port: Mapping[str, Any]
    deployments: Mapping[str, Mapping[str, str]] = field(default_factory=dict)


def kuberay_values() -> dict[str, Any]:
    """Values of the chart. Its operator has no webhook: while it restarts, running jobs go on."""
    return {
        "nodeSelector": SYSTEM_NODES,
        "priorityClassName": CRITICAL,
        "resources": {
            "requests": {"cpu": "100m", "memory": "512Mi"},
            "limits": {"cpu": "1", "memory": "1Gi"},  # the chart's own 100m would throttle it
        },
    }


def trainer_values() -> dict[str, Any]:
    """Values of the chart, which brings JobSet along. Both have webhooks, so both survive the loss of a replica.

    Neither chart has a key for a priority, and one has none for a budget: both come from a component of ours.

    The chart's own runtimes stay off: it would install them with a pod that downloads a client from the internet.
    """
    return {
        "manager": {
            "replicas": REPLICAS,
            "nodeSelector": SYSTEM_NODES,
            "resources": {"requests": {"cpu": "100m", "memory": "256Mi"}, "limits": {"memory": "512Mi"}},
        },
        "runtimes": {"defaultEnabled": False},
        "jobset": {
            "install": True,
            "image": JOBSET_IMAGE,
            "controller": {
                "replicas": REPLICAS,
                "nodeSelector": SYSTEM_NODES,
                "resources": {
                    "requests": {"cpu": "100m", "memory": "256Mi"},
                    "limits": {"cpu": "2", "memory": "1Gi"},
                },
            },
        },
    }


FRAMEWORKS: Mapping[FrameworkName, Framework] = {
    "ray": Framework(
        chart=KUBERAY_OPERATOR,
        values=kuberay_values,
        jobs=("ray.io/raycluster", "ray.io/rayjob"),
        service={"app.kubernetes.io/name": "kuberay-operator"},
        port={"port": "http"},
    ),
    "trainer": Framework(
        chart=KUBEFLOW_TRAINER,
        values=trainer_values,
        jobs=("jobset.x-k8s.io/jobset", "trainer.kubeflow.org/trainjob"),
        service={"app.kubernetes.io/name": "kubeflow-trainer", "app.kubernetes.io/component": "manager"},
        # Signed by the controller itself; nothing secret is in its metrics.
        port={"port": "monitoring-port", "scheme": "https", "tlsConfig": {"insecureSkipVerify": True}},
        deployments={
            "jobset-controller": {
                "app.kubernetes.io/name": "jobset",
                "app.kubernetes.io/instance": KUBEFLOW_TRAINER.name,
                "app.kubernetes.io/component": "controller",
            },
            "kubeflow-trainer-controller-manager": {
                "app.kubernetes.io/name": "kubeflow-trainer",
                "app.kubernetes.io/instance": KUBEFLOW_TRAINER.name,
                "app.kubernetes.io/component": "manager",
            },
        },
    ),
}


def queued_jobs(frameworks: Collection[FrameworkName], *, notebooks: bool = False) -> list[str]:
    """Kueue's names for the kinds of job of some frameworks, and for the pods of notebooks."""
    jobs: list[str] = ["pod"] if notebooks else []
    for name in frameworks:
        jobs += FRAMEWORKS[name].jobs
    return sorted(jobs)


def namespaces_without(frameworks: Collection[FrameworkName]) -> frozenset[str]:
    """The namespaces of the frameworks that a platform does without."""
    return frozenset(each.chart.namespace for name, each in FRAMEWORKS.items() if name not in frameworks)
