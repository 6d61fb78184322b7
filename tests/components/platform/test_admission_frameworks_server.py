"""The effect of the admission policies on jobs of frameworks, at a real API server that has their definitions."""

import copy

import pytest

from components.platform.admission import AdmissionArgs
from components.platform.admission_rules import JobChoices
from reference.vocabulary import TORCH_RUNTIME
from tests.components.platform.api_server import (
    GPU,
    IMAGES,
    QUEUED,
    judged_by,
    kubectl,
    needs_api_server,
    pod_spec,
    refusal,
)

pytestmark = needs_api_server
TEAM = "paved-test-jobs"
OWN_NODES = {"nodeSelector": {"paved.dev/stack": TEAM}}
QUEUED_NODES = {
    "nodeSelector": {"paved.dev/stack": TEAM, "paved.dev/accelerator": "h100"},
    "tolerations": [
        {"key": "paved.dev/stack", "operator": "Equal", "value": TEAM},
        {"key": "nvidia.com/gpu", "operator": "Exists"},
    ],
}
"""What a queued job says of the nodes of its own team."""
KEPT = {"karpenter.sh/do-not-disrupt": "true"}
EVERYWHERE = {"tolerations": [{"operator": "Exists"}]}
TRAINER = "system:serviceaccount:kubeflow-system:kubeflow-trainer-controller-manager"
JOB_SETS = "system:serviceaccount:kubeflow-system:jobset-controller-manager"
ROOT = ("--as-group=system:masters",)


def template(limits=None, **spec):
    return {"metadata": {"annotations": KEPT}, "spec": pod_spec(limits, **spec)}


def custom_object(api_version, kind, spec, labels):
    metadata = {"name": "probe", "namespace": TEAM, "labels": labels}
    return {"apiVersion": api_version, "kind": kind, "metadata": metadata, "spec": spec}


def cluster_spec(worker, head=None):
    """The cluster of a head and a worker, a GPU worker's head on the same nodes."""
    head = head or template(**{key: worker["spec"][key] for key in QUEUED_NODES if key in worker["spec"]})
    groups = [{"groupName": "gpu", "replicas": 1, "rayStartParams": {}, "template": worker}]
    head = {"rayStartParams": {}, "template": head}
    return {"headGroupSpec": head, "workerGroupSpecs": groups}


def ray_cluster(worker, labels, head=None):
    return custom_object("ray.io/v1", "RayCluster", cluster_spec(worker, head), labels)


def ray_job(worker, labels, **spec):
    cluster = cluster_spec(worker)
    submitter = cluster["headGroupSpec"]["template"]
    body = {"rayClusterSpec": cluster, "submitterPodTemplate": submitter, **spec}
    return custom_object("ray.io/v1", "RayJob", body, labels)


def on_a_cluster_that_is_there(name):
    spec = {"clusterSelector": {"ray.io/cluster": name}, "submissionMode": "HTTPMode"}
    return custom_object("ray.io/v1", "RayJob", spec, {})


def job_set(pod, labels):
    job = {"name": "node", "replicas": 1, "template": {"spec": {"template": pod}}}
    return custom_object("jobset.x-k8s.io/v1alpha2", "JobSet", {"replicatedJobs": [job]}, labels)


def job(pod, labels):
    pod["spec"]["restartPolicy"] = "Never"
    return custom_object("batch/v1", "Job", {"template": pod}, labels)


def train_job(labels, resources=GPU, selector=QUEUED_NODES["nodeSelector"]):
    pod = {"spec": {"nodeSelector": selector}}
    job = {"name": "node", "template": {"spec": {"template": pod}}}
    patch = {
        "manager": "paved.dev/team",
        "trainingRuntimeSpec": {"template": {"spec": {"replicatedJobs": [job]}}},
    }
    spec = {
        "runtimeRef": {"name": TORCH_RUNTIME},
        "trainer": {"numNodes": 2, "resourcesPerNode": {"limits": resources}},
        "runtimePatches": [patch],
    }
    return custom_object("trainer.kubeflow.org/v1alpha1", "TrainJob", spec, labels)


@pytest.fixture(scope="module", autouse=True)
def server():
    args = AdmissionArgs(
        environment="prod",
        data_classes=["regulated"],
        dedicated_to="risk",
        choices=JobChoices(
            priorities=["urgent", "experiment"], accelerators=["cpu", "h100", "l40s"], images=IMAGES
        ),
        frameworks=["ray", "trainer"],
        labels={},
    )
    with judged_by(args, TEAM, train_job({})):
        yield
        for kind in ("rayclusters.ray.io", "rayjobs.ray.io"):
            kubectl("delete", kind, "probe", "-n", TEAM, "--ignore-not-found")


@pytest.mark.parametrize(
    "accepted",
    [
        ray_cluster(template(GPU, **QUEUED_NODES), QUEUED),
        ray_cluster(template(), {}),
        ray_job(
            template(GPU, **QUEUED_NODES),
            {**QUEUED, "kueue.x-k8s.io/priority-class": "urgent"},
            shutdownAfterJobFinishes=True,  # or Kueue refuses it, where it runs
        ),
        ray_job(template(), {}),
        on_a_cluster_that_is_there("mine"),
        job_set(template(GPU, **QUEUED_NODES), QUEUED),
        job_set(template(), {}),
        train_job(QUEUED),
    ],
    ids=lambda thing: thing["kind"],
)
def test_what_a_team_may_ask_for(accepted):
    assert refusal(accepted) is None


