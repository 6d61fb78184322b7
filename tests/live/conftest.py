"""The cluster that KUBECONFIG names, and in it what a platform and its teams are rendered to.

The cluster needs Kueue, with the configuration that `platform-prod` plans for it, and kwok, which plays the nodes. With
KubeRay, or Trainer and JobSet, their jobs are followed to their pods; without them those tests say what they lack.
"""

import fcntl
import json
import os
import shutil
import tempfile
import uuid
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

import pytest

from paved.cli import run as paved
from paved.plan.planner import Planner
from stacks.schema import Team
from tests.conftest import AS_OF, STACKS
from tests.live.cluster import RUN_LABEL, Cluster, Manifest, Refused
from tests.live.nodes import nodes_of
from tests.live.ready import lacking, served_names, without_definitions
from tests.live.rendered import JUDGED, OF_PLATFORM, OF_TEAM, POLICIES, Rendered, image, rendered

RESEARCH = Path(__file__).parents[2] / "examples" / "research"
NAMES = ("platform-prod", "platform-dev", "platform-risk", "platform-research")
PLATFORMS = pytest.mark.parametrize("deployment", NAMES, indirect=True, scope="session")
"""Every platform of the samples and of the example."""
PRODUCTION = pytest.mark.parametrize("deployment", NAMES[:1], indirect=True, scope="session")
"""The platform whose queue has two accelerator classes."""
DEVELOPMENT = pytest.mark.parametrize("deployment", NAMES[1:2], indirect=True, scope="session")
"""The platform of a team that logs what an endpoint of its own is asked."""
JOINED = pytest.mark.parametrize("deployment", [f"{NAMES[1]}:joined"], indirect=True, scope="session")
"""The platform that one team has CPU nodes on, and a newcomer who is onboarded to forecast on some of its own."""
POLICED = pytest.mark.parametrize("deployment", [f"{NAMES[0]}:policies"], indirect=True, scope="session")
"""Its policies alone, and what they judge of its teams' namespaces: neither queues nor nodes."""
EXAMPLE = pytest.mark.parametrize("deployment", NAMES[3:], indirect=True, scope="session")
"""The platform that two teams share, with pools of its own."""
ORDER = (
    "rayjobs.ray.io",
    "rayclusters.ray.io",
    "trainjobs.trainer.kubeflow.org",
    "jobsets.jobset.x-k8s.io",
    "jobs.batch",
    "job.batch",
    "pods",
    "namespaces",
    "clusterqueues.kueue.x-k8s.io",
)
"""Kinds that hold up the removal of others, the first before the next."""


@dataclass(frozen=True)
class Deployed:
    """A platform with its teams in the cluster, and the nodes that their NodePools may have."""

    cluster: Cluster
    platform: Rendered
    teams: dict[str, Rendered]

    @cached_property
    def pools(self) -> list[Manifest]:
        """The NodePools of the platform and of its teams."""
        found = self.platform.of("NodePool")
        for team in self.teams.values():
            found += team.of("NodePool")
        return found

    def pool(self, selector: dict[str, str]) -> Manifest:
        """The one NodePool whose nodes have these labels."""
        [found] = [each for each in self.pools if selector.items() <= template_labels(each).items()]
        return found


def template_labels(pool: Manifest) -> dict[str, str]:
    """The labels that a NodePool gives its nodes."""
    labels: dict[str, str] = pool["spec"]["template"]["metadata"]["labels"]
    return labels


