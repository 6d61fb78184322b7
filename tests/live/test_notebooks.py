"""Notebooks of a team: what its hub may make, where it runs, and whose homes are whose."""

import copy
from collections.abc import Callable, Sequence
from typing import Any

import pytest

from reference.vocabulary import POOL_LABEL, QUEUE_LABEL, hub_namespace
from tests.live.cluster import Manifest
from tests.live.conftest import Deployed
from tests.live.jobs import member_of, refusal
from tests.live.notebooks import HUB, PERSON, TEAM, disk_of, notebook, spawn

pytestmark = pytest.mark.parametrize("deployment", ["platform-dev"], indirect=True, scope="session")

Change = Callable[[Manifest], Any]


def container(pod: Manifest) -> Manifest:
    found: Manifest = pod["spec"]["containers"][0]
    return found


def gpus(pod: Manifest, count: str) -> None:
    for kind in ("requests", "limits"):
        container(pod)["resources"][kind]["nvidia.com/gpu"] = count


def of(pod: Manifest, person: str) -> None:
    pod["metadata"] |= {"name": f"notebook-{person}"}
    pod["metadata"]["labels"]["paved.dev/notebook"] = person
    mount(pod, f"notebook-{person}")


def mount(pod: Manifest, claim: str) -> None:
    pod["spec"]["volumes"][0]["persistentVolumeClaim"]["claimName"] = claim


BEYOND: dict[str, tuple[Change, str]] = {
    "of nobody of the file": (lambda pod: of(pod, "eve"), "somebody whom the stack file names"),
    "with the home of another": (lambda pod: mount(pod, "notebook-grace"), "the home of its person"),
    "of another image": (
        lambda pod: container(pod).update(
            image=container(pod)["image"].replace("/notebook@", "/click-ranker@")
        ),
        "is one container of",
    ),
    "with a command": (lambda pod: container(pod).update(command=["sh"]), "is one container of"),
    "with two containers": (
        lambda pod: pod["spec"]["containers"].append({**container(pod), "name": "two"}),
        "is one container of",
    ),
    "with more GPUs": (lambda pod: gpus(pod, "8"), "has a size of notebooks.servers"),
    "with more CPUs": (
        lambda pod: container(pod)["resources"]["requests"].update(cpu="64"),
        "has a size of notebooks.servers",
    ),
    "on other nodes": (
        lambda pod: pod["spec"]["nodeSelector"].update({POOL_LABEL: "another"}),
        "has a size of notebooks.servers",
    ),
    "past the queue": (
        lambda pod: pod["metadata"]["labels"].pop(QUEUE_LABEL),
        "is one of a job that its queue has admitted",
    ),
    "without an end": (lambda pod: pod["spec"].pop("activeDeadlineSeconds"), "a notebook ends"),
    "as another account": (
        lambda pod: pod["spec"].update(serviceAccountName="server"),
        "service account trainer",
    ),
    "as root": (
        lambda pod: container(pod)["securityContext"].update(privileged=True, allowPrivilegeEscalation=True),
        "",
    ),
}
"""Pods that a hub would make which somebody has taken over, and the words by which each is refused."""


def may(deployment: Deployed, who: Sequence[str], verb: str, kind: str, namespace: str) -> bool:
    """Whether RBAC lets somebody do it. A part of a kind comes after a slash."""
    whole, _, part = kind.partition("/")
    more = [f"--subresource={part}"] if part else []
    done = deployment.cluster.kubectl("auth", "can-i", verb, whole, "-n", namespace, *more, *who)
    return done.stdout.strip() == "yes"


def queues_pods(deployment: Deployed) -> bool:
    """Whether Kueue is asked of pods, as the platform's `queues.notebooks` has it."""
    for each in deployment.cluster.items("mutatingwebhookconfigurations"):
        if any(webhook["name"] == "mpod.kb.io" for webhook in each["webhooks"]):
            return True
    return False


