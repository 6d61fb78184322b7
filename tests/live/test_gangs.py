"""A gang whose nodes come only in part: it is stopped whole, tried again so often, and then given up.

Kueue waits half an hour for nodes, so these ask one that was installed by `python -m tests.live.install --hurried`.
"""

import copy

import pytest

from tests.live.cluster import Manifest
from tests.live.conftest import PRODUCTION, Deployed
from tests.live.install import manager_configuration, releases
from tests.live.jobs import NOWHERE, admitted, pods_named, submitted, workload
from tests.live.ready import controllers, pods_ready_timeout

pytestmark = PRODUCTION
TEAM = "vision-prod"
GIVEN_UP = "DeactivatedDueToRequeuingLimitExceeded"


@pytest.fixture
def hurried(deployment: Deployed) -> Deployed:
    """A platform whose Kueue gives up in seconds. Skips where it waits for longer, or no gang can run in part."""
    if not attempts():
        pytest.skip("the platform lets a gang be tried for ever")
    if "ray" not in controllers(deployment.cluster):
        pytest.skip("the cluster does not run ray, whose head starts before its workers")
    if (timeout := pods_ready_timeout(deployment.cluster)) != "5s":
        pytest.skip(f"the cluster's Kueue waits {timeout or 'as nobody says'} for nodes, and not 5s")
    return deployment


def attempts() -> int:
    """How often a platform tries a gang again whose nodes do not come."""
    strategy = manager_configuration(releases()["kueue"])["waitForPodsReady"]["requeuingStrategy"]
    return int(strategy.get("backoffLimitCount", 0))


def in_part(deployed: Deployed) -> Manifest:
    """A Ray job whose head has a node, and whose workers never get one."""
    job = copy.deepcopy(deployed.teams[TEAM].samples["sweep-l40s"][-1])
    for group in job["spec"]["rayClusterSpec"]["workerGroupSpecs"]:
        group["template"]["spec"]["nodeSelector"] |= NOWHERE
    return job


def test_a_gang_without_all_of_its_nodes_is_given_up(hurried: Deployed):
    cluster = hurried.cluster
    *parts, _ = hurried.teams[TEAM].samples["sweep-l40s"]
    with submitted(cluster, *parts, in_part(hurried)) as job:
        admitted(cluster, job)
        cluster.wait("it to be given up", lambda: workload(cluster, job)["spec"].get("active") is False)
        cluster.wait("its pods to be gone", lambda: not pods_named(cluster, job))
        found = workload(cluster, job)
        evictions = {
            each["reason"]: each["count"] for each in found["status"]["schedulingStats"]["evictions"]
        }
        assert evictions == {"PodsReadyTimeout": attempts(), "Deactivated": 1}
        told = [each["reason"] for each in found["status"]["conditions"] if each["type"] == "Evicted"]
        assert told == [GIVEN_UP]
