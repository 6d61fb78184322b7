"""A job from its creation to its pods, and what must hold of both."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager

from reference.vocabulary import ACCELERATOR_LABEL, POOL_LABEL, STACK_LABEL
from tests.live.cluster import Cluster, Manifest, plural
from tests.live.conftest import Deployed, holds, template_labels

NOWHERE = {"paved.dev/test-run": "nowhere"}
"""A label of no node: with it in their selector, pods hold their quota and never end."""


def templates(job: Manifest) -> list[Manifest]:
    """The pod templates of a job; of a TrainJob, what it changes of its runtime's."""
    spec = job["spec"]
    match job["kind"]:
        case "RayJob":
            cluster = spec["rayClusterSpec"]
            groups = [cluster["headGroupSpec"], *cluster["workerGroupSpecs"]]
            return [*(group["template"] for group in groups), spec["submitterPodTemplate"]]
        case "TrainJob":
            [patch] = spec["runtimePatches"]
            [node] = patch["trainingRuntimeSpec"]["template"]["spec"]["replicatedJobs"]
            return [node["template"]["spec"]["template"]]
        case "JobSet":
            return [each["template"]["spec"]["template"] for each in spec["replicatedJobs"]]
        case _:
            return [spec["template"]]


def without_selector(job: Manifest, *keys: str) -> None:
    """Mutate a job: its pods select nodes by fewer labels."""
    for template in templates(job):
        for key in keys:
            template["spec"]["nodeSelector"].pop(key)


def as_group(group: str, user: str = "somebody") -> tuple[str, ...]:
    """Options of kubectl that act as somebody in a group of an access entry, or of the OIDC provider."""
    return (f"--as={user}", f"--as-group={group}", "--as-group=system:authenticated")


def member_of(team: str) -> tuple[str, ...]:
    """Options of kubectl that act as a member of a team. An administrator is held by no rule about who asks."""
    return as_group(f"paved:{team}", "member")


def promoter_of(team: str) -> tuple[str, ...]:
    """Options of kubectl that act as who promotes a team's models, and is no member."""
    return as_group(f"paved:{team}:promoters", "promoter")


def refusal(cluster: Cluster, manifest: Manifest, who: Sequence[str] = ()) -> str | None:
    """The words by which the cluster would refuse an object to somebody; None if it would take it."""
    done = cluster.kubectl("create", "--dry-run=server", "-f", "-", *who, data=cluster.marked(manifest))
    return done.stderr if done.returncode else None


@contextmanager
def without_policy(deployed: Deployed, policy: str, mutant: Manifest) -> Iterator[None]:
    """An admission policy is not bound, as soon as `mutant` passes; it is in the end, as soon as that is refused."""
    cluster = deployed.cluster
    bindings = deployed.platform.of("ValidatingAdmissionPolicyBinding")
    [binding] = [each for each in bindings if each["spec"]["policyName"] == policy]
    cluster.delete("validatingadmissionpolicybinding", binding["metadata"]["name"])
    try:
        cluster.wait(f"{policy} to be off", lambda: refusal(cluster, mutant) is None)
        yield
    finally:
        cluster.apply([binding])
        cluster.wait(f"{policy} to be on", lambda: refusal(cluster, mutant) is not None)


@contextmanager
def submitted(cluster: Cluster, *manifests: Manifest) -> Iterator[Manifest]:
    """A job that is created after what belongs to it, and removed with its pods in the end."""
    *parts, job = manifests
    namespace = job["metadata"]["namespace"]
    try:
        for each in parts:
            cluster.create(each)
        yield cluster.create(job)
    finally:
        for each in reversed(manifests):
            cluster.delete(plural(each), each["metadata"]["name"], "-n", namespace)
        # Not by deletion in the foreground, in which Trainer goes on making the JobSet anew.
        cluster.wait(f"pods of {job['metadata']['name']} to be gone", lambda: not pods_named(cluster, job))


def pods_named(cluster: Cluster, job: Manifest) -> list[Manifest]:
    """The pods of a job, by their names: controllers between them and the job may be gone."""
    pods = cluster.items("pods", "-n", job["metadata"]["namespace"])
    return [pod for pod in pods if pod["metadata"]["name"].startswith(f"{job['metadata']['name']}-")]


def workload(cluster: Cluster, job: Manifest) -> Manifest:
    """The Workload that Kueue makes of a job."""
    uid = job["metadata"]["uid"]

    def look() -> Manifest | None:
        for each in cluster.items("workloads.kueue.x-k8s.io", "-n", job["metadata"]["namespace"]):
            if any(owner["uid"] == uid for owner in each["metadata"].get("ownerReferences", [])):
                return each
        return None

    return cluster.wait(f"a Workload of {job['metadata']['name']}", look)