@pytest.mark.parametrize(
    ("refused", "message"),
    [
        (ray_cluster(template(GPU, **OWN_NODES), {}), "label it kueue.x-k8s.io/queue-name"),
        (ray_cluster(template(GPU), QUEUED), f"set nodeSelector paved.dev/stack: {TEAM}"),
        (ray_cluster(template(), {}, head=template(GPU)), f"set nodeSelector paved.dev/stack: {TEAM}"),
        (ray_cluster(template(**EVERYWHERE), {}), "name the key of every toleration"),
        (ray_job(template(GPU, **OWN_NODES), {}), "label it kueue.x-k8s.io/queue-name"),
        (
            ray_job({"spec": template(GPU, **QUEUED_NODES)["spec"]}, QUEUED),
            "annotate it karpenter.sh/do-not-disrupt",
        ),
        (ray_job(template(GPU), QUEUED), f"set nodeSelector paved.dev/stack: {TEAM}"),
        (ray_job(template(), {}, submitterPodTemplate=template(**EVERYWHERE)), "name the key of every"),
        (ray_job(template(nodeName="node"), {}), "remove nodeName and use nodeSelector"),
        (
            ray_job(template(), {"kueue.x-k8s.io/priority-class": "asap"}),
            "one of urgent, experiment, not asap",
        ),
        (job_set(template(GPU, **OWN_NODES), {}), "label it kueue.x-k8s.io/queue-name"),
        (job_set(template(GPU), QUEUED), f"set nodeSelector paved.dev/stack: {TEAM}"),
        (ray_job(template(GPU, **OWN_NODES), QUEUED), "set nodeSelector paved.dev/accelerator to one of"),
        (
            ray_job(template(GPU, **QUEUED_NODES), QUEUED, submitterPodTemplate=template()),
            "every pod template",
        ),
        (ray_cluster(template(GPU, **QUEUED_NODES), QUEUED, head=template()), "every pod template"),
        (ray_cluster(template(**QUEUED_NODES), {}), "runs on nodes without accelerators"),
        (job_set(template(**OWN_NODES), {}), "runs on nodes without accelerators"),
        (ray_cluster(template(**QUEUED_NODES), QUEUED), "leave the label kueue.x-k8s.io/queue-name off"),
        (job_set(template(GPU, **OWN_NODES), QUEUED), "set nodeSelector paved.dev/accelerator to one of"),
        (train_job(QUEUED, selector={}), "set nodeSelector paved.dev/accelerator to one of cpu, h100, l40s"),
        (
            train_job(QUEUED, selector={"paved.dev/accelerator": "h10"}),
            "the pod template in spec.runtimePatches",
        ),
        (train_job(QUEUED, resources={}), "leave the label kueue.x-k8s.io/queue-name off"),
        (train_job({}), "label it kueue.x-k8s.io/queue-name"),
        (
            train_job({**QUEUED, "kueue.x-k8s.io/priority-class": "asap"}),
            "one of urgent, experiment, not asap",
        ),
    ],
    ids=lambda thing: thing["kind"] if isinstance(thing, dict) else "",
)
def test_a_refusal_names_the_fix(refused, message):
    assert message in (refusal(refused) or "it was accepted")


def test_jobs_that_controllers_create_for_a_train_job_need_no_label():
    assert refusal(job_set(template(GPU, **OWN_NODES), {}), f"--as={TRAINER}", *ROOT) is None
    assert refusal(job(template(GPU, **OWN_NODES), {}), f"--as={JOB_SETS}", *ROOT) is None


def test_a_controller_of_that_name_in_a_teams_namespace_makes_nothing():
    disguised = f"--as=system:serviceaccount:{TEAM}:jobset-controller-manager"
    assert "makes no jobs" in (refusal(job(template(GPU, **OWN_NODES), {}), disguised, *ROOT) or "")


def test_a_cluster_does_not_grow_past_its_queue():
    assert kubectl("create", "-f", "-", data=ray_cluster(template(), {})).returncode == 0
    grown = kubectl(
        "replace", "--dry-run=server", "-f", "-", data=ray_cluster(template(GPU, **OWN_NODES), {})
    )
    assert "label it kueue.x-k8s.io/queue-name" in grown.stderr


def test_what_was_let_in_can_be_finished_under_later_rules():
    """A finalizer must come off whatever the rules say by then."""
    assert kubectl("create", "-f", "-", data=ray_job(template(), {})).returncode == 0
    # What changes neither spec nor labels is not judged.
    done = kubectl("annotate", "rayjobs.ray.io", "probe", "-n", TEAM, "note=gone", "--dry-run=server")
    assert done.returncode == 0, done.stderr
    label = "kueue.x-k8s.io/priority-class=gone"
    done = kubectl("label", "rayjobs.ray.io", "probe", "-n", TEAM, label, "--dry-run=server")
    assert "one of urgent, experiment, not gone" in done.stderr


CPUS = {**QUEUED_NODES["nodeSelector"], "paved.dev/accelerator": "cpu"}
ANY = {"cpu": "4"}


def patched_again(made, selector):
    """A TrainJob with a second patch of the same pods, which Trainer merges over the first."""
    again = copy.deepcopy(made["spec"]["runtimePatches"][0])
    again["manager"] = "paved.dev/other"
    [of_nodes] = again["trainingRuntimeSpec"]["template"]["spec"]["replicatedJobs"]
    of_nodes["template"]["spec"]["template"]["spec"]["nodeSelector"] = selector
    made["spec"]["runtimePatches"].append(again)
    return made


def test_a_train_job_without_devices_selects_cpu_nodes_and_no_others():
    assert refusal(train_job(QUEUED, ANY, CPUS)) is None
    for first, then in ((CPUS, QUEUED_NODES["nodeSelector"]), (QUEUED_NODES["nodeSelector"], CPUS)):
        moved = patched_again(train_job(QUEUED, ANY, first), then)
        assert "the queues are for jobs that request" in (refusal(moved) or "it was accepted")
