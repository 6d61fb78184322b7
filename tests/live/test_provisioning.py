"""The real Karpenter, with its kwok provider, makes nodes of the rendered NodePools, keeps limits, drains in order."""

import copy
from collections.abc import Iterable, Iterator
from contextlib import contextmanager

import pytest

from reference.vocabulary import ADMITTED_LABEL, DO_NOT_DISRUPT, GPU_RESOURCE, POOL_LABEL, STACK_LABEL
from tests.live.cluster import Manifest
from tests.live.conftest import PRODUCTION, Deployed, holds
from tests.live.jobs import assert_on
from tests.live.nodes import values
from tests.live.ready import controllers, served

pytestmark = PRODUCTION
TEAM = "vision-prod"
MADE = {"paved.dev/test-run": "provisioned"}
"""A label of the nodes that Karpenter makes here, and of none that the tests make."""
CLASS = {"group": "karpenter.kwok.sh", "kind": "KWOKNodeClass", "name": "stand-in"}
DISRUPTED = "karpenter.sh/disrupted"
GPUS_OF_A_NODE = 4
"""The L40S of the instance type that the pool may have."""


@pytest.fixture
def karpenter(deployment: Deployed) -> Iterator[Deployed]:
    """A platform with Karpenter and the stand-in for its node class. Skips where the cluster has none."""
    if "karpenter" not in controllers(deployment.cluster) or not served(
        deployment.cluster, "kwoknodeclasses"
    ):
        pytest.skip("the cluster does not run karpenter with its kwok provider")
    cluster = deployment.cluster
    cluster.apply(
        [
            {
                "apiVersion": "karpenter.kwok.sh/v1alpha1",
                "kind": CLASS["kind"],
                "metadata": {"name": CLASS["name"]},
            }
        ]
    )
    yield deployment
    cluster.delete("kwoknodeclasses.karpenter.kwok.sh", CLASS["name"])


def stood_in(pool: Manifest) -> Manifest:
    """A NodePool with the stand-in's class, and nodes that are told apart from those that the tests make.

    Nobody takes startup taints off here, which the drivers of volumes do.
    """
    found = copy.deepcopy(pool)
    spec = found["spec"]["template"]["spec"]
    spec["nodeClassRef"] = CLASS
    spec.pop("startupTaints", None)
    found["spec"]["template"]["metadata"]["labels"] |= MADE
    return found


def pool_of(deployed: Deployed, name: str) -> Manifest:
    """A team's pool, for Karpenter to make nodes of."""
    return stood_in(deployed.pool({STACK_LABEL: TEAM, POOL_LABEL: name}))


def pod(deployed: Deployed, name: str, gpus: int, **annotations: str) -> Manifest:
    """A pod of the sample job that runs until it is deleted."""
    template = copy.deepcopy(deployed.teams[TEAM].samples["accept-disks-l40s"][-1]["spec"]["template"])
    template["spec"]["nodeSelector"] |= MADE
    resources = template["spec"]["containers"][0]["resources"]
    for amounts in resources.values():
        amounts |= {GPU_RESOURCE: str(gpus), "memory": "16Gi"}
    resources["requests"]["cpu"] = "4"
    # The queue's label, which lets it have a GPU at all, and a time after which it may be moved.
    metadata = {
        "name": name,
        "namespace": TEAM,
        "labels": {**template["metadata"]["labels"], ADMITTED_LABEL: "main"},
        "annotations": {DO_NOT_DISRUPT: "1s", **annotations},
    }
    return {"apiVersion": "v1", "kind": "Pod", "metadata": metadata, "spec": template["spec"]}


