"""Notebooks as KubeSpawner makes them, which no project object holds: recorded from KubeSpawner 7.0.0.

The recording is what `KubeSpawner.get_pod_manifest` returned for one person and each size of `ranking-dev`, with the
chart's own `jupyterhub_config.py` and the Secret that Helm renders from the values of the plan.
"""

import copy
import json
from pathlib import Path

from reference.vocabulary import HUB_ACCOUNT, hub_namespace
from tests.live.cluster import Cluster, Manifest, Refused

RECORDED = Path(__file__).parents[1] / "fixtures" / "notebooks.json"
TEAM, PERSON = "ranking-dev", "ada"
HUB = (
    f"--as=system:serviceaccount:{hub_namespace(TEAM)}:{HUB_ACCOUNT}",
    "--as-group=system:serviceaccounts",
    f"--as-group=system:serviceaccounts:{hub_namespace(TEAM)}",
    "--as-group=system:authenticated",
)
"""Options of kubectl that act as the team's hub."""


def notebook(size: str) -> Manifest:
    """The notebook of a size in the team's namespace."""
    pod: Manifest = copy.deepcopy(json.loads(RECORDED.read_text(encoding="utf-8"))[size])
    pod["metadata"]["namespace"] = TEAM
    return pod


def spawn(cluster: Cluster, pod: Manifest) -> None:
    """Create a notebook as the hub does. Raises Refused."""
    cluster.made.add("pod")
    done = cluster.kubectl("create", "-f", "-", *HUB, data=cluster.marked(pod))
    if done.returncode:
        raise Refused(done.stderr)


def disk_of(claim: Manifest) -> Manifest:
    """A volume that is there for a claim, where no driver makes one."""
    name = claim["metadata"]["name"]
    return {
        "apiVersion": "v1",
        "kind": "PersistentVolume",
        "metadata": {"name": f"{TEAM}.{name}"},
        "spec": {
            "capacity": claim["spec"]["resources"]["requests"],
            "accessModes": claim["spec"]["accessModes"],
            "storageClassName": claim["spec"]["storageClassName"],
            "hostPath": {"path": "/nowhere"},
            "claimRef": {"namespace": TEAM, "name": name},
        },
    }
