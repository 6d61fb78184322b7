"""A granted pool when it is full: its jobs wait for it, and hold no quota of nodes that they cannot get onto."""

import copy
from contextlib import ExitStack

from tests.live.cluster import Manifest
from tests.live.conftest import EXAMPLE, Deployed
from tests.live.jobs import admitted, flavors, member_of, refusal
from tests.live.quota import gated, sized, submit, waits

pytestmark = EXAMPLE
TEAM = "research-prod"
POOL = "spring-block"


def full(deployed: Deployed, stack: ExitStack) -> Manifest:
    """The sample of a granted pool, all of whose GPUs another job has: 24 granted and 8 that speech leaves idle."""
    sample = deployed.teams[TEAM].samples[f"train-{POOL}"][-1]
    found = admitted(deployed.cluster, submit(stack, deployed, gated(sized(sample, "whole-block", 4))))
    assert flavors(found) == {POOL}
    return sized(sample, "one-more", 1)


def own_nodes(job: Manifest) -> Manifest:
    """The job as it would be for any node of its class: of the team's own too, whose taints it tolerates."""
    job = copy.deepcopy(job)
    spec = job["spec"]["template"]["spec"]
    del spec["nodeSelector"]["paved.dev/pool"], spec["nodeSelector"]["paved.dev/stack"]
    del job["spec"]["template"]["metadata"]["annotations"]["kueue.x-k8s.io/podset-preferred-topology"]
    del spec["containers"][0]["resources"]["limits"]["vpc.amazonaws.com/efa"]
    del spec["containers"][0]["resources"]["requests"]["vpc.amazonaws.com/efa"]
    spec["tolerations"] = [
        {"key": "paved.dev/stack", "operator": "Equal", "value": TEAM, "effect": "NoSchedule"},
        {"key": "nvidia.com/gpu", "operator": "Exists", "effect": "NoSchedule"},
    ]
    return job


def test_a_job_of_a_full_granted_pool_waits_for_it(deployment: Deployed):
    with ExitStack() as stack:
        more = submit(stack, deployment, full(deployment, stack))
        assert POOL in waits(deployment, more)


def test_a_job_of_the_class_alone_goes_to_the_teams_own_nodes(deployment: Deployed):
    """The mutation that would turn the claim above red: there is room on the class's own nodes."""
    with ExitStack() as stack:
        more = own_nodes(full(deployment, stack))
        assert flavors(admitted(deployment.cluster, submit(stack, deployment, gated(more)))) == {"h100"}


def test_a_job_that_names_the_pool_and_tolerates_other_nodes_is_refused(deployment: Deployed):
    job = copy.deepcopy(deployment.teams[TEAM].samples[f"train-{POOL}"][-1])
    job["spec"]["template"]["spec"]["tolerations"] = [{"key": "nvidia.com/gpu", "operator": "Exists"}]
    told = refusal(deployment.cluster, job, member_of(TEAM)) or "it was accepted"
    assert "or neither: the queue adds what a pool" in told