@contextmanager
def provisioned(deployed: Deployed, pool: Manifest, *pods: Manifest) -> Iterator[None]:
    """A NodePool and pods that ask for its nodes; all are gone in the end, the nodes too."""
    cluster, names = deployed.cluster, [each["metadata"]["name"] for each in pods]
    try:
        cluster.apply([pool])
        for each in pods:
            cluster.create(each)
        yield
    finally:
        cluster.delete("pods", *names, "-n", TEAM)
        cluster.delete("nodepools.karpenter.sh", pool["metadata"]["name"])
        cluster.wait("nodes to be gone", lambda: not nodes(deployed))


def nodes(deployed: Deployed) -> list[Manifest]:
    """The nodes that Karpenter has made."""
    [(key, value)] = MADE.items()
    return deployed.cluster.items("nodes", "-l", f"{key}={value}")


def running(deployed: Deployed, name: str) -> Manifest | None:
    """A pod that runs and is to go on."""
    found: Manifest | None = deployed.cluster.read("pod", name, "-n", TEAM)
    alive = found and found["status"]["phase"] == "Running" and "deletionTimestamp" not in found["metadata"]
    return found if alive else None


def told(deployed: Deployed, name: str) -> str:
    """The messages of Karpenter's events about a pod or a node."""
    events = deployed.cluster.items("events", "-A", "--field-selector", f"involvedObject.name={name}")
    return "\n".join(each.get("message", "") for each in events)


def test_a_node_is_as_its_pool_says(karpenter: Deployed):
    for name in ("l40s", "h100"):
        pool = pool_of(karpenter, name)
        asking = pod(karpenter, f"asking-{name}", 1)
        asking["spec"]["nodeSelector"] |= {POOL_LABEL: name, "paved.dev/accelerator": name}
        with provisioned(karpenter, pool, asking):
            found = karpenter.cluster.wait(
                "it to run", lambda asking=asking: running(karpenter, asking["metadata"]["name"])
            )
            assert_on(karpenter.cluster, found, pool)
            [node] = nodes(karpenter)
            kind = node["metadata"]["labels"]["node.kubernetes.io/instance-type"]
            assert kind in values(pool, "node.kubernetes.io/instance-type")


@pytest.mark.parametrize("more", [0, 1], ids=["as rendered", "of one node more"])
def test_a_pool_grows_to_its_limit_and_no_further(karpenter: Deployed, more: int):
    """One pod takes the four GPUs of a node, and there is one pod more than nodes."""
    pool, cluster = pool_of(karpenter, "l40s"), karpenter.cluster
    limits = pool["spec"]["limits"]
    count = int(limits[GPU_RESOURCE]) // GPUS_OF_A_NODE + more
    limits[GPU_RESOURCE] = str(count * GPUS_OF_A_NODE)
    names = [f"whole-node-{number}" for number in range(count + 1)]
    with provisioned(karpenter, pool, *[pod(karpenter, name, GPUS_OF_A_NODE) for name in names]):
        cluster.wait(f"{count} pods to run", lambda: len(all_running(karpenter, names)) == count)
        [left] = set(names) - set(all_running(karpenter, names))
        cluster.wait("the limit to be told", lambda: "limits" in told(karpenter, left))
        assert len(nodes(karpenter)) == count


def all_running(deployed: Deployed, names: Iterable[str]) -> list[str]:
    """Those of the pods that run."""
    return [name for name in names if running(deployed, name)]


def drifted(pool: Manifest) -> Manifest:
    """The pool after a change of what its nodes are to be."""
    changed = copy.deepcopy(pool)
    changed["spec"]["template"]["metadata"]["annotations"] = {"paved.dev/changed": "true"}
    return changed


def tainted(node: Manifest) -> bool:
    """Whether Karpenter drains a node."""
    return any(each["key"] == DISRUPTED for each in node["spec"].get("taints", []))


