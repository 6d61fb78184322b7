"""The kinds of job that the API server judges: the pods in each, and what its operator makes of its fields."""

from collections.abc import Sequence
from dataclasses import dataclass

from components.platform.admission_jobs import (
    deadlines_bounded,
    job_rules,
    only_fields,
    selects_own_pods,
    started_by_queue,
    train_job_rules,
)
from components.platform.admission_labels import jobs_within
from components.platform.admission_makers import JOB_CONTROLLERS, MEMBER, made_by
from components.platform.admission_pods import JUDGES, PROMOTES, account_named
from components.platform.admission_rule import AdmissionRule, AdmissionRules, quoted
from components.platform.admission_rules import JobChoices
from components.platform.frameworks import FrameworkName

CLUSTER_PODS = (
    "[?{cluster}.headGroupSpec.template] + {cluster}.?workerGroupSpecs.orValue([]).map(group, group.template)"
)
"""The pod templates of a RayCluster's spec, which is an optional value in a RayJob."""

RAY_CLUSTER = "object.?spec"
RAY_JOB_CLUSTER = "object.spec.?rayClusterSpec"
RAY_JOB_PODS = CLUSTER_PODS.format(cluster=RAY_JOB_CLUSTER) + " + [?object.spec.?submitterPodTemplate]"
JOB_SET_PODS = "object.spec.?replicatedJobs.orValue([]).map(each, each.template.spec.template)"
CRON_JOB_PODS = "[object.spec.jobTemplate.spec.template]"
CRON_JOB_METADATA = "[object.spec.jobTemplate.?metadata.orValue({})]"
JOB_SET_METADATA = "object.spec.?replicatedJobs.orValue([]).map(j, j.template.?metadata.orValue({}))"
CRON_JOB_LABELS = "object.spec.jobTemplate.?metadata.?labels.orValue({})"

RAY_CLUSTER_FIELDS = ("headGroupSpec", "managedBy", "rayVersion", "suspend", "workerGroupSpecs")
RAY_HEAD_FIELDS = ("rayStartParams", "resources", "serviceType", "template")
RAY_WORKER_FIELDS = (
    *("groupName", "idleTimeoutSeconds", "maxReplicas", "minReplicas", "numOfHosts", "rayStartParams"),
    *("replicas", "resources", "scaleStrategy", "suspend", "template"),
)
"""Fields of a RayCluster of which KubeRay makes pods, and a Service inside the cluster, and nothing else.

Its autoscaler would get a role, its Ingress and its Service would be what their fields say, and labels select pods.
"""
JOB_SET_FIELDS = (
    *("coordinator", "failurePolicy", "managedBy", "network", "replicatedJobs", "startupPolicy"),
    *("successPolicy", "suspend", "ttlSecondsAfterFinished"),
)
JOB_SET_NETWORK_FIELDS = ("enableDNSHostnames", "publishNotReadyAddresses")
"""Fields of a JobSet of which JobSet makes Jobs, and a Service of its own name: no claim, no other's name."""


@dataclass(frozen=True, kw_only=True)
class JobKind:
    """A kind of job that the API server judges when it is new, and when it changes."""

    policy: str
    group: str
    resource: str
    rules: AdmissionRules


def job_kinds(frameworks: Sequence[FrameworkName], choices: JobChoices) -> list[JobKind]:
    """The kinds of job of a platform."""
    deadlines = deadlines_bounded("activeDeadlineSeconds", "ttlSecondsAfterFinished")
    each = [each_bounded(deadlines), *jobs_within(CRON_JOB_METADATA)]
    job = [started_by_queue(), selects_own_pods(), deadlines]
    # Who may name the account of promotions is judged once more, whoever makes the Job: `promotion_rules`.
    account = account_named(also=f"{PROMOTES} || ({JUDGES} && (!{MEMBER} || request.operation == 'UPDATE'))")
    kinds = [
        JobKind(
            policy="paved-jobs",
            group="batch",
            resource="jobs",
            rules=job_rules(choices, more=job, account=account),
        ),
        JobKind(
            policy="paved-cron-jobs",
            group="batch",
            resource="cronjobs",
            rules=job_rules(
                choices,
                CRON_JOB_PODS,
                CRON_JOB_LABELS,
                each,
                account=account_named(also=f"{JUDGES} && !{MEMBER}"),
            ),
        ),
    ]
    if "ray" in frameworks:
        kinds += ray_kinds(choices)
    if "trainer" in frameworks:
        kinds += trainer_kinds(choices)
    return kinds


def each_bounded(job: AdmissionRule) -> AdmissionRule:
    """The Jobs of a CronJob are bounded as others are."""
    expression = job.expression.replace("object.spec.?", "object.spec.jobTemplate.spec.?")
    return AdmissionRule(expression=expression, message=job.message)


