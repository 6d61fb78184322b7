"""Quota between two teams: guaranteed, borrowable, at most, and what comes back to whom."""

import copy
from contextlib import ExitStack

from reference.vocabulary import PRIORITY_LABEL
from tests.live.cluster import Manifest
from tests.live.conftest import EXAMPLE, PRODUCTION, Deployed, holds
from tests.live.jobs import NOWHERE, admitted, submitted, templates, workload


def held(
    deployed: Deployed, team: str, sample: str, name: str, gpus: int, priority: str | None = None
) -> Manifest:
    """A Job with the quota of so many GPUs, a pod for each, that lasts until it is removed."""
    job = copy.deepcopy(deployed.teams[team].samples[sample][-1])
    job["metadata"]["name"] = name
    if priority:
        job["metadata"]["labels"][PRIORITY_LABEL] = priority
    job["spec"] |= {"parallelism": gpus, "completions": gpus}
    templates(job)[0]["spec"]["nodeSelector"] |= NOWHERE
    return job


def waits(deployed: Deployed, job: Manifest) -> str:
    """Kueue's reason why a job waits, once it has looked for room."""

    def look() -> str | None:
        for each in workload(deployed.cluster, job).get("status", {}).get("conditions", []):
            if each["type"] == "QuotaReserved" and each["status"] == "False":
                return str(each["message"])
        return None

    return deployed.cluster.wait(f"{job['metadata']['name']} to wait", look)


def evicted(deployed: Deployed, job: Manifest) -> str:
    """The reason why Kueue took its quota from a job."""

    def look() -> str | None:
        for each in workload(deployed.cluster, job).get("status", {}).get("conditions", []):
            if each["type"] == "Preempted" and each["status"] == "True":
                return str(each["reason"])
        return None

    return deployed.cluster.wait(f"{job['metadata']['name']} to be preempted", look)


def changed_queue(deployed: Deployed, team: str, **fields: object) -> Manifest:
    """A team's ClusterQueue with other fields in its spec."""
    [queue] = copy.deepcopy(deployed.teams[team].of("ClusterQueue"))
    return {**queue, "spec": {**queue["spec"], **fields}}


def submit(stack: ExitStack, deployed: Deployed, job: Manifest) -> Manifest:
    """A job that is there until the stack is closed."""
    return stack.enter_context(submitted(deployed.cluster, job))


@EXAMPLE
def test_idle_quota_is_borrowed_up_to_the_limit_and_no_further(deployment: Deployed):
    """Research: 16 GPUs guaranteed, 8 borrowable, 24 at most, while speech leaves its own idle."""
    with ExitStack() as stack:
        for name, gpus in (("own", 16), ("borrowed", 8)):
            job = held(deployment, "research-prod", "accept-disks-h100-spot", name, gpus)
            admitted(deployment.cluster, submit(stack, deployment, job))
        more = held(deployment, "research-prod", "accept-disks-h100-spot", "more", 1)
        assert "h100" in waits(deployment, submit(stack, deployment, more))


@EXAMPLE
def test_a_lent_gpu_comes_back_within_one_reclaim(deployment: Deployed):
    """Speech gets all that it is guaranteed, and research keeps what it is."""
    with ExitStack() as stack:
        research = {}
        for name, gpus in (("own", 16), ("borrowed", 8)):
            job = held(deployment, "research-prod", "accept-disks-h100-spot", name, gpus)
            research[name] = submit(stack, deployment, job)
            admitted(deployment.cluster, research[name])
        speech = held(deployment, "speech-prod", "accept-disks-h100", "reclaiming", 16)
        admitted(deployment.cluster, submit(stack, deployment, speech))
        assert evicted(deployment, research["borrowed"]) == "InCohortReclamation"
        assert holds(workload(deployment.cluster, research["own"]), "Admitted")


@EXAMPLE
def test_without_reclaim_a_lent_gpu_does_not_come_back(deployment: Deployed):
    """The mutation of the queue that would turn the claim above red."""
    preemption = {"reclaimWithinCohort": "Never", "withinClusterQueue": "LowerPriority"}
    deployment.cluster.apply([changed_queue(deployment, "speech-prod", preemption=preemption)])
    try:
        with ExitStack() as stack:
            for name, gpus in (("own", 16), ("borrowed", 8)):
                job = held(deployment, "research-prod", "accept-disks-h100-spot", name, gpus)
                admitted(deployment.cluster, submit(stack, deployment, job))
            speech = held(deployment, "speech-prod", "accept-disks-h100", "reclaiming", 16)
            assert "h100" in waits(deployment, submit(stack, deployment, speech))
    finally:
        deployment.cluster.apply(deployment.teams["speech-prod"].of("ClusterQueue"))


@PRODUCTION
def test_a_more_urgent_job_takes_the_quota_of_an_experiment(deployment: Deployed):
    """Vision's l40s: 8 GPUs guaranteed, none borrowed."""
    with ExitStack() as stack:
        job = held(deployment, "vision-prod", "accept-disks-l40s", "experiment", 8, "experiment")
        experiment = submit(stack, deployment, job)
        admitted(deployment.cluster, experiment)
        urgent = held(deployment, "vision-prod", "accept-disks-l40s", "urgent", 4, "production-retraining")
        admitted(deployment.cluster, submit(stack, deployment, urgent))
        assert evicted(deployment, experiment) == "InClusterQueue"


@PRODUCTION
def test_a_job_of_the_same_urgency_waits(deployment: Deployed):
    """The mutation that would turn the claim above red."""
    with ExitStack() as stack:
        job = held(deployment, "vision-prod", "accept-disks-l40s", "experiment", 8, "experiment")
        admitted(deployment.cluster, submit(stack, deployment, job))
        another = held(deployment, "vision-prod", "accept-disks-l40s", "another", 4, "experiment")
        assert "l40s" in waits(deployment, submit(stack, deployment, another))
