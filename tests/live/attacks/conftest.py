"""A team's namespace under the platform's policies, with what attacks begin from."""

import json
import subprocess
from collections.abc import Iterator, Sequence
from functools import cache

import pytest

from tests.live.attacks.attack import Attack, create
from tests.live.attacks.deputies import deputy_attacks
from tests.live.attacks.fields import field_attacks
from tests.live.attacks.lesser_rights import lesser_rights_attacks
from tests.live.attacks.passed_on import passed_on_attacks
from tests.live.attacks.promotions import promotion_attacks
from tests.live.attacks.requests import request_attacks
from tests.live.attacks.seeds import rights, seeds
from tests.live.attacks.workloads import TEAM
from tests.live.cluster import RUN_LABEL, Cluster, Manifest, Refused
from tests.live.conftest import Deployed
from tests.live.jobs import refusal

ATTACKS: tuple[Attack, ...] = (
    *field_attacks(),
    *request_attacks(),
    *deputy_attacks(),
    *passed_on_attacks(),
    *promotion_attacks(),
    *lesser_rights_attacks(),
)


@pytest.fixture(scope="session")
def policed(deployment: Deployed) -> Iterator[Cluster]:
    """The cluster, once its policies hold and the seeds of attacks are there."""
    cluster = deployment.cluster
    cluster.apply([rights()])
    first = create((), next(each for _, each in seeds() if each["kind"] == "Job"))
    cluster.wait(
        "the policies to hold", lambda: "paved-" in (refusal(cluster, unrestricted(first.create)) or "")
    )
    for who, manifest in seeds():
        if knows(create(who, manifest).kind):
            sow(cluster, who, manifest)
    yield cluster
    finish(cluster)


def unrestricted(job: Manifest | None) -> Manifest:
    """A job that every policy of jobs refuses."""
    broken: Manifest = json.loads(json.dumps(job))
    broken["spec"]["template"]["spec"]["priorityClassName"] = "system-node-critical"
    return broken


def sow(cluster: Cluster, who: Sequence[str], manifest: Manifest) -> None:
    """Create an object that attacks are on, as somebody."""
    cluster.made.add(create(who, manifest).kind)
    done = cluster.kubectl("create", "-f", "-", "--validate=false", *who, data=cluster.marked(manifest))
    if done.returncode and "AlreadyExists" not in done.stderr:
        raise Refused(done.stderr)


@cache
def knows(kind: str) -> bool:
    """Whether the cluster knows a kind."""
    done = subprocess.run(["kubectl", "get", kind, "-n", TEAM], capture_output=True, text=True, check=False)
    return "the server doesn't have a resource type" not in done.stderr


def finish(cluster: Cluster) -> None:
    """End what a bare API server has no controller to end: pods, claims, and the namespaces themselves."""
    for team in cluster.items("namespaces", "-l", f"{RUN_LABEL}={cluster.run}"):
        name = team["metadata"]["name"]
        for kind in sorted(cluster.made - {"namespace"}):
            # By label, never all: a kind of no namespace pays no heed to `-n`.
            own = ("-l", f"{RUN_LABEL}={cluster.run}", "-n", name)
            cluster.kubectl("delete", kind, *own, "--wait=false", "--force", "--grace-period=0")
        for claim in cluster.items("persistentvolumeclaims", "-n", name):
            bare = json.dumps({"metadata": {"finalizers": None}})
            cluster.kubectl("patch", "pvc", claim["metadata"]["name"], "-n", name, "--type=merge", "-p", bare)
        if not has_controllers(cluster):
            cluster.kubectl("delete", "namespace", name, "--wait=false")
            metadata = {"name": name}
            done = {"apiVersion": "v1", "kind": "Namespace", "metadata": metadata, "spec": {"finalizers": []}}
            cluster.kubectl("replace", "--raw", f"/api/v1/namespaces/{name}/finalize", "-f", "-", data=done)


def has_controllers(cluster: Cluster) -> bool:
    """Whether the controllers of Kubernetes run: one makes a service account in every namespace."""
    return cluster.read("serviceaccount", "default", "-n", "default") is not None
