"""Access to the platform's own pools, at a real API server as in `test_admission_server`."""

import json

import pytest

from components.platform.admission import AdmissionArgs
from components.platform.admission_grants import Grants
from components.platform.admission_rules import JobChoices
from tests.components.platform.api_server import (
    DEPLOYER,
    GPU,
    IMAGES,
    JOB_CONTROLLER,
    QUEUED,
    SERVING,
    judged_by,
    kubectl,
    namespace,
    needs_api_server,
    pod_spec,
    refusal,
)

pytestmark = needs_api_server
GRANTED, UNGRANTED = "paved-grant-prod", "paved-plain-prod"
BLOCK, RACK = "platform-test.block", "platform-test.rack"
GRANTS = Grants(platform="platform-test", stacks={GRANTED: {"block": BLOCK}, "another-prod": {"rack": RACK}})
OF_JOB = [{"apiVersion": "batch/v1", "kind": "Job", "name": "run", "uid": "0", "controller": True}]
KEPT = {"karpenter.sh/do-not-disrupt": "true"}
ADMITTED_LABEL = {"kueue.x-k8s.io/podset": "main"}
SERVES = {"serving.kserve.io/inferenceservice": "endpoint"}
OF_REPLICAS = [{"apiVersion": "apps/v1", "kind": "ReplicaSet", "name": "endpoint", "uid": "0"}]


def selects(**labels):
    return {"nodeSelector": {f"paved.dev/{key}": value for key, value in labels.items()}}


def tolerates(*values):
    own = [{"key": "paved.dev/stack", "operator": "Equal", "value": value} for value in values]
    return {"tolerations": [{"key": "nvidia.com/gpu", "operator": "Exists"}, *own]}


def pod(stack, owners=(), limits=GPU, **spec):
    metadata = {"name": "probe", "namespace": stack, "ownerReferences": list(owners), "annotations": KEPT}
    if owners is OF_JOB:
        metadata["labels"] = ADMITTED_LABEL
    if owners is OF_REPLICAS:
        metadata["labels"] = SERVES
        spec["serviceAccountName"] = "server"
    return {"apiVersion": "v1", "kind": "Pod", "metadata": metadata, "spec": pod_spec(limits, **spec)}


def job(stack, owners=(), **spec):
    template = {
        "metadata": {"annotations": KEPT},
        "spec": {**pod(stack, **spec)["spec"], "restartPolicy": "Never"},
    }
    metadata = {"name": "probe", "namespace": stack, "labels": QUEUED, "ownerReferences": list(owners)}
    return {"apiVersion": "batch/v1", "kind": "Job", "metadata": metadata, "spec": {"template": template}}


ADMITTED = selects(stack="platform-test", pool="block", accelerator="h100")
"""The selector and toleration that the queue adds to the pods of a job that it admits to the pool."""


@pytest.fixture(scope="module", autouse=True)
def server():
    args = AdmissionArgs(
        environment="prod",
        data_classes=["regulated"],
        dedicated_to=None,
        choices=JobChoices(priorities=["urgent"], accelerators=["cpu", "h100", "l40s"], images=IMAGES),
        frameworks=[],
        labels={},
        grants=GRANTS,
    )
    kubectl("create", "-f", "-", data=namespace(UNGRANTED))
    kubectl("create", "serviceaccount", "default", "-n", UNGRANTED)
    with judged_by(args, GRANTED, pod(UNGRANTED)):
        yield
    kubectl("delete", "namespace", UNGRANTED, "--wait=false")
    done = {**namespace(UNGRANTED), "spec": {"finalizers": []}}
    kubectl("replace", "--raw", f"/api/v1/namespaces/{UNGRANTED}/finalize", "-f", "-", data=done)


@pytest.mark.parametrize(
    "accepted",
    [
        # A job that leaves it to the queue, one that wants its own nodes, one that wants the pool.
        job(GRANTED, **selects(accelerator="h100"), **tolerates(GRANTED)),
        job(GRANTED, **selects(stack=GRANTED, accelerator="h100"), **tolerates(GRANTED)),
        job(GRANTED, **ADMITTED),
        # Their pods, once the queue has admitted them to the pool, or to nodes of the team's own.
        pod(GRANTED, OF_JOB, **ADMITTED, **tolerates(GRANTED, BLOCK)),
        pod(GRANTED, OF_JOB, **selects(accelerator="h100"), **tolerates(GRANTED)),
        # What serves stays where it was.
        pod(GRANTED, OF_REPLICAS, **selects(stack=GRANTED), **tolerates(GRANTED)),
        pod(UNGRANTED, OF_JOB, **selects(stack=UNGRANTED), **tolerates(UNGRANTED)),
        job(UNGRANTED, **selects(stack=UNGRANTED, accelerator="h100"), **tolerates(UNGRANTED)),
        pod(UNGRANTED, limits={}),
    ],
)
def test_what_a_team_may_ask_for(accepted):
    assert refusal(accepted, *maker(accepted)) is None


