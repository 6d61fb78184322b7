"""What the admission policies of a platform refuse of a team's jobs, each told from the samples by one mutation."""

import copy
from collections.abc import Callable
from dataclasses import dataclass

import pytest

from reference.vocabulary import (
    ACCELERATOR_LABEL,
    DO_NOT_DISRUPT,
    GENERAL_POOL,
    GPU_RESOURCE,
    POOL_LABEL,
    PRIORITY_LABEL,
    QUEUE_LABEL,
    STACK_LABEL,
)
from tests.live.cluster import Manifest
from tests.live.conftest import PRODUCTION, Deployed
from tests.live.jobs import (
    refusal,
    run_where_named,
    scheduled,
    submitted,
    templates,
    without_policy,
    without_selector,
)

pytestmark = PRODUCTION
TEAM = "vision-prod"


@dataclass(frozen=True)
class Mutation:
    """One change of a sample that a policy refuses, and words of its refusal."""

    name: str
    policy: str
    sample: str
    change: Callable[[Manifest], object]
    told: str


def pod(job: Manifest) -> Manifest:
    """The spec of a job's first pod template."""
    spec: Manifest = templates(job)[0]["spec"]
    return spec


def no_queue(job: Manifest) -> None:
    """The job waits in no queue."""
    del job["metadata"]["labels"][QUEUE_LABEL]


def no_class(job: Manifest) -> None:
    """The pods select no accelerator class."""
    without_selector(job, ACCELERATOR_LABEL)


def unknown_class(job: Manifest) -> None:
    """The pods select a class that the platform has no flavor of."""
    for template in templates(job):
        template["spec"]["nodeSelector"][ACCELERATOR_LABEL] = "h1000"


def no_devices(job: Manifest) -> None:
    """The job requests no accelerator."""
    if job["kind"] == "TrainJob":
        resources = [job["spec"]["trainer"]["resourcesPerNode"]]
    else:
        resources = [
            each["resources"] for template in templates(job) for each in template["spec"]["containers"]
        ]
    for each in resources:
        for amounts in each.values():
            amounts.pop(GPU_RESOURCE, None)


def others_nodes(job: Manifest) -> None:
    """The pods select the nodes of another team."""
    pod(job)["nodeSelector"][STACK_LABEL] = "neighbour-prod"


def others_toleration(job: Manifest) -> None:
    """The pods tolerate the nodes of another team beside their own."""
    pod(job)["tolerations"].append({"key": STACK_LABEL, "operator": "Equal", "value": "neighbour-prod"})


def every_toleration(job: Manifest) -> None:
    """The pods tolerate every node."""
    pod(job)["tolerations"].append({"operator": "Exists"})


def no_toleration(job: Manifest) -> None:
    """The pods do not tolerate the taint of their nodes' devices."""
    pod(job)["tolerations"] = [each for each in pod(job)["tolerations"] if each["key"] != GPU_RESOURCE]


def node_by_name(job: Manifest) -> None:
    """The pods go past the scheduler."""
    pod(job)["nodeName"] = "paved-vision-prod-h100-0"


def not_kept(job: Manifest) -> None:
    """The pods do not say how long their node is kept."""
    del templates(job)[0]["metadata"]["annotations"][DO_NOT_DISRUPT]


def cpu_on_devices(job: Manifest) -> None:
    """The job requests no accelerator and waits in no queue, and still selects and tolerates nodes that have them."""
    no_devices(job)
    no_queue(job)


def cpu_on_tolerated_devices(job: Manifest) -> None:
    """The same, by toleration alone."""
    cpu_on_devices(job)
    for template in templates(job):
        del template["spec"]["nodeSelector"]


def unknown_priority(job: Manifest) -> None:
    """The job names a priority that the platform has not."""
    job["metadata"]["labels"][PRIORITY_LABEL] = "asap"


CLASS = "set nodeSelector paved.dev/accelerator to one of"
NO_DEVICE = "leave the label kueue.x-k8s.io/queue-name off"
QUEUE = "must wait in a queue: label it kueue.x-k8s.io/queue-name"
OFF_DEVICES = "runs on nodes without them: leave out the tolerations"
OF_EVERY_KIND = ((no_queue, QUEUE), (no_class, CLASS), (unknown_class, CLASS), (no_devices, NO_DEVICE))
OF_PODS = (
    (others_nodes, "set nodeSelector paved.dev/stack: vision-prod"),
    (others_toleration, "may not tolerate the nodes of another team"),
    (every_toleration, "name the key of every toleration"),
    (no_toleration, "tolerates both taints of its nodes"),
    (node_by_name, "remove nodeName and use nodeSelector"),
    (cpu_on_devices, OFF_DEVICES),
    (cpu_on_tolerated_devices, OFF_DEVICES),
    (not_kept, "annotate it karpenter.sh/do-not-disrupt"),
)
SAMPLES = {
    "paved-jobs": "accept-disks-l40s",
    "paved-ray-jobs": "sweep-l40s",
    "paved-train-jobs": "train-h100",
}


def mutations() -> list[Mutation]:
    """The mutations of a sample of each policy."""
    found: list[Mutation] = []
    for policy, sample in SAMPLES.items():
        changes = (
            *OF_EVERY_KIND,
            (unknown_priority, "experiment, not asap"),
        )
        if policy != "paved-train-jobs":
            changes = (*changes, *OF_PODS)
        for change, told in changes:
            found.append(Mutation(f"{policy}-{change.__name__}", policy, sample, change, told))
    return found


def mutant(deployment: Deployed, mutation: Mutation) -> Manifest:
    """The sample of a mutation with its change."""
    job = copy.deepcopy(deployment.teams[TEAM].samples[mutation.sample][-1])
    mutation.change(job)
    return job


@pytest.mark.parametrize("mutation", mutations(), ids=lambda each: each.name)
def test_a_mutant_is_refused_with_what_to_write(deployment: Deployed, mutation: Mutation):
    assert mutation.told in (refusal(deployment.cluster, mutant(deployment, mutation)) or "it was accepted")


@pytest.mark.parametrize("policy", SAMPLES)
def test_without_its_policy_a_mutant_passes(deployment: Deployed, policy: str):
    """It is this policy that refuses them, and no other one that would hide its loss."""
    mutants = [mutant(deployment, each) for each in mutations() if each.policy == policy]
    with without_policy(deployment, policy, mutants[0]):
        # Kueue's own webhooks refuse none of them for its queue either.
        assert [refusal(deployment.cluster, each) for each in mutants] == [None] * len(mutants)


def test_without_its_policy_a_job_without_its_class_goes_astray(deployment: Deployed):
    """What `test_a_sample_job_runs_on_the_pool_that_it_names` would say, were it not for the selector."""
    astray = copy.deepcopy(deployment.teams[TEAM].samples["accept-disks-l40s"][-1])
    no_class(astray)
    with (
        without_policy(deployment, "paved-jobs", astray),
        pytest.raises(AssertionError, match=r"is on \{'h100'\}"),
    ):
        run_where_named(deployment, astray)


def test_a_job_without_accelerators_runs_on_general_nodes(deployment: Deployed):
    job = copy.deepcopy(deployment.teams[TEAM].samples["accept-disks-l40s"][-1])
    no_devices(job)
    no_queue(job)
    del pod(job)["tolerations"]
    pod(job)["nodeSelector"] = {POOL_LABEL: GENERAL_POOL}
    with submitted(deployment.cluster, job):
        for each in scheduled(deployment.cluster, TEAM, 1):
            node = deployment.cluster.read("node", each["spec"]["nodeName"])
            assert node["metadata"]["labels"][POOL_LABEL] == GENERAL_POOL
