"""The effect of the admission policies on pods, Jobs and namespaces, at a real API server."""

import json

import pytest

from components.platform.admission import AdmissionArgs
from components.platform.admission_rules import JobChoices
from tests.components.platform.api_server import (
    GPU,
    IMAGES,
    QUEUED,
    judged_by,
    kubectl,
    namespace,
    needs_api_server,
    pod_spec,
    refusal,
)

pytestmark = needs_api_server
TEAM = "paved-test-prod"
NEURON = {"aws.amazon.com/neuron": "16"}
OWN_NODES = {"nodeSelector": {"paved.dev/stack": TEAM}}
QUEUED_NODES = {
    "nodeSelector": {"paved.dev/stack": TEAM, "paved.dev/accelerator": "h100"},
    "tolerations": [
        {"key": "paved.dev/stack", "operator": "Equal", "value": TEAM},
        {"key": "nvidia.com/gpu", "operator": "Exists"},
    ],
}
"""What a queued job says of the nodes of its own team."""
CPU_NODES = {
    "nodeSelector": {"paved.dev/stack": TEAM, "paved.dev/accelerator": "cpu"},
    "tolerations": [{"key": "paved.dev/stack", "operator": "Equal", "value": TEAM}],
}
"""The same of one for CPU nodes of its own team."""
KEPT = {"karpenter.sh/do-not-disrupt": "true"}
ADMITTED = {"kueue.x-k8s.io/podset": "main"}


def pod(limits=None, *, where="containers", labels=ADMITTED, annotations=KEPT, **spec):
    """A pod of a job that Kueue has admitted: an administrator passes for the controller that makes it."""
    body = pod_spec()
    body[where] = [{**pod_spec(limits)["containers"][0], "name": "wanted"}]
    metadata = {
        "name": "probe",
        "namespace": TEAM,
        "labels": labels,
        "annotations": annotations,
    }
    return {"apiVersion": "v1", "kind": "Pod", "metadata": metadata, "spec": {**body, **spec}}


def job(limits=None, labels=None, annotations=KEPT, **spec):
    template = {
        "metadata": {"annotations": annotations},
        "spec": {**pod(limits)["spec"], "restartPolicy": "Never", **spec},
    }
    metadata = {"name": "probe", "namespace": TEAM, "labels": labels or {}}
    return {"apiVersion": "batch/v1", "kind": "Job", "metadata": metadata, "spec": {"template": template}}


def toleration(**fields):
    return {"tolerations": [fields]}


DEVICE = toleration(key="nvidia.com/gpu", operator="Exists")
OFF_DEVICES = "runs on nodes without accelerators: leave out its tolerations of them"


@pytest.fixture(scope="module", autouse=True)
def server():
    args = AdmissionArgs(
        environment="prod",
        data_classes=["regulated"],
        dedicated_to="risk",
        choices=JobChoices(
            priorities=["urgent", "experiment"], accelerators=["cpu", "h100", "l40s"], images=IMAGES
        ),
        frameworks=[],
        labels={},
    )
    with judged_by(args, TEAM, pod(GPU)):
        yield


@pytest.mark.parametrize(
    "accepted",
    [
        pod(),
        pod(GPU, **OWN_NODES),
        pod(NEURON, **OWN_NODES),
        pod(GPU, where="initContainers", **OWN_NODES),
        pod(**toleration(key="paved.dev/stack", operator="Equal", value=TEAM, effect="NoSchedule")),
        pod(**toleration(key="paved.dev/stack", value=TEAM)),
        job(),
        job(GPU, QUEUED, **QUEUED_NODES),
        job(labels=QUEUED, **CPU_NODES),
        pod(**CPU_NODES),
        job(GPU, QUEUED, {"karpenter.sh/do-not-disrupt": "1h30m"}, **QUEUED_NODES),
        job(annotations=None),
        pod(labels={}),
        pod(annotations={}),
        job(GPU, {**QUEUED, "kueue.x-k8s.io/priority-class": "experiment"}, **QUEUED_NODES),
        namespace("paved-test-other"),
        namespace("paved-test-system", **{"paved.dev/stack": None, "team": None, "data-class": None}),
    ],
)
def test_what_a_team_may_ask_for(accepted):
    assert refusal(accepted) is None