OWN = "runs on nodes of its own team"


@pytest.mark.parametrize(
    ("refused", "message"),
    [
        # A team without a grant.
        (pod(UNGRANTED, OF_JOB, **ADMITTED, **tolerates(BLOCK)), OWN),
        (pod(UNGRANTED, OF_JOB, **selects(stack=UNGRANTED), **tolerates(BLOCK)), "nodes of another team"),
        (pod(UNGRANTED, OF_JOB, limits={}, **tolerates(BLOCK)), "nodes of another team"),
        (job(UNGRANTED, **selects(stack="platform-test", pool="block")), OWN),
        (pod(UNGRANTED, OF_JOB), f"set nodeSelector paved.dev/stack: {UNGRANTED}"),
        # A pool that is granted to somebody else.
        (
            pod(GRANTED, OF_JOB, **selects(stack="platform-test", pool="rack"), **tolerates(GRANTED)),
            "one of: block",
        ),
        (pod(GRANTED, OF_JOB, **tolerates(RACK)), "nodes of another team"),
        (pod(GRANTED, OF_JOB, **selects(stack="another-prod")), "one of: block"),
        (pod(GRANTED, OF_JOB, **selects(stack="platform-test")), "one of: block"),
        # A granted pool, but past the queue, whatever owner is claimed.
        (job(GRANTED, OF_JOB, **ADMITTED, **tolerates(GRANTED, BLOCK)), "the queue adds the toleration"),
        (pod(GRANTED, **ADMITTED, **tolerates(BLOCK)), "its queue has admitted"),
        (pod(GRANTED, OF_REPLICAS, **ADMITTED, **tolerates(BLOCK)), "the queue adds the toleration"),
        (job(GRANTED, **ADMITTED, **tolerates(BLOCK)), "the queue adds the toleration"),
        # A job that the queue would admit to nodes which it cannot get onto.
        (
            job(GRANTED, **selects(stack="platform-test", pool="block")),
            "paved.dev/accelerator to one of cpu, h100, l40s",
        ),
        (job(GRANTED, **ADMITTED, **tolerates()), "tolerates both taints of its own nodes"),
        (job(GRANTED, **selects(accelerator="h100"), **tolerates()), "or neither"),
        (
            job(GRANTED, **selects(stack=GRANTED, accelerator="h100")),
            "tolerates both taints of its own nodes",
        ),
        (pod(GRANTED, limits={}, **tolerates(BLOCK)), "its queue has admitted"),
        # As ever.
        (
            pod(GRANTED, OF_JOB, tolerations=[{"key": "paved.dev/stack", "operator": "Exists"}]),
            "name the key of every toleration",
        ),
        (pod(GRANTED, OF_JOB, tolerations=[{"operator": "Exists"}]), "name the key of every toleration"),
        (pod(GRANTED, OF_JOB, nodeName="somebodys-node"), "remove nodeName"),
    ],
)
def test_a_refusal_names_the_fix(refused, message):
    assert message in (refusal(refused, *maker(refused)) or "it was accepted")


def maker(thing):
    """Whoever makes it: the controller of what owns it, or the one who deploys."""
    owners = thing["metadata"]["ownerReferences"]
    return JOB_CONTROLLER if owners == OF_JOB else SERVING if owners == OF_REPLICAS else DEPLOYER


def test_the_toleration_of_a_pool_cannot_be_added_later():
    bare = pod(GRANTED, limits={})
    assert kubectl("create", "-f", "-", data=bare).returncode == 0
    value = {"key": "paved.dev/stack", "operator": "Equal", "value": BLOCK}
    added = json.dumps([{"op": "add", "path": "/spec/tolerations/-", "value": value}])
    patched = kubectl(
        "patch", "pod", "probe", "-n", GRANTED, "--dry-run=server", "--type=json", "-p", added, *DEPLOYER
    )
    kubectl("delete", "pod", "probe", "-n", GRANTED, "--force", "--grace-period=0")
    assert "the queue adds the toleration" in patched.stderr


@pytest.mark.parametrize("stack", [GRANTED, UNGRANTED])
def test_a_job_for_cpu_nodes_names_those_of_its_team(stack):
    own = {"tolerations": [{"key": "paved.dev/stack", "operator": "Equal", "value": stack}], "limits": {}}
    assert refusal(job(stack, **selects(stack=stack, accelerator="cpu"), **own), *DEPLOYER) is None
    for chosen in ({}, {"stack": "platform-test", "pool": "block"}):
        wrong = job(stack, **selects(accelerator="cpu", **chosen), **own)
        assert OWN in (refusal(wrong, *DEPLOYER) or "it was accepted")