def admitted(cluster: Cluster, job: Manifest) -> Manifest:
    """The Workload of a job, once it is admitted. Fails with Kueue's own words."""
    found = workload(cluster, job)
    name, namespace = found["metadata"]["name"], found["metadata"]["namespace"]

    def look() -> Manifest | None:
        now = cluster.read("workloads.kueue.x-k8s.io", name, "-n", namespace)
        return now if holds(now, "Admitted") else None

    try:
        return cluster.wait(f"{job['kind']} {job['metadata']['name']} to be admitted", look)
    except AssertionError as error:
        now = cluster.read("workloads.kueue.x-k8s.io", name, "-n", namespace)
        said = [each["message"] for each in now["status"].get("conditions", [])]
        raise AssertionError(f"{error}: {said}") from None


def flavors(workload: Manifest) -> set[str]:
    """The flavors that a Workload was admitted on, those of all its pods and resources."""
    found: set[str] = set()
    for each in workload["status"]["admission"]["podSetAssignments"]:
        found.update(each["flavors"].values())
    return found


def pods_of(workload: Manifest) -> int:
    """The number of pods that a Workload was admitted with."""
    return sum(each["count"] for each in workload["status"]["admission"]["podSetAssignments"])


def scheduled(cluster: Cluster, namespace: str, count: int) -> list[Manifest]:
    """The pods of a namespace, once there are `count` and each has a node. Fails with the scheduler's own words."""

    def look() -> list[Manifest] | None:
        pods = cluster.items("pods", "-n", namespace)
        placed = [pod for pod in pods if pod["spec"].get("nodeName")]
        return placed if len(placed) >= count else None

    try:
        return cluster.wait(f"{count} pods in {namespace} to be scheduled", look)
    except AssertionError as error:
        raise AssertionError(f"{error}: {unscheduled(cluster.items('pods', '-n', namespace))}") from None


def unscheduled(pods: list[Manifest]) -> dict[str, list[str]]:
    """The reasons why pods have no node, by pod."""
    waiting = [pod for pod in pods if not pod["spec"].get("nodeName")]
    return {pod["metadata"]["name"]: messages(pod) for pod in waiting}


def messages(thing: Manifest) -> list[str]:
    """The messages of an object's conditions."""
    return [each.get("message", "") for each in thing["status"].get("conditions", [])]


def named_pool(deployed: Deployed, job: Manifest) -> Manifest:
    """The NodePool that a job names."""
    selector = templates(job)[0]["spec"]["nodeSelector"]
    return deployed.pool({key: selector[key] for key in (STACK_LABEL, POOL_LABEL)})


def flavor_of(pool: Manifest, team: str) -> str:
    """The flavor of a NodePool: a team's own is of its class, a pool of the platform's own has one to itself."""
    labels = template_labels(pool)
    return labels[ACCELERATOR_LABEL] if labels[STACK_LABEL] == team else labels[POOL_LABEL]


def run_where_named(deployed: Deployed, *manifests: Manifest, pods: bool = True) -> None:
    """Run a job and hold its flavor and its nodes to the pool that it names, with `pods` its nodes too."""
    job, cluster = manifests[-1], deployed.cluster
    team, pool = job["metadata"]["namespace"], named_pool(deployed, job)
    with submitted(cluster, *manifests) as created:
        found = admitted(cluster, created)
        assert flavors(found) == {flavor_of(pool, team)}, f"{job['metadata']['name']} is on {flavors(found)}"
        if pods:
            for pod in scheduled(cluster, team, pods_of(found)):
                assert_on(cluster, pod, pool)


def assert_on(cluster: Cluster, pod: Manifest, pool: Manifest) -> None:
    """A pod is on a node that has the labels and the taints of a NodePool's template, and no other taint."""
    node = cluster.read("node", pod["spec"]["nodeName"])
    wanted = template_labels(pool)
    assert wanted.items() <= node["metadata"]["labels"].items(), (pod["metadata"]["name"], node["metadata"])
    taints = pool["spec"]["template"]["spec"].get("taints", [])
    assert taint_set(node["spec"].get("taints", [])) == taint_set(taints), node["metadata"]["name"]


def taint_set(taints: list[Manifest]) -> set[tuple[str, str, str]]:
    """Taints without their order."""
    return {(each["key"], each.get("value", ""), each["effect"]) for each in taints}
