import hashlib
import json
import re

import kubernetes_validate
import pulumi_kubernetes as k8s
import pytest

from components.training.runtimes import TrainingRuntimes, TrainingRuntimesArgs, torch_runtime
from reference.vocabulary import TORCH_RUNTIME

RUNTIME = "kubernetes:trainer.kubeflow.org/v1alpha1:ClusterTrainingRuntime"


@pytest.fixture
def planned(plan_program):
    def program():
        release = k8s.core.v1.Namespace("trainer", metadata=k8s.meta.v1.ObjectMetaArgs(name="trainer"))
        TrainingRuntimes("runtimes", TrainingRuntimesArgs(labels={"team": "platform"}, after=[release]))

    return plan_program(program)


def job():
    [only] = torch_runtime()["template"]["spec"]["replicatedJobs"]
    return only["template"]


def test_a_runtime_comes_after_the_controller_that_checks_it(planned):
    [controller] = planned.one(RUNTIME).depends_on
    assert controller.endswith("::trainer")


SPECS = {"torch-distributed-2": "b41a31dcbb3c3d7c"}
"""The digest of each runtime's spec that was released."""


def test_a_changed_runtime_has_a_new_name():
    """Most of a spec is immutable: under its old name, a change would reach no platform that is deployed."""
    text = json.dumps(torch_runtime(), sort_keys=True)
    digest = hashlib.sha256(text.encode()).hexdigest()[:16]
    assert SPECS.get(TORCH_RUNTIME) == digest, (
        f"raise the number in TORCH_RUNTIME, and add its digest: {digest}"
    )


def test_a_runtime_of_a_new_name_replaces_the_one_before(planned):
    """The name of the resource stays, so the engine sees a replacement; the object before it is retained."""
    runtime = planned.one(RUNTIME)
    assert runtime.inputs["metadata"]["name"] == TORCH_RUNTIME
    assert runtime.urn.endswith("::runtimes-torch-distributed")


def test_job_set_takes_the_name_of_every_rule():
    """Its webhook does, and the schema says nothing of it."""
    for rule in torch_runtime()["template"]["spec"]["failurePolicy"]["rules"]:
        assert re.fullmatch(r"[A-Za-z]([A-Za-z0-9_,:]*[A-Za-z0-9_])?", rule["name"])


def test_trainer_finds_the_job_and_the_container_it_is_to_change():
    assert job()["metadata"]["labels"] == {"trainer.kubeflow.org/trainjob-ancestor-step": "trainer"}
    assert [each["name"] for each in job()["spec"]["template"]["spec"]["containers"]] == ["node"]


def test_a_pod_writes_to_its_own_volumes_alone():
    spec = job()["spec"]["template"]["spec"]
    [container] = spec["containers"]
    assert container["securityContext"]["readOnlyRootFilesystem"] is True
    assert {each["mountPath"] for each in container["volumeMounts"]} == {"/tmp", "/dev/shm"}
    assert {"name": "HOME", "value": "/tmp"} in container["env"]
    assert {each["name"] for each in spec["volumes"]} == {each["name"] for each in container["volumeMounts"]}


def test_a_pod_of_the_runtime_is_one_that_kubernetes_knows():
    pod = job()["spec"]["template"]
    spec = pod["spec"] | {"containers": [{**pod["spec"]["containers"][0], "image": "train:1"}]}
    thing = {"apiVersion": "batch/v1", "kind": "Job", "metadata": {"name": "train"}}
    body = {**job()["spec"], "template": {**pod, "spec": spec}}
    kubernetes_validate.validate({**thing, "spec": body}, "1.35", strict=True)


def test_pods_restart_together_and_a_lost_node_does_not_count():
    policy = torch_runtime()["template"]["spec"]["failurePolicy"]
    assert policy["maxRestarts"] == 3
    [rule] = policy["rules"]
    assert rule["action"] == "RestartJobSetAndIgnoreMaxRestarts"
    assert rule["onJobFailureReasons"] == ["PodFailurePolicy"]
    [lost] = job()["spec"]["podFailurePolicy"]["rules"]
    assert lost == {"action": "FailJob", "onPodConditions": [{"type": "DisruptionTarget", "status": "True"}]}
    assert job()["spec"]["backoffLimit"] == 0


def test_the_runtime_matches_its_golden_file(golden):
    golden("components/torch_runtime.json", torch_runtime())