def ray_kinds(choices: JobChoices) -> list[JobKind]:
    """Ray's kinds of job."""
    pods = CLUSTER_PODS.format(cluster=RAY_CLUSTER)
    of_job = [
        started_by_queue(),
        *ray_fields(RAY_JOB_CLUSTER),
        submitted_by_template(),
        deadlines_bounded("activeDeadlineSeconds", "ttlSecondsAfterFinished"),
    ]
    return [
        JobKind(
            policy="paved-ray-clusters",
            group="ray.io",
            resource="rayclusters",
            rules=job_rules(choices, pods, more=[started_by_queue(), *ray_fields(RAY_CLUSTER)]),
        ),
        JobKind(
            policy="paved-ray-jobs",
            group="ray.io",
            resource="rayjobs",
            rules=job_rules(choices, RAY_JOB_PODS, more=of_job),
        ),
    ]


def ray_fields(cluster: str) -> list[AdmissionRule]:
    """The fields that a RayCluster's spec, an optional value, may have."""
    why = "KubeRay makes other objects of this with rights that a team has not"
    head = f"{cluster}.?headGroupSpec"
    workers = f"{cluster}.?workerGroupSpecs.orValue([])"
    fields = ", ".join(RAY_WORKER_FIELDS)
    return [
        only_fields(cluster, RAY_CLUSTER_FIELDS, f"{why}; in the spec of a RayCluster"),
        only_fields(head, RAY_HEAD_FIELDS, f"{why}; in headGroupSpec"),
        AdmissionRule(
            expression=f"{workers}.all(w, w.all(k, k in {quoted(RAY_WORKER_FIELDS)}))",
            message=f"'{why}; in workerGroupSpecs: use {fields}'",
        ),
        AdmissionRule(
            expression=f"{head}.?serviceType.orValue('ClusterIP') == 'ClusterIP'",
            message="'a Ray head is reached inside the cluster: serviceType is ClusterIP'",
        ),
        AdmissionRule(
            # KubeRay deletes what is named there, of its own cluster or not.
            expression=f"{workers}.all(w, w.?scaleStrategy.?workersToDelete.orValue([]).size() == 0)",
            message="'KubeRay deletes whatever pod is named in workersToDelete: delete pods of your own yourself'",
        ),
    ]


def submitted_by_template() -> AdmissionRule:
    """A RayJob names the pod that submits it: KubeRay's own would be refused, and silently."""
    own = "object.spec.?submissionMode.orValue('K8sJobMode')"
    return AdmissionRule(
        expression=(
            f"{own} in ['HTTPMode', 'InteractiveMode'] || "
            f"({own} == 'K8sJobMode' && has(object.spec.submitterPodTemplate))"
        ),
        message="'a RayJob is submitted by its submitterPodTemplate, in the submissionMode K8sJobMode, or by HTTPMode'",
    )


def trainer_kinds(choices: JobChoices) -> list[JobKind]:
    """The kinds of job of Trainer and JobSet."""
    jobs = "object.spec.?replicatedJobs.orValue([])"
    of_set = [
        started_by_queue(),
        only_fields("object.?spec", JOB_SET_FIELDS, "JobSet makes claims of others; in the spec of a JobSet"),
        only_fields(
            "object.spec.?network", JOB_SET_NETWORK_FIELDS, "a JobSet has a name of its own; in network"
        ),
        AdmissionRule(
            expression=f"{jobs}.all(j, !j.template.spec.?manualSelector.orValue(false))",
            message=selects_own_pods().message,
        ),
        *jobs_within(JOB_SET_METADATA),
        deadlines_bounded("ttlSecondsAfterFinished"),
    ]
    return [
        JobKind(
            policy="paved-job-sets",
            group="jobset.x-k8s.io",
            resource="jobsets",
            rules=job_rules(choices, JOB_SET_PODS, more=of_set),
        ),
        JobKind(
            policy="paved-train-jobs",
            group="trainer.kubeflow.org",
            resource="trainjobs",
            rules=train_job_rules(choices),
        ),
    ]


def match_conditions() -> dict[str, str]:
    """Conditions under which a job is judged: it is new or has changed, and no controller makes it of a judged job.

    Trainer creates a JobSet for a TrainJob, JobSet Jobs for that, KubeRay a RayCluster for a RayJob, and Kueue changes
    what it starts. Some of these bear no label of the queue, in which what they are made of has waited.
    """
    # Anything else may change under later rules: a finalizer, for one, must come off.
    labels = "metadata.?labels.orValue({})"
    changed = f"object.spec != oldObject.spec || object.{labels} != oldObject.{labels}"
    return {
        "changed": f"request.operation != 'UPDATE' || {changed}",
        "made-by-hand": f"!{made_by(*JOB_CONTROLLERS)}",
    }
