"""Jobs go to the pool that they name: what Kueue admits them on, and where the scheduler puts their pods."""

import copy
from collections.abc import Iterator

from reference.vocabulary import ACCELERATOR_LABEL, QUEUE_LABEL
from tests.live.cluster import Manifest
from tests.live.conftest import PLATFORMS, Deployed
from tests.live.jobs import refusal, run_where_named, without_selector
from tests.live.ready import controllers

pytestmark = PLATFORMS


def samples(deployed: Deployed) -> Iterator[tuple[Manifest, ...]]:
    """The sample jobs of a platform's teams, each after what belongs to it."""
    for team in deployed.teams.values():
        yield from team.samples.values()


def queued(deployed: Deployed) -> list[tuple[Manifest, ...]]:
    """The sample jobs that wait in a queue. A promotion waits in none, and selects nodes of every team."""
    return [each for each in samples(deployed) if QUEUE_LABEL in each[-1]["metadata"].get("labels", {})]


def runs(deployed: Deployed) -> list[Manifest]:
    """The retraining runs of a platform's teams."""
    return [run for team in deployed.teams.values() for run in team.retraining().values()]


def followed(deployed: Deployed, job: Manifest) -> bool:
    """Whether the cluster makes a job's pods and places them: it has its controllers, and no driver of volumes."""
    needed = {"RayJob": {"ray"}, "TrainJob": {"trainer", "jobset"}}.get(job["kind"], set())
    return needed <= controllers(deployed.cluster) and not mounts_claim(job)


def mounts_claim(job: Manifest) -> bool:
    """Whether pods of a job wait for a volume that is claimed."""
    volumes = job["spec"].get("template", {}).get("spec", {}).get("volumes", ())
    return any("persistentVolumeClaim" in each for each in volumes)


def test_a_sample_job_runs_on_the_pool_that_it_names(deployment: Deployed):
    found = [each for each in queued(deployment) if each[-1]["kind"] != "TrainJob"]
    assert found
    for manifests in found:
        run_where_named(deployment, *manifests, pods=followed(deployment, manifests[-1]))


def test_a_retraining_run_runs_on_the_pool_that_it_names(deployment: Deployed):
    for run in runs(deployment):
        run_where_named(deployment, run)


def test_admission_passes_every_sample_and_every_run(deployment: Deployed):
    jobs = [*(each[-1] for each in samples(deployment)), *runs(deployment)]
    assert {job["metadata"]["name"]: refusal(deployment.cluster, job) for job in jobs} == {
        job["metadata"]["name"]: None for job in jobs
    }


def test_a_job_that_does_not_select_its_class_is_refused(deployment: Deployed):
    for job in [*(each[-1] for each in queued(deployment)), *runs(deployment)]:
        mutant = copy.deepcopy(job)
        without_selector(mutant, ACCELERATOR_LABEL)
        assert "selects the class of its nodes: set nodeSelector paved.dev/accelerator to one of" in (
            refusal(deployment.cluster, mutant) or "it was accepted"
        )
