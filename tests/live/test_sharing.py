"""Quota between two teams: guaranteed, borrowable, at most, and what comes back to whom."""

from contextlib import ExitStack

import pytest

from tests.live.cluster import Manifest
from tests.live.conftest import EXAMPLE, PRODUCTION, Deployed, active, holds
from tests.live.jobs import admitted, pods_named, workload
from tests.live.quota import changed_queue, evicted, held, submit, waits


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


@EXAMPLE
@pytest.mark.parametrize(("name", "kept"), [("gang", 0), ("single", 16)], ids=["a gang", "single pods"])
def test_a_gang_is_reclaimed_whole(deployment: Deployed, name: str, kept: int):
    """Its own guaranteed part too, since a part cannot run. Jobs of one pod each lose what is borrowed alone."""
    sizes = [24] if name == "gang" else [1] * 24
    with ExitStack() as stack:
        jobs = []
        for number, size in enumerate(sizes):
            job = held(deployment, "research-prod", "accept-disks-h100-spot", f"{name}-{number}", size)
            jobs.append(submit(stack, deployment, job))
        for job in jobs:
            admitted(deployment.cluster, job)
        speech = held(deployment, "speech-prod", "accept-disks-h100", "reclaiming", 16)
        admitted(deployment.cluster, submit(stack, deployment, speech))
        deployment.cluster.wait(f"{kept} pods of research to be left", lambda: left(deployment, jobs) == kept)


def left(deployed: Deployed, jobs: list[Manifest]) -> int:
    """The number of pods that jobs still have."""
    return sum(len(pods_named(deployed.cluster, job)) for job in jobs)


IDLE = "idle-prod"
"""A team that uses nothing of its 12 GPUs of h100, and lends them all."""
CONTENDING = ("research-prod", "speech-prod")


def lender(deployed: Deployed) -> Manifest:
    """The queue of a team that lends 12 GPUs of h100, with what belongs to them."""
    queue = changed_queue(deployed, CONTENDING[1], stopPolicy="None")
    queue["metadata"]["name"] = IDLE
    for flavor in queue["spec"]["resourceGroups"][0]["flavors"]:
        for resource in flavor["resources"]:
            resource |= {"nominalQuota": 0, "lendingLimit": 0, "borrowingLimit": 0}
            if flavor["name"] == "h100":
                amount = {"cpu": "216", "memory": "2304Gi", "nvidia.com/gpu": "12"}.get(resource["name"], 0)
                resource |= {"nominalQuota": amount, "lendingLimit": amount}
    return queue


def unlimited(deployed: Deployed, team: str, **fields: object) -> Manifest:
    """A team's queue that may borrow whatever there is of h100."""
    queue = changed_queue(deployed, team, **fields)
    for flavor in queue["spec"]["resourceGroups"][0]["flavors"]:
        for resource in flavor["resources"]:
            if flavor["name"] == "h100":
                resource |= {"lendingLimit": 0}
                del resource["borrowingLimit"]
    return queue


def borrowed(deployed: Deployed, team: str) -> int:
    """The GPUs of h100 that a team has borrowed."""
    found = deployed.cluster.read("clusterqueues.kueue.x-k8s.io", team)
    for flavor in found["status"].get("flavorsUsage", []):
        for resource in flavor["resources"]:
            if (flavor["name"], resource["name"]) == ("h100", "nvidia.com/gpu"):
                return int(resource.get("borrowed", 0))
    return 0


@EXAMPLE
@pytest.mark.parametrize(
    ("fields", "shares"),
    [({}, (8, 4)), ({"fairSharing": {"weight": "1"}}, (6, 6))],
    ids=["as rendered", "of equal weight"],
)
def test_teams_converge_on_shares_by_their_weights(
    deployment: Deployed, fields: dict[str, object], shares: tuple[int, int]
):
    """Research weighs 2 and speech 1: of 12 idle GPUs, all of which speech has taken, 8 go to research."""
    queues = [lender(deployment), *(unlimited(deployment, team, **fields) for team in CONTENDING)]
    samples = ("accept-disks-h100-spot", "accept-disks-h100")
    try:
        deployment.cluster.apply(queues)
        deployment.cluster.wait("the lender to be active", lambda: active(deployment.cluster, IDLE))
        with ExitStack() as stack:
            for team, sample in reversed(list(zip(CONTENDING, samples, strict=True))):
                own = held(deployment, team, sample, "own", 16)
                admitted(deployment.cluster, submit(stack, deployment, own))
                for number in range(12):
                    submit(stack, deployment, held(deployment, team, sample, f"more-{number}", 1))
                if team == "speech-prod":
                    deployment.cluster.wait(
                        "speech to borrow 12", lambda: borrowed(deployment, "speech-prod") == 12
                    )
            deployment.cluster.wait(
                f"shares of {shares}",
                lambda: tuple(borrowed(deployment, team) for team in CONTENDING) == shares,
            )
    finally:
        deployment.cluster.delete("clusterqueues.kueue.x-k8s.io", IDLE)
        for team in CONTENDING:
            deployment.cluster.apply(deployment.teams[team].of("ClusterQueue"))
