"""The kinds of job that the API server judges: the pods in each, and the jobs of controllers, which it lets pass."""

from collections.abc import Sequence
from dataclasses import dataclass

from components.charts import KUBEFLOW_NAMESPACE
from components.platform.admission_rules import AdmissionRules, JobChoices, job_rules, train_job_rules
from components.platform.frameworks import FrameworkName

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


def job_kinds(frameworks: Sequence[FrameworkName], choices: JobChoices) -> list[JobKind]:
    """The kinds of job of a platform."""
    kinds = [
        JobKind(
            policy="paved-jobs",
            group="batch",
            resource="jobs",
            operations=("CREATE",),
            rules=job_rules(choices),
        )
    ]
    if "ray" in frameworks:
        kinds += ray_kinds(choices)
    if "trainer" in frameworks:
        kinds += trainer_kinds(choices)
    return kinds


def ray_kinds(choices: JobChoices) -> list[JobKind]:
    """Ray's kinds of job. A cluster may grow after it is created."""
    pods = {"paved-ray-clusters": RAY_CLUSTER_PODS, "paved-ray-jobs": RAY_JOB_PODS}
    return [
        JobKind(
            policy=policy,
            group="ray.io",
            resource=policy.removeprefix("paved-").replace("-", ""),
            operations=("CREATE", "UPDATE"),
            rules=job_rules(choices, templates),
        )
        for policy, templates in pods.items()
    ]


def trainer_kinds(choices: JobChoices) -> list[JobKind]:
    """The kinds of job of Trainer and JobSet."""
    return [
        JobKind(
            policy="paved-job-sets",
            group="jobset.x-k8s.io",
            resource="jobsets",
            operations=("CREATE",),
            rules=job_rules(choices, JOB_SET_PODS),
        ),
        JobKind(
            policy="paved-train-jobs",
            group="trainer.kubeflow.org",
            resource="trainjobs",
            operations=("CREATE",),
            rules=train_job_rules(choices),
        ),
    ]


def match_conditions(frameworks: Sequence[FrameworkName]) -> dict[str, str]:
    """Conditions under which a job is judged: it is new or its spec has changed, and no trusted controller creates it.

    Trainer creates a JobSet for a TrainJob, and JobSet creates Jobs for that. Neither bears the label of the queue,
    in which the TrainJob waits for them.
    """
    # Anything but the spec may change under later rules: a finalizer, for one, must come off.
    conditions = {"changed": "request.operation != 'UPDATE' || object.spec != oldObject.spec"}
    if "trainer" in frameworks:
        account = f"system:serviceaccount:{KUBEFLOW_NAMESPACE}:"
        conditions["made-by-hand"] = f"!request.userInfo.username.startsWith('{account}')"
    return conditions