@pytest.fixture(scope="session")
def cluster() -> Iterator[Cluster]:
    """The tests' own cluster. Skips without one; a cluster that is not fit for them is an error that says why."""
    if not os.environ.get("KUBECONFIG") or not shutil.which("kubectl"):
        pytest.skip("needs kubectl, and KUBECONFIG naming a cluster of the tests' own")
    # Every process of a parallel run comes here, and a cluster holds one platform at a time.
    with (Path(tempfile.gettempdir()) / "paved-tests-live.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        found = Cluster(run=uuid.uuid4().hex[:8])
        if problem := lacking(found):
            pytest.fail(f"KUBECONFIG={os.environ['KUBECONFIG']}: {problem}", pytrace=False)
        yield found


@pytest.fixture(scope="session")
def deployment(
    cluster: Cluster, tmp_path_factory: pytest.TempPathFactory, request: pytest.FixtureRequest
) -> Iterator[Deployed]:
    """A platform of a folder with its teams, as one test after the other asks for it; removed before the next."""
    stack, _, option = request.param.partition(":")
    policies = option == "policies"
    if not policies and (problem := without_definitions(cluster)):
        pytest.fail(f"KUBECONFIG={os.environ['KUBECONFIG']}: {problem}", pytrace=False)
    made = deployed(
        cluster,
        stack,
        folder_of(stack, option, tmp_path_factory),
        tmp_path_factory.mktemp("rendered"),
        police if policies else apply,
    )
    try:
        yield made
    finally:
        remove(cluster)


def folder_of(stack: str, option: str, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder that a platform is in; with `joined` one that a newcomer's proposed file is in, too."""
    if option != "joined":
        return RESEARCH if stack == "platform-research" else STACKS
    folder = tmp_path_factory.mktemp("joined") / "stacks"
    shutil.copytree(STACKS, folder, ignore=shutil.ignore_patterns("*.py", "__pycache__"))
    # What the platform's engineers add, by the proposal.
    foundation = folder / "Pulumi.foundation-dev.yaml"
    entry = "teams:\n      - {team: demand, cost_center: CC-2222, reviewers: [ml-demand@example.com]}\n"
    foundation.write_text(foundation.read_text().replace("teams:\n", entry, 1))
    who = ["--team", "demand", "--email", "ml-demand@example.com", "--cost-center", "CC-2222"]
    assert paved(["onboard", "--template", "forecast-cpu-batch", *who, "--stacks", str(folder)]) == 0
    return folder


def deployed(
    cluster: Cluster, platform: str, folder: Path, out: Path, apply: Callable[[Deployed], None]
) -> Deployed:
    """Apply what a platform and its teams are rendered to, and wait until all that `apply` makes is there."""
    planner = Planner.of_folder(folder, as_of=AS_OF)
    teams: dict[str, Rendered] = {}
    for name in planner.names:
        stack = planner.config(name).stack
        if isinstance(stack, Team) and stack.platform == platform and stack.training:
            teams[name] = rendered(name, folder, out / name, image(stack.account, name))
    found = Deployed(cluster, rendered(platform, folder, out / platform), teams)
    try:
        apply(found)
    except Exception:
        remove(cluster)
        raise
    return found


def apply(found: Deployed) -> None:
    """Apply a platform, then its teams: what is served of the kinds that judge, queue and make jobs."""
    served = served_kinds(found.cluster)
    found.cluster.apply(each for each in found.platform.manifests if each["kind"] in OF_PLATFORM & served)
    for team in found.teams.values():
        found.cluster.apply(team.of("Namespace"))
        found.cluster.apply(each for each in team.manifests if each["kind"] in OF_TEAM & served)
    for pool in found.pools:
        for node in nodes_of(pool):
            make_node(found.cluster, node)
    for name in found.teams:
        found.cluster.wait(f"ClusterQueue {name} to be active", lambda name=name: active(found.cluster, name))
    found.cluster.wait(
        "nodes to be ready", lambda: all(map(ready, found.cluster.items("nodes", "-l", RUN_LABEL)))
    )


def police(found: Deployed) -> None:
    """Apply the policies of a platform, and the namespaces of its teams with what members find in them."""
    for team in found.teams.values():
        found.cluster.apply(team.of("Namespace"))
        found.cluster.apply(each for each in team.manifests if _is_judged(each, team.stack))
    # Trainer's webhook, where it runs, asks for the runtime that a sample names.
    kinds = {*POLICIES, "ClusterTrainingRuntime"} & {*POLICIES, *served_kinds(found.cluster)}
    found.cluster.apply(each for each in found.platform.manifests if each["kind"] in kinds)


def served_kinds(cluster: Cluster) -> set[str]:
    """The kinds of object that the cluster knows."""
    lines = cluster.kubectl("api-resources", "--no-headers").stdout.splitlines()
    return {line.split()[-1] for line in lines if line}


def make_node(cluster: Cluster, node: Manifest) -> None:
    """Create a node, and then its status, which no creation takes."""
    cluster.create(node)
    status = json.dumps({"status": node["status"]})
    name = node["metadata"]["name"]
    done = cluster.kubectl("patch", "node", name, "--subresource=status", "--type=merge", "-p", status)
    if done.returncode:
        raise Refused(done.stderr)


def active(cluster: Cluster, queue: str) -> bool:
    """Whether Kueue admits jobs to a queue."""
    return holds(cluster.read("clusterqueues.kueue.x-k8s.io", queue), "Active")


def ready(node: Manifest) -> bool:
    """Whether pods may be scheduled on a node."""
    taints = {each["key"] for each in node["spec"].get("taints", [])}
    return holds(node, "Ready") and "node.kubernetes.io/not-ready" not in taints


def holds(thing: Manifest | None, condition: str) -> bool:
    """Whether a condition of an object is true."""
    conditions = ((thing or {}).get("status") or {}).get("conditions", [])
    return any(each["type"] == condition and each["status"] == "True" for each in conditions)


def remove(cluster: Cluster) -> None:
    """Remove everything of the run, and see that it is gone."""
    first = [kind for kind in ORDER if kind in served_names(cluster)]
    cluster.remove_all([*first, *sorted(cluster.made), "nodes"])


def _is_judged(manifest: Manifest, namespace: str) -> bool:
    """Whether an API server alone knows an object of a team. Its file system is handed over in a namespace beside."""
    return manifest["kind"] in JUDGED and manifest["metadata"].get("namespace", namespace) == namespace