def test_a_drifted_node_waits_for_pods_that_must_not_be_disrupted(karpenter: Deployed):
    """And drains the others: in `terminationGracePeriod`, as the plan says, jobs get their time to end."""
    pool = pool_of(karpenter, "l40s")
    stays = pod(karpenter, "kept", 1, **{DO_NOT_DISRUPT: "true"})
    with provisioned(karpenter, pool, stays, pod(karpenter, "moved", 3)):
        for name in ("kept", "moved"):
            karpenter.cluster.wait(f"{name} to run", lambda name=name: running(karpenter, name))
        [node] = nodes(karpenter)
        karpenter.cluster.apply([drifted(pool)])
        karpenter.cluster.wait("moved to be evicted", lambda: not running(karpenter, "moved"))
        assert running(karpenter, "kept")
        assert tainted(karpenter.cluster.read("node", node["metadata"]["name"]))


def two_out_of_date(deployed: Deployed, pool: Manifest) -> None:
    """Two nodes that a change of their pool finds in use, and wait until Karpenter knows."""
    for number in range(2):
        deployed.cluster.wait(
            f"kept-{number} to run", lambda number=number: running(deployed, f"kept-{number}")
        )
    deployed.cluster.apply([drifted(pool)])
    deployed.cluster.wait("both to be out of date", lambda: all_drifted(deployed))


def kept(deployed: Deployed) -> list[Manifest]:
    """Pods that must not be disrupted, of a whole node each."""
    return [pod(deployed, f"kept-{number}", 4, **{DO_NOT_DISRUPT: "true"}) for number in range(2)]


def test_nodes_drift_one_after_the_other(karpenter: Deployed):
    """By the budget of the pool, however many are out of date: the second once the first is gone."""
    pool, cluster = pool_of(karpenter, "l40s"), karpenter.cluster
    with provisioned(karpenter, pool, *kept(karpenter)):
        two_out_of_date(karpenter, pool)
        [first] = cluster.wait("one to drain", lambda: draining(karpenter))
        name = first["metadata"]["name"]
        [last] = [
            each
            for each in range(2)
            if cluster.read("pod", f"kept-{each}", "-n", TEAM)["spec"]["nodeName"] == name
        ]
        cluster.delete("pod", f"kept-{last}", "-n", TEAM)
        cluster.wait(
            "it to be gone", lambda: name not in [each["metadata"]["name"] for each in nodes(karpenter)]
        )
        cluster.wait("the second to drain", lambda: draining(karpenter))


def test_with_a_budget_of_two_both_drain_at_once(karpenter: Deployed):
    """The mutation that would turn the claim above red."""
    pool = pool_of(karpenter, "l40s")
    for budget in pool["spec"]["disruption"]["budgets"]:
        budget["nodes"] = "100%"
    with provisioned(karpenter, pool, *kept(karpenter)):
        two_out_of_date(karpenter, pool)
        karpenter.cluster.wait("both to drain", lambda: len(draining(karpenter)) == 2)


def draining(deployed: Deployed) -> list[Manifest]:
    """The nodes that Karpenter drains."""
    return [each for each in nodes(deployed) if tainted(each)]


def all_drifted(deployed: Deployed) -> bool:
    """Whether every node that is left of before the change is out of date."""
    claims = deployed.cluster.items("nodeclaims.karpenter.sh")
    return len([each for each in claims if holds(each, "Drifted")]) >= 2


def test_an_empty_node_leaves_and_one_in_use_stays(karpenter: Deployed):
    """After no time here, and after `idle_minutes` as rendered."""
    pool = pool_of(karpenter, "l40s")
    pool["spec"]["disruption"]["consolidateAfter"] = "0s"
    pods = [pod(karpenter, f"used-{number}", 4) for number in range(2)]
    with provisioned(karpenter, pool, *pods):
        for each in pods:
            name = each["metadata"]["name"]
            karpenter.cluster.wait(f"{name} to run", lambda name=name: running(karpenter, name))
        karpenter.cluster.delete("pod", "used-0", "-n", TEAM)
        karpenter.cluster.wait("the empty node to leave", lambda: len(nodes(karpenter)) == 1)
        assert running(karpenter, "used-1")
