"""Jobs go to the pool that they name: what Kueue admits them on, and where the scheduler puts their pods."""

import pytest

from tests.live.conftest import Deployed
from tests.live.jobs import run_where_named
from tests.live.ready import controllers

PLATFORMS = [
    ("platform-prod", "stacks"),
    ("platform-dev", "stacks"),
    ("platform-risk", "stacks"),
    ("platform-research", "research"),
]
pytestmark = pytest.mark.parametrize(
    "deployment", PLATFORMS, indirect=True, ids=[name for name, _ in PLATFORMS], scope="session"
)


def followed(deployed: Deployed, job) -> bool:
    """Whether the controllers that make the pods of a kind of job run in the cluster."""
    needed = {"RayJob": {"ray"}, "TrainJob": {"trainer", "jobset"}}.get(job["kind"], set())
    return needed <= controllers(deployed.cluster)


def test_a_sample_job_runs_on_the_pool_that_it_names(deployment: Deployed):
    count = 0
    for team in deployment.teams.values():
        for manifests in team.samples.values():
            if manifests[-1]["kind"] != "TrainJob":
                run_where_named(deployment, *manifests, pods=followed(deployment, manifests[-1]))
                count += 1
    assert count


def test_a_retraining_run_runs_on_the_pool_that_it_names(deployment: Deployed):
    runs = [run for team in deployment.teams.values() for run in team.retraining().values()]
    if not runs:
        pytest.skip("no team of the platform retrains")
    for run in runs:
        run_where_named(deployment, run)