@pytest.fixture
def queued(deployment: Deployed) -> Deployed:
    """The deployment, in a cluster whose Kueue queues pods. Skips without."""
    if not queues_pods(deployment):
        pytest.skip("Kueue is not asked of pods: it runs without the integration `pod`")
    return deployment


def test_the_hub_makes_the_notebooks_that_kubespawner_makes(queued: Deployed):
    found = {size: refusal(queued.cluster, notebook(size), HUB) for size in ("small", "gpu")}
    assert found == {"small": None, "gpu": None}


@pytest.mark.parametrize("name", BEYOND)
def test_the_hub_makes_no_pod_beyond_the_file(queued: Deployed, name: str):
    change, words = BEYOND[name]
    pod = notebook("gpu")
    change(pod)
    said = refusal(queued.cluster, pod, HUB)
    assert said and words in said


def test_nobody_else_makes_a_notebook(deployment: Deployed):
    assert "forbidden" in (refusal(deployment.cluster, notebook("small"), member_of(TEAM)) or "")
    foreign = [*HUB]
    foreign[0] = f"--as=system:serviceaccount:{hub_namespace('vision-dev')}:hub"
    assert refusal(deployment.cluster, notebook("small"), foreign)


def test_the_hub_makes_nothing_but_pods(deployment: Deployed):
    for kind in ("secrets", "persistentvolumeclaims", "services", "jobs.batch", "pods/exec"):
        for namespace in (TEAM, hub_namespace(TEAM), "kube-system"):
            assert not may(deployment, HUB, "create", kind, namespace), (kind, namespace)


def test_a_job_mounts_nobodys_home(deployment: Deployed):
    [*_, job] = deployment.teams[TEAM].samples["accept-disks-l4"]
    thief = copy.deepcopy(job)
    home = {"name": "home", "persistentVolumeClaim": {"claimName": f"notebook-{PERSON}"}}
    thief["spec"]["template"]["spec"]["volumes"].append(home)
    assert "their notebooks alone mount them" in (refusal(deployment.cluster, thief, member_of(TEAM)) or "")


def test_members_forward_a_port_of_the_hub_and_of_nothing_else(deployment: Deployed):
    who, hub = member_of(TEAM), hub_namespace(TEAM)
    assert may(deployment, who, "create", "pods/portforward", hub)
    assert not may(deployment, who, "create", "pods/portforward", TEAM)
    for verb, kind in (("get", "secrets"), ("create", "pods/exec"), ("get", "pods/log"), ("create", "pods")):
        assert not may(deployment, who, verb, kind, hub), (verb, kind)


def test_a_notebook_with_a_gpu_is_admitted_by_its_queue_on_its_pool(queued: Deployed):
    cluster, claims = queued.cluster, queued.teams[TEAM].of("PersistentVolumeClaim")
    [home] = [each for each in claims if each["metadata"]["name"] == f"notebook-{PERSON}"]
    cluster.apply([home, disk_of(home)])
    pod = notebook("gpu")
    spawn(cluster, pod)
    try:
        placed = cluster.wait("the notebook to be on a node", lambda: on_a_node(queued))
        node = cluster.read("node", placed["spec"]["nodeName"])
        assert node["metadata"]["labels"][POOL_LABEL] == "l4"
        [workload] = [
            each
            for each in cluster.items("workloads.kueue.x-k8s.io", "-n", TEAM)
            if any(owner["name"] == pod["metadata"]["name"] for owner in each["metadata"]["ownerReferences"])
        ]
        assert workload["status"]["admission"]["clusterQueue"] == TEAM
        refused = cluster.kubectl(
            "delete", "pvc", home["metadata"]["name"], "-n", TEAM, "--dry-run=server", *member_of(TEAM)
        )
        assert "change it in the stack file" in refused.stderr
    finally:
        cluster.delete("pod", pod["metadata"]["name"], "-n", TEAM)


def on_a_node(deployed: Deployed) -> Manifest | None:
    """The notebook, once it is on a node."""
    pod: Manifest | None = deployed.cluster.read("pod", f"notebook-{PERSON}", "-n", TEAM)
    return pod if pod and pod["spec"].get("nodeName") else None
