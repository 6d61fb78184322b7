"""TrainJobs go through the real Trainer and JobSet, with their webhooks, to pods on the nodes of their pool."""

import copy
import json
from collections.abc import Iterator

import pytest

from reference.vocabulary import TORCH_RUNTIME
from tests.live.cluster import Manifest
from tests.live.conftest import PLATFORMS, PRODUCTION, Deployed, holds
from tests.live.jobs import NOWHERE, admitted, refusal, run_where_named, submitted, templates, workload
from tests.live.ready import controllers

NEEDED = {"jobset", "trainer"}
HYPHENATED, EARLIER = "torch-hyphenated", "torch-earlier"
"""Runtimes of the tests' own."""


@pytest.fixture
def trained(deployment: Deployed) -> Deployed:
    """A platform with Trainer. Skips where the cluster has no controllers for it."""
    if not deployment.platform.of("ClusterTrainingRuntime"):
        pytest.skip("the platform does not run `trainer`")
    if missing := NEEDED - controllers(deployment.cluster):
        pytest.skip(f"the cluster does not run {', '.join(sorted(missing))}")
    return deployment


def train_jobs(deployed: Deployed) -> Iterator[tuple[Manifest, ...]]:
    """The sample TrainJobs of a platform's teams, each after what belongs to it."""
    for team in deployed.teams.values():
        yield from (each for each in team.samples.values() if each[-1]["kind"] == "TrainJob")


def with_runtime(deployed: Deployed, name: str) -> tuple[Manifest, ...]:
    """A sample TrainJob that names another runtime, after what belongs to it."""
    found = copy.deepcopy(next(train_jobs(deployed)))
    found[-1]["spec"]["runtimeRef"]["name"] = name
    return found


def runtime(deployed: Deployed, name: str, rule: str | None = None) -> Manifest:
    """The platform's runtime under another name, and with another name of its failure rule."""
    [found] = copy.deepcopy(deployed.platform.of("ClusterTrainingRuntime"))
    found["metadata"]["name"] = name
    if rule:
        found["spec"]["template"]["spec"]["failurePolicy"]["rules"][0]["name"] = rule
    return found


@PLATFORMS
def test_a_train_job_reaches_its_pods_on_the_pool_that_it_names(trained: Deployed):
    found = list(train_jobs(trained))
    assert found
    for manifests in found:
        run_where_named(trained, *manifests)


@PRODUCTION
def test_a_rule_with_a_hyphen_reaches_no_pods(trained: Deployed):
    """What kept every TrainJob from its pods: JobSet's webhook refuses what Trainer makes of the runtime."""
    trained.cluster.apply([runtime(trained, HYPHENATED, "node-went-away")])
    jobs = with_runtime(trained, HYPHENATED)
    namespace = jobs[-1]["metadata"]["namespace"]
    with submitted(trained.cluster, *jobs):
        words = "invalid failure policy rule name"
        trained.cluster.wait("an event of the TrainJob", lambda: words in events(trained, namespace))
        assert not trained.cluster.items("jobsets.jobset.x-k8s.io", "-n", namespace)


def events(deployed: Deployed, namespace: str) -> str:
    """The messages of a namespace's events."""
    return "\n".join(each.get("message", "") for each in deployed.cluster.items("events", "-n", namespace))


@PRODUCTION
def test_a_runtime_cannot_be_changed_under_its_name(trained: Deployed):
    """Why TORCH_RUNTIME has a number: a platform that changes the runtime brings an object of another name."""
    changed = runtime(trained, TORCH_RUNTIME, "anotherName")
    done = trained.cluster.kubectl(
        "apply",
        "--server-side",
        "--force-conflicts",
        "--dry-run=server",
        "-f",
        "-",
        data=trained.cluster.marked(changed),
    )
    assert "Value is immutable" in done.stderr
    assert refusal(trained.cluster, runtime(trained, "torch-next", "anotherName")) is None


@PRODUCTION
def test_quota_comes_back_from_a_train_job_only_while_its_runtime_is_there(trained: Deployed):
    """Why the runtime is retained when a new one replaces it."""
    trained.cluster.apply([runtime(trained, EARLIER)])
    *parts, job = with_runtime(trained, EARLIER)
    [template] = templates(job)
    template["spec"]["nodeSelector"] |= NOWHERE
    with submitted(trained.cluster, *parts, job) as created:
        found = admitted(trained.cluster, created)
        trained.cluster.delete("clustertrainingruntimes.trainer.kubeflow.org", EARLIER)
        deactivate(trained, found)
        trained.cluster.wait("the eviction", lambda: holds(workload(trained.cluster, created), "Evicted"))
        assert not suspended(trained, created)
        trained.cluster.apply([runtime(trained, EARLIER)])
        trained.cluster.wait("the job to stop", lambda: suspended(trained, created))


def deactivate(deployed: Deployed, workload: Manifest) -> None:
    """Have Kueue take the quota of a Workload back."""
    name, namespace = workload["metadata"]["name"], workload["metadata"]["namespace"]
    inactive = json.dumps({"spec": {"active": False}})
    deployed.cluster.kubectl(
        "patch", "workloads.kueue.x-k8s.io", name, "-n", namespace, "--type=merge", "-p", inactive
    )


def suspended(deployed: Deployed, job: Manifest) -> bool:
    """Whether a TrainJob has been stopped."""
    name, namespace = job["metadata"]["name"], job["metadata"]["namespace"]
    return holds(deployed.cluster.read("trainjobs.trainer.kubeflow.org", name, "-n", namespace), "Suspended")