@pytest.mark.parametrize(
    ("refused", "message"),
    [
        (pod(GPU), f"set nodeSelector paved.dev/stack: {TEAM}"),
        (pod(GPU, where="initContainers"), f"set nodeSelector paved.dev/stack: {TEAM}"),
        (pod({"nvidia.com/mig-1g.10gb": "1"}), f"set nodeSelector paved.dev/stack: {TEAM}"),
        (pod(NEURON), f"set nodeSelector paved.dev/stack: {TEAM}"),
        (pod({"aws.amazon.com/neuroncore": "2"}), f"set nodeSelector paved.dev/stack: {TEAM}"),
        (job(NEURON, **OWN_NODES), "label it kueue.x-k8s.io/queue-name"),
        (pod(GPU, nodeSelector={"paved.dev/stack": "vision-prod"}), f"paved.dev/stack: {TEAM}"),
        (pod(**toleration(key="paved.dev/stack", value="vision-prod")), f"operator Equal and value {TEAM}"),
        (pod(**toleration(key="paved.dev/stack", operator="Exists")), f"operator Equal and value {TEAM}"),
        (pod(**toleration(operator="Exists")), "name the key of every toleration"),
        (pod(nodeName="somebodys-node"), "remove nodeName and use nodeSelector"),
        (job(GPU, **OWN_NODES), "label it kueue.x-k8s.io/queue-name"),
        (job(labels={"kueue.x-k8s.io/priority-class": "asap"}), "one of urgent, experiment, not asap"),
        (job(GPU, QUEUED, None, **QUEUED_NODES), "annotate it karpenter.sh/do-not-disrupt"),
        (job(GPU, QUEUED, {"karpenter.sh/do-not-disrupt": "yes"}, **QUEUED_NODES), 'such as "30m"'),
        (job(GPU, QUEUED, {"karpenter.sh/do-not-disrupt": "0m"}, **QUEUED_NODES), 'such as "30m"'),
        (pod(GPU, annotations={}, **OWN_NODES), "annotate it karpenter.sh/do-not-disrupt"),
        (job(labels=QUEUED, **QUEUED_NODES), "leave the label kueue.x-k8s.io/queue-name off"),
        (job(GPU, QUEUED, **OWN_NODES), "set nodeSelector paved.dev/accelerator to one of cpu, h100, l40s"),
        (
            job(GPU, QUEUED, **{**QUEUED_NODES, **OWN_NODES}),
            "set nodeSelector paved.dev/accelerator to one of cpu, h100, l40s",
        ),
        (job(GPU, QUEUED, nodeSelector=QUEUED_NODES["nodeSelector"]), "tolerates both taints of its nodes"),
        (job(GPU, QUEUED), f"set nodeSelector paved.dev/stack: {TEAM}"),
        (job(**toleration(operator="Exists")), "name the key of every toleration"),
        (pod(**DEVICE), OFF_DEVICES),
        (pod(labels=ADMITTED, **DEVICE), OFF_DEVICES),
        (pod(**toleration(key="aws.amazon.com/neuron", value="true")), OFF_DEVICES),
        (pod(**OWN_NODES), OFF_DEVICES),
        (pod(nodeSelector={"paved.dev/accelerator": "h100"}), OFF_DEVICES),
        (job(**DEVICE), OFF_DEVICES),
        (job(**OWN_NODES), OFF_DEVICES),
        (job(GPU, QUEUED, **CPU_NODES), "the queues are for jobs that"),
        (job(labels=QUEUED, annotations=None, **CPU_NODES), "annotate it karpenter.sh/do-not-disrupt"),
        (job(labels=QUEUED, nodeSelector=CPU_NODES["nodeSelector"]), "tolerates both taints of its nodes"),
        (
            job(labels=QUEUED, **{**CPU_NODES, "nodeSelector": {"paved.dev/accelerator": "cpu"}}),
            f"set nodeSelector paved.dev/stack: {TEAM}",
        ),
        (namespace("paved-test-a", **{"paved.dev/stack": TEAM}), "must be paved-test-a"),
        (namespace("paved-test-a", **{"data-class": "internal"}), "for regulated data, not for internal"),
        (namespace("paved-test-a", **{"data-class": None}), "for regulated data"),
        (namespace("paved-test-a", team="vision"), "serves the team risk alone, not vision"),
    ],
)
def test_a_refusal_names_the_fix(refused, message):
    assert message in (refusal(refused) or "it was accepted")


