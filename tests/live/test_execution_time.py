"""The time that a run may take, "at most 40 h over all its starts": Kueue counts it on through an eviction."""

import copy
from contextlib import ExitStack
from datetime import datetime

from reference.vocabulary import MAX_EXECUTION_LABEL, PRIORITY_LABEL
from tests.live.cluster import Manifest
from tests.live.conftest import PRODUCTION, Deployed, holds
from tests.live.jobs import NOWHERE, admitted, pods_named, submitted, templates, workload
from tests.live.quota import evicted, held, submit

pytestmark = PRODUCTION
TEAM, SAMPLE = "vision-prod", "accept-disks-l40s"
MOST_SECONDS, FIRST_SECONDS = 30, 15
"""The time of the run here, and the least that it takes before it is evicted."""


def run_of(deployed: Deployed, seconds: int | None = None) -> Manifest:
    """The retraining run on L40S: as rendered, or with another limit and pods that hold their quota and never end."""
    job = copy.deepcopy(deployed.teams[TEAM].retraining()["retrain-drift"])
    if seconds:
        labels = {MAX_EXECUTION_LABEL: str(seconds), PRIORITY_LABEL: "experiment"}
        job["metadata"]["labels"] |= labels
        templates(job)[0]["spec"]["nodeSelector"] |= NOWHERE
    return job


def limited(job: Manifest, seconds: int) -> Manifest:
    """The job with a time that it may take."""
    job["metadata"]["labels"][MAX_EXECUTION_LABEL] = str(seconds)
    return job


def given_up(deployed: Deployed, job: Manifest) -> Manifest:
    """The Workload of a job that Kueue has stopped for good."""

    def look() -> Manifest | None:
        found = workload(deployed.cluster, job)
        return found if found["spec"].get("active") is False and not holds(found, "Admitted") else None

    return deployed.cluster.wait(f"{job['metadata']['name']} to be given up", look)


def since(workload: Manifest, condition: str) -> datetime:
    """The time at which a condition became what it is, by the cluster's own clock."""
    [found] = [each for each in workload["status"]["conditions"] if each["type"] == condition]
    return datetime.fromisoformat(found["lastTransitionTime"])


def first_start(deployed: Deployed, job: Manifest) -> int:
    """Let a run start, evict it after a while, and return the seconds that Kueue has counted.

    Another job's limit ends the while, so that nothing here reads a clock.
    """
    admitted(deployed.cluster, job)
    timer = limited(held(deployed, TEAM, SAMPLE, "timer", 1), FIRST_SECONDS)
    with submitted(deployed.cluster, timer) as shorter:
        admitted(deployed.cluster, shorter)
        given_up(deployed, shorter)
    urgent = held(deployed, TEAM, SAMPLE, "urgent", 8, "production-retraining")
    with submitted(deployed.cluster, urgent) as more_urgent:
        admitted(deployed.cluster, more_urgent)
        evicted(deployed, job)
        return int(
            deployed.cluster.wait(
                "the time before to be counted",
                lambda: workload(deployed.cluster, job)["status"].get("accumulatedPastExecutionTimeSeconds"),
            )
        )


def test_the_time_of_a_run_is_counted_over_all_its_starts(deployment: Deployed):
    cluster = deployment.cluster
    with ExitStack() as stack:
        job = submit(stack, deployment, run_of(deployment, MOST_SECONDS))
        counted = first_start(deployment, job)
        assert counted >= FIRST_SECONDS
        again = since(admitted(cluster, job), "Admitted")
        stopped = given_up(deployment, job)
        second = (since(stopped, "Admitted") - again).total_seconds()
        # Counted anew, it would have had all of its time.
        assert second < MOST_SECONDS <= counted + second + 1
        told = [each["reason"] for each in stopped["status"]["conditions"] if each["type"] == "Evicted"]
        assert told == ["DeactivatedDueToMaximumExecutionTimeExceeded"]
        cluster.wait("its pods to be gone", lambda: not pods_named(cluster, job))
        assert cluster.read("job.batch", job["metadata"]["name"], "-n", TEAM)["spec"]["suspend"] is True


def test_a_run_has_the_hours_that_its_plan_tells(deployment: Deployed):
    with ExitStack() as stack:
        found = workload(deployment.cluster, submit(stack, deployment, run_of(deployment)))
        assert found["spec"]["maximumExecutionTimeSeconds"] == 6 * 3600


def test_a_run_without_the_label_has_no_limit(deployment: Deployed):
    """The mutation that would turn the claims above red."""
    job = run_of(deployment)
    del job["metadata"]["labels"][MAX_EXECUTION_LABEL]
    with ExitStack() as stack:
        found = workload(deployment.cluster, submit(stack, deployment, job))
        assert "maximumExecutionTimeSeconds" not in found["spec"]
