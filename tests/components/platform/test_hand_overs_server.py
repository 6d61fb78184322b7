"""Pod Security takes a hand-over where it is done and refuses it in a team's namespace, at a real API server."""

import pytest

from paved.runtime.values import as_json
from tests.components.platform.api_server import KUBECONFIG, kubectl, needs_api_server, refusal

pytestmark = needs_api_server
JOB = "kubernetes:batch/v1:Job"
NAMESPACE = "kubernetes:core/v1:Namespace"
ACCOUNT = "hand-over"


def made(name, level):
    """A namespace of the tests' own at the level of another."""
    labels = {"pod-security.kubernetes.io/enforce": level}
    return {"apiVersion": "v1", "kind": "Namespace", "metadata": {"name": name, "labels": labels}}


@pytest.fixture(scope="module")
def levels(planner):
    """By the level that a namespace of the plan enforces: a namespace of the tests' own that enforces it."""
    platform, team = planner.plan("platform-prod"), planner.plan("vision-prod")
    planned = {
        each.inputs["metadata"]["name"]: each for each in (*platform.of(NAMESPACE), *team.of(NAMESPACE))
    }
    found = {}
    for name in ("hand-overs", "vision-prod"):
        level = planned[name].inputs["metadata"]["labels"]["pod-security.kubernetes.io/enforce"]
        found[name] = f"paved-test-{level}"
        kubectl("apply", "-f", "-", data=made(found[name], level))
        kubectl("create", "serviceaccount", ACCOUNT, "-n", found[name])
    yield found
    for name in found.values():
        kubectl("delete", "namespace", name, "--wait=false")


@pytest.fixture(scope="module")
def pod(planner):
    """The pod that the Job of the plan makes."""
    job = as_json(planner.plan("vision-prod").one(JOB).inputs)
    return job["spec"]["template"]["spec"]


def probe(pod, namespace):
    metadata = {"name": "probe", "namespace": namespace}
    return {"apiVersion": "v1", "kind": "Pod", "metadata": metadata, "spec": pod}


def test_the_pod_is_taken_where_file_systems_are_handed_over(levels, pod):
    assert KUBECONFIG
    assert refusal(probe(pod, levels["hand-overs"])) is None


def test_the_pod_is_refused_in_a_teams_namespace(levels, pod):
    said = refusal(probe(pod, levels["vision-prod"]))
    assert 'violates PodSecurity "restricted' in said
    assert "runAsNonRoot != true" in said


def test_more_than_the_baseline_level_is_refused_there(levels, pod):
    [container] = pod["containers"]
    capabilities = {"drop": ["ALL"], "add": ["CHOWN", "SYS_ADMIN"]}
    wider = {**container, "securityContext": {**container["securityContext"], "capabilities": capabilities}}
    assert 'violates PodSecurity "baseline' in refusal(
        probe({**pod, "containers": [wider]}, levels["hand-overs"])
    )
