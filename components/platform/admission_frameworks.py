"""Where the pods of each framework's jobs stand in them, and which jobs the framework's own controllers make."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from components.charts import KUBEFLOW_NAMESPACE
from components.platform.admission_rules import AdmissionRules, job_rules, train_job_rules
from components.platform.frameworks import Name

CLUSTER_PODS = (
    "[?{cluster}.headGroupSpec.template] + {cluster}.?workerGroupSpecs.orValue([]).map(group, group.template)"
)
"""The pod templates of a RayCluster's spec, which is an optional value in a RayJob."""

RAY_CLUSTER_PODS = CLUSTER_PODS.format(cluster="object.?spec")
RAY_JOB_PODS = CLUSTER_PODS.format(cluster="object.spec.?rayClusterSpec") + (
    " + [?object.spec.?submitterPodTemplate]"
)
JOB_SET_PODS = "object.spec.?replicatedJobs.orValue([]).map(each, each.template.spec.template)"


@dataclass(frozen=True, kw_only=True)
class JobKind:
    """A kind of job that the API server judges, on these operations."""

    policy: str
    group: str
    resource: str
    operations: Sequence[str]
    rules: AdmissionRules


def job_kinds(frameworks: Sequence[Name], priorities: Sequence[str]) -> list[JobKind]:
    """The kinds of job of a platform."""
    of_kubernetes = JobKind(
        policy="paved-jobs",
        group="batch",
        resource="jobs",
        operations=("CREATE",),
        rules=job_rules(priorities),
    )
    offered: Mapping[Name, list[JobKind]] = {
        "ray": ray_kinds(priorities),
        "trainer": trainer_kinds(priorities),
    }
    return [of_kubernetes, *(kind for name in sorted(frameworks) for kind in offered[name])]


def ray_kinds(priorities: Sequence[str]) -> list[JobKind]:
    """Ray's kinds of job. A cluster may grow after it is made."""
    pods = {"paved-ray-clusters": RAY_CLUSTER_PODS, "paved-ray-jobs": RAY_JOB_PODS}
    return [
        JobKind(
            policy=policy,
            group="ray.io",
            resource=policy.removeprefix("paved-").replace("-", ""),
            operations=("CREATE", "UPDATE"),
            rules=job_rules(priorities, templates),
        )
        for policy, templates in pods.items()
    ]


def trainer_kinds(priorities: Sequence[str]) -> list[JobKind]:
    """The kinds of job of Trainer and JobSet."""
    return [
        JobKind(
            policy="paved-job-sets",
            group="jobset.x-k8s.io",
            resource="jobsets",
            operations=("CREATE",),
            rules=job_rules(priorities, JOB_SET_PODS),
        ),
        JobKind(
            policy="paved-train-jobs",
            group="trainer.kubeflow.org",
            resource="trainjobs",
            operations=("CREATE",),
            rules=train_job_rules(priorities),
        ),
    ]


def made_by_hand(frameworks: Sequence[Name]) -> dict[str, str]:
    """Conditions under which a job is judged: it is new or changed, and no controller makes it of a judged one.

    A JobSet is what Trainer makes of a TrainJob, and Jobs are what JobSet makes of that. Neither bears the label
    of the queue, in which the TrainJob waits for them.
    """
    changed = {"changed": "request.operation != 'UPDATE' || object.spec != oldObject.spec"}
    if "trainer" not in frameworks:
        return changed
    account = f"system:serviceaccount:{KUBEFLOW_NAMESPACE}:"
    return {**changed, "made-by-hand": f"!request.userInfo.username.startsWith('{account}')"}