def test_a_toleration_cannot_be_added_later():
    assert kubectl("create", "-f", "-", data=pod()).returncode == 0
    added = json.dumps([{"op": "add", "path": "/spec/tolerations/-", "value": {"operator": "Exists"}}])
    patched = kubectl("patch", "pod", "probe", "-n", TEAM, "--dry-run=server", "--type=json", "-p", added)
    assert "name the key of every toleration" in patched.stderr


def test_a_training_pod_that_runs_is_not_refused_what_its_controllers_do():
    metadata = {"name": "trained", "namespace": TEAM, "labels": ADMITTED, "annotations": KEPT}
    assert kubectl("create", "-f", "-", data={**pod(GPU, **OWN_NODES), "metadata": metadata}).returncode == 0
    gone = json.dumps([{"op": "remove", "path": "/metadata/annotations/karpenter.sh~1do-not-disrupt"}])
    done = kubectl("patch", "pod", "trained", "-n", TEAM, "--dry-run=server", "--type=json", "-p", gone)
    assert done.returncode == 0, done.stderr


def test_a_namespace_cannot_leave_its_stack():
    done = kubectl("label", "namespace", TEAM, "paved.dev/stack-", "--dry-run=server")
    assert f"must be {TEAM}" in done.stderr


def acting(*groups):
    """Somebody whom RBAC lets do anything, in groups of the team."""
    return (
        "--as=deployer",
        "--as-group=system:authenticated",
        *(f"--as-group=paved:{TEAM}{g}" for g in groups),
    )


OF_A_PROMOTER = "makes Jobs with serviceAccountName promoter, and no others"


@pytest.mark.parametrize("rights", [":view", ":operate"])
def test_a_promoter_who_views_or_operates_makes_no_other_job(rights):
    assert OF_A_PROMOTER in (refusal(job(), *acting(":promoters", rights)) or "it was accepted")


@pytest.mark.parametrize("groups", [("",), (":submit",), ("", ":promoters")])
def test_who_develops_makes_jobs_whether_a_promoter_or_not(groups):
    assert refusal(job(), *acting(*groups)) is None


@pytest.fixture
def job_there(server):
    there = job()
    there["metadata"]["name"] = "there"
    made = kubectl("create", "-f", "-", data=there)
    assert made.returncode == 0, made.stderr
    yield "job/there"
    kubectl("delete", "job", "there", "-n", TEAM, "--cascade=background", "--wait=false")


def done_to(what, *command, groups):
    done = kubectl(*command, what, "-n", TEAM, "--dry-run=server", *acting(*groups))
    return done.stderr if done.returncode else None


@pytest.mark.parametrize(
    ("groups", "is_refused"),
    [
        ((":promoters",), True),
        ((":promoters", ":view"), True),
        ((":promoters", ":operate"), False),
        ((":promoters", ""), False),
        ((":operate",), False),
    ],
)
def test_a_promoter_ends_other_jobs_by_a_right_to_end_them_alone(job_there, groups, is_refused):
    found = done_to(job_there, "delete", groups=groups)
    assert ("which leaves every other job alone" in (found or "")) == is_refused


def test_a_promoter_who_operates_changes_a_job_as_who_operates(job_there):
    other = ("patch", "--type=merge", "-p", '{"spec": {"backoffLimit": 9}}')
    assert "and nothing else" in (done_to(job_there, *other, groups=(":promoters", ":operate")) or "")
    assert done_to(job_there, *other, groups=(":promoters", "")) is None
    scaled = ("patch", "--type=merge", "-p", '{"spec": {"parallelism": 2}}')
    assert done_to(job_there, *scaled, groups=(":promoters", ":operate")) is None


def claim(**spec):
    wanted = {"accessModes": ["ReadWriteOnce"], "resources": {"requests": {"storage": "1Gi"}}, **spec}
    metadata = {"name": "mine", "namespace": TEAM}
    return {"apiVersion": "v1", "kind": "PersistentVolumeClaim", "metadata": metadata, "spec": wanted}


HOME = {"kind": "PersistentVolumeClaim", "name": "notebook-ada"}
GROWING = {"name": "scratch", "ephemeral": {"volumeClaimTemplate": {"spec": claim(dataSource=HOME)["spec"]}}}


@pytest.mark.parametrize(
    "copied", [claim(dataSource=HOME), claim(dataSourceRef=HOME), job(volumes=[GROWING])], ids=str
)
def test_no_claim_copies_the_disk_of_another(copied):
    assert refusal(claim(), *acting("")) is None
    assert "a claim gets a new disk" in (refusal(copied, *acting("")) or "it was accepted")
