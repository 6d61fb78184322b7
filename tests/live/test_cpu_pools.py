"""Batches on CPU nodes: admitted on their flavor, placed on their team's nodes, and within their team's quota."""

import copy
from contextlib import ExitStack

import pytest

from reference.vocabulary import ACCELERATOR_LABEL, GPU_RESOURCE, POOL_LABEL, QUEUE_LABEL, STACK_LABEL
from tests.live.cluster import Manifest
from tests.live.conftest import JOINED, Deployed
from tests.live.jobs import (
    admitted,
    flavors,
    member_of,
    pods_of,
    refusal,
    run_where_named,
    scheduled,
    submitted,
    templates,
    without_policy,
    without_selector,
)
from tests.live.quota import changed_queue, held, submit, waits

pytestmark = JOINED
TEAM, NEWCOMER = "ranking-dev", "demand-dev"
BATCH, TUNING = "batch-batch", "accept-disks-l4"
FIFTEEN, THIRTY = 1, 2
"""Pods of a batch by the vCPUs that they request together: each fills a node."""


def batch(deployed: Deployed, team: str = TEAM) -> Manifest:
    """The batch of a team."""
    [name] = [name for name in deployed.teams[team].samples if name.startswith("batch-")]
    return copy.deepcopy(deployed.teams[team].samples[name][-1])


def test_a_batch_runs_on_cpu_nodes_of_its_team(deployment: Deployed):
    for team, name in ((TEAM, "batch-batch"), (NEWCOMER, "batch-cpu")):
        run_where_named(deployment, *deployment.teams[team].samples[name])


def test_a_batch_is_on_no_node_with_gpus(deployment: Deployed):
    """On the flavor of CPU nodes alone, and with every pod on a node that has none."""
    cluster = deployment.cluster
    with submitted(cluster, *deployment.teams[TEAM].samples[BATCH]) as created:
        found = admitted(cluster, created)
        assert flavors(found) == {"cpu"}
        for pod in scheduled(cluster, TEAM, pods_of(found)):
            node = cluster.read("node", pod["spec"]["nodeName"])
            assert GPU_RESOURCE not in node["status"]["capacity"]
            assert node["metadata"]["labels"][STACK_LABEL] == TEAM


def test_without_its_class_a_batch_is_for_no_node(deployment: Deployed):
    """The mutation: Kueue gives it the first flavor that it tolerates, and admission is what tells its author."""
    job = batch(deployment)
    without_selector(job, ACCELERATOR_LABEL)
    said = refusal(deployment.cluster, job, member_of(TEAM))
    assert said and "paved.dev/accelerator: cpu" in said


def test_with_the_class_of_gpus_a_batch_waits_for_ever(deployment: Deployed):
    """The mutation of the job: it does not tolerate nodes with GPUs, so Kueue admits it to none of them."""
    job = batch(deployment)
    templates(job)[0]["spec"]["nodeSelector"] |= {ACCELERATOR_LABEL: "l4", POOL_LABEL: "l4"}
    with without_policy(deployment, "paved-jobs", job), ExitStack() as stack:
        assert "untolerated taint" in waits(deployment, submit(stack, deployment, job))


def test_without_the_taint_of_its_flavor_it_is_admitted_to_gpus(deployment: Deployed):
    """The mutation of the flavor that turns the claim above red."""
    job = batch(deployment)
    templates(job)[0]["spec"]["nodeSelector"] |= {ACCELERATOR_LABEL: "l4", POOL_LABEL: "l4"}
    [flavor] = [each for each in deployment.platform.of("ResourceFlavor") if each["metadata"]["name"] == "l4"]
    open_to_all = copy.deepcopy(flavor)
    open_to_all["spec"]["nodeTaints"] = []
    with without_policy(deployment, "paved-jobs", job), ExitStack() as stack:
        deployment.cluster.apply([open_to_all])
        try:
            found = admitted(deployment.cluster, submit(stack, deployment, job))
            assert flavors(found) == {"l4"}
        finally:
            deployment.cluster.apply([flavor])


def test_a_job_of_gpus_still_runs_on_its_pool(deployment: Deployed):
    run_where_named(deployment, *deployment.teams[TEAM].samples[TUNING])


def test_gpus_are_not_to_be_had_of_cpu_nodes(deployment: Deployed):
    """A job that requests a GPU of the class `cpu` would wait for ever, so it is refused at once."""
    job = copy.deepcopy(deployment.teams[TEAM].samples[TUNING][-1])
    templates(job)[0]["spec"]["nodeSelector"] |= {ACCELERATOR_LABEL: "cpu", POOL_LABEL: "batch"}
    said = refusal(deployment.cluster, job, member_of(TEAM))
    assert said and "the queues are for jobs that" in said


def test_a_batch_waits_beyond_the_quota_of_its_team(deployment: Deployed):
    """Another team's batch does not: each has thirty vCPUs, borrows none, and may use all of them."""
    with ExitStack() as stack:
        for team in (TEAM, NEWCOMER):
            job = held(deployment, team, batch(deployment, team)["metadata"]["name"], "all", THIRTY)
            admitted(deployment.cluster, submit(stack, deployment, job))
        more = held(deployment, NEWCOMER, "batch-cpu", "more", FIFTEEN)
        assert "cpu" in waits(deployment, submit(stack, deployment, more))


def test_what_a_team_borrows_of_vcpus_comes_back(deployment: Deployed):
    """The newcomer's queue, had it `borrow_vcpus: 15`: what it borrows while the other is idle."""
    [queue] = deployment.teams[NEWCOMER].of("ClusterQueue")
    groups = copy.deepcopy(queue["spec"]["resourceGroups"])
    [flavor] = groups[0]["flavors"]
    for resource in flavor["resources"]:
        resource["borrowingLimit"] = {"cpu": "15", "memory": "57Gi"}[resource["name"]]
    deployment.cluster.apply([changed_queue(deployment, NEWCOMER, resourceGroups=groups)])
    try:
        with ExitStack() as stack:
            for name, pods in (("all", THIRTY), ("borrowed", FIFTEEN)):
                job = held(deployment, NEWCOMER, "batch-cpu", name, pods)
                borrowed = submit(stack, deployment, job)
                admitted(deployment.cluster, borrowed)
            own = held(deployment, TEAM, BATCH, "own", THIRTY)
            admitted(deployment.cluster, submit(stack, deployment, own))
    finally:
        deployment.cluster.apply([queue])


@pytest.mark.parametrize("change", ["no queue", "another team's nodes"])
def test_pods_reach_cpu_nodes_through_their_queue_alone(deployment: Deployed, change: str):
    job = batch(deployment)
    if change == "no queue":
        del job["metadata"]["labels"][QUEUE_LABEL]
    else:
        templates(job)[0]["spec"]["nodeSelector"][STACK_LABEL] = NEWCOMER
    assert refusal(deployment.cluster, job, member_of(TEAM))
