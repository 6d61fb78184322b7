"""The real KEDA starts the run of a queue's message, and has the rights that its docs say."""

import copy

import pytest

from components.platform.keda import ACCOUNT, SCOPE
from tests.live.cluster import Manifest
from tests.live.conftest import PRODUCTION, Deployed
from tests.live.jobs import admitted, assert_on, named_pool, pods_of, scheduled
from tests.live.queues import StandIn, stand_in
from tests.live.ready import controllers

pytestmark = PRODUCTION
TEAM = "vision-prod"
TRIGGER = "retrain-drift"


@pytest.fixture
def keda(deployment: Deployed) -> Deployed:
    """A platform with KEDA. Skips where the cluster has none."""
    if "keda" not in controllers(deployment.cluster):
        pytest.skip("the cluster does not run keda")
    return deployment


def triggered(deployed: Deployed, queue: StandIn) -> list[Manifest]:
    """A team's ScaledJob with what it is let in by, which asks the stand-in and asks at once."""
    team = deployed.teams[TEAM]
    [trigger] = copy.deepcopy([each for each in team.of("ScaledJob") if each["metadata"]["name"] == TRIGGER])
    trigger["spec"]["pollingInterval"] = 1
    for each in trigger["spec"]["triggers"]:
        each["metadata"]["awsEndpoint"] = queue.url
    return [*team.of("TriggerAuthentication"), trigger]


def runs(deployed: Deployed) -> list[Manifest]:
    """The Jobs that KEDA has made of the trigger."""
    return deployed.cluster.items("jobs", "-n", TEAM, "-l", f"scaledjob.keda.sh/name={TRIGGER}")


def test_a_message_starts_the_run_on_the_pool_that_it_names(keda: Deployed):
    """And no message starts none, however often KEDA asks."""
    cluster = keda.cluster
    with stand_in(cluster) as queue:
        cluster.apply(triggered(keda, queue))
        try:
            cluster.wait("KEDA to ask for messages", lambda: queue.asked > 3)
            assert not runs(keda)
            queue.messages = 1
            [job] = cluster.wait("a run", lambda: runs(keda))
            queue.messages = 0
            found = admitted(cluster, job)
            for pod in scheduled(cluster, TEAM, pods_of(found)):
                assert_on(cluster, pod, named_pool(keda, job))
        finally:
            cluster.delete("scaledjobs.keda.sh", TRIGGER, "-n", TEAM)
            cluster.delete("triggerauthentications.keda.sh", "--all", "-n", TEAM)
            cluster.wait("its pods to be gone", lambda: not cluster.items("pods", "-n", TEAM))


def may(deployed: Deployed, verb: str, resource: str, namespace: str) -> bool:
    """Whether the API server's roles let KEDA do something in a namespace."""
    asked = ("auth", "can-i", verb, resource, "-n", namespace, f"--as={ACCOUNT}")
    return deployed.cluster.kubectl(*asked).stdout.strip() == "yes"


@pytest.mark.parametrize(
    ("verb", "resource"),
    [
        ("get", "secrets"),
        ("list", "secrets"),
        ("create", "pods"),
        ("create", "deployments.apps"),
        ("delete", "deployments.apps"),
        ("create", "serviceaccounts/token"),
        ("patch", "inferenceservices.serving.kserve.io"),
    ],
)
def test_its_role_gives_no_right_to(keda: Deployed, verb: str, resource: str):
    assert not may(keda, verb, resource, TEAM)
    assert not may(keda, verb, resource, "kube-system")


def run_in(deployed: Deployed, namespace: str) -> Manifest:
    """The Job of a run of a team, in a namespace."""
    job = copy.deepcopy(deployed.teams[TEAM].retraining()[TRIGGER])
    job["metadata"] |= {"name": "probe", "namespace": namespace}
    return job


def refused(deployed: Deployed, manifest: Manifest) -> str | None:
    """The words by which the API server refuses KEDA an object; None where it would take it."""
    asked = ("create", "--dry-run=server", "-f", "-", f"--as={ACCOUNT}")
    done = deployed.cluster.kubectl(*asked, data=manifest)
    return done.stderr if done.returncode else None


def test_it_makes_jobs_in_namespaces_of_stacks_alone(keda: Deployed):
    """Its role lets it everywhere, as the chart has no narrower one."""
    assert may(keda, "create", "jobs.batch", "kube-system")
    assert "in namespaces with the label paved.dev/stack alone" in str(
        refused(keda, run_in(keda, "kube-system"))
    )
    assert refused(keda, run_in(keda, TEAM)) is None


def test_without_its_policy_it_makes_jobs_everywhere(keda: Deployed):
    """The mutation that would turn the claim above red."""
    bindings = keda.platform.of("ValidatingAdmissionPolicyBinding")
    [binding] = [each for each in bindings if each["metadata"]["name"] == SCOPE]
    keda.cluster.delete("validatingadmissionpolicybinding", SCOPE)
    try:
        keda.cluster.wait("the policy to be off", lambda: refused(keda, run_in(keda, "kube-system")) is None)
    finally:
        keda.cluster.apply([binding])
        keda.cluster.wait("the policy to be on", lambda: refused(keda, run_in(keda, "kube-system")))
