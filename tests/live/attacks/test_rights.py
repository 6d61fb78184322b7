"""Each rights of a team, tried on a real API server: people act as the groups of their access entries."""

import copy
import json
import subprocess
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import pytest

from reference.vocabulary import OIDC_PREFIX, rights_group
from tests.live.attacks.attack import CI, DEPLOYER, MEMBER, OF_LOGIN, ONCALL, create
from tests.live.attacks.conftest import knows
from tests.live.attacks.workloads import KINDS, TEAM, Manifest, job, plain_job, thing
from tests.live.cluster import Cluster
from tests.live.conftest import POLICED, Deployed
from tests.live.jobs import as_group

pytestmark = POLICED


HOLDERS = {
    "develop": MEMBER,
    "operate": ONCALL,
    "login": OF_LOGIN,
    "view": as_group(rights_group(TEAM, "view")),
    "submit": CI,
    "stranger": as_group(f"{OIDC_PREFIX}search-oncall", f"{OIDC_PREFIX}2c3d"),
}
OPERATE = {"operate", "login"}
PEOPLE = {"develop", "view", *OPERATE}
MEMBERS = {*PEOPLE, "submit"}
NOBODY: set[str] = set()
SHELL = {"spec": {"ephemeralContainers": [{"name": "sh", "image": "busybox", "targetContainerName": "main"}]}}


@dataclass(frozen=True)
class Try:
    """A command of kubectl that `may` may do and nobody else. `data` is what it sends."""

    name: str
    may: set[str]
    command: Sequence[str]
    data: Manifest | None = None

    def refusal(self, cluster: Cluster, who: Sequence[str]) -> str | None:
        """The words by which the API server refuses; None where it would do it, or a kubelet is asked for more."""
        done = cluster.kubectl(*who, *self.command, data=self.data)
        is_refused = "forbidden" in done.stderr.lower() or done.stdout.strip() == "no"
        return f"{done.stderr}{done.stdout}" if is_refused else None


def making(name: str, may: set[str], manifest: Manifest) -> Try:
    """The creation of an object."""
    return Try(name, may, ("create", "-f", "-", "--dry-run=server", "--validate=false"), manifest)


def named(manifest: Manifest, name: str) -> Manifest:
    """The same under another name, which no seed has."""
    found = copy.deepcopy(manifest)
    found["metadata"]["name"] = name
    return found


def within(name: str, may: set[str], *command: str, namespace: str = TEAM) -> Try:
    """A command in a namespace."""
    return Try(name, may, ("-n", namespace, *command))


def patching(name: str, may: set[str], what: Sequence[str], patch: Any, *options: str) -> Try:
    """A merge patch of an object."""
    text = json.dumps(patch)
    return within(name, may, "patch", *what, "--type=merge", "-p", text, "--dry-run=server", *options)


def ending(name: str, may: set[str], *what: str) -> Try:
    """The deletion of an object."""
    return within(name, may, "delete", *what, "--dry-run=server")


def asking(name: str, may: set[str], *what: str, namespace: str = TEAM) -> Try:
    """A question to the API server, for what nobody here can do without a second cluster of credentials."""
    return within(name, may, "auth", "can-i", *what, namespace=namespace)


def binding() -> Manifest:
    """A RoleBinding by which a viewer would develop."""
    group = "rbac.authorization.k8s.io"
    made = thing(f"{group}/v1", "RoleBinding", "try")
    made["roleRef"] = {"apiGroup": group, "kind": "Role", "name": "members"}
    made["subjects"] = [{"apiGroup": group, "kind": "User", "name": "somebody"}]
    return made


def elsewhere(manifest: Manifest) -> Manifest:
    """The same in the namespace of no team."""
    found = copy.deepcopy(manifest)
    found["metadata"]["namespace"] = "default"
    return found


IMAGE_OF_CRON = {"spec": {"schedule": "* * * * *"}}
PRIORITY = {"metadata": {"labels": {"kueue.x-k8s.io/priority-class": "experiment"}}}
JOB, CRON, POD, SERVER = (
    ("job.batch", "seed-plain"),
    ("cronjob.batch", "seed-cron"),
    ("pod", "seed-pod"),
    ("pod", "seed-server"),
)
STOPPED, SCALED = {"spec": {"suspend": True}}, {"spec": {"parallelism": 2}}
QUEUE = thing("kueue.x-k8s.io/v1beta2", "LocalQueue", "mine", {"clusterQueue": TEAM})

TRIES = (
    within("lists pods", MEMBERS, "get", "pods"),
    within("reads logs", MEMBERS, "logs", "seed-pod"),
    within("reads events", MEMBERS, "get", "events"),
    within("reads queues", MEMBERS, "get", "localqueues.kueue.x-k8s.io"),
    within("reads jobs", MEMBERS, "get", "jobs.batch"),
    within("lists files", PEOPLE, "get", "configmaps,persistentvolumeclaims"),
    within("reads endpoints", PEOPLE, "get", "inferenceservices.serving.kserve.io"),
    within("reads quotas", PEOPLE, "get", "resourcequotas,limitranges,networkpolicies"),
    making("submits a job", {"develop", "submit"}, plain_job()),
    making("writes a program", {"develop", "submit"}, thing("v1", "ConfigMap", "try")),
    *(
        making(f"submits a {kind}", {"develop", "submit"}, named(make(), "try"))
        for kind, (_, make, _) in KINDS.items()
        if kind not in ("Job", "CronJob", "RayCluster")
    ),
    making("plans a job", {"develop"}, KINDS["CronJob"][1]()),
    making("keeps a cluster of Ray", {"develop"}, KINDS["RayCluster"][1]()),
    patching("stops a job", {"develop", *OPERATE}, JOB, STOPPED),
    patching("scales a job", {"develop", *OPERATE}, JOB, SCALED),
    patching("stops a schedule", {"develop", *OPERATE}, CRON, STOPPED),
    patching("changes a schedule", {"develop"}, CRON, IMAGE_OF_CRON),
    patching("labels a job", {"develop"}, CRON, PRIORITY),
    ending("ends a job", {"develop", *OPERATE}, *JOB),
    ending("restarts a pod", {"develop", *OPERATE}, *POD),
    ending("restarts a server", OPERATE, *SERVER),
    ending("restarts a collector", OPERATE, "pod", "seed-collector"),
    patching("changes a program", {"develop"}, ("configmap", "seed-mine"), {"data": {"a": "b"}}),
    ending("deletes a claim", {"develop"}, "pvc", "seed-claim"),
    # What nobody has.
    within("runs a command", NOBODY, "exec", "seed-pod", "--", "id"),
    within("attaches", NOBODY, "attach", "seed-pod"),
    asking("opens a port", NOBODY, "create", "pods", "--subresource=portforward"),
    asking("opens a port by a websocket", NOBODY, "get", "pods", "--subresource=portforward"),
    asking("proxies to a pod", NOBODY, "get", "pods", "--subresource=proxy"),
    asking("proxies to a service", NOBODY, "get", "services", "--subresource=proxy"),
    patching("debugs a pod", NOBODY, POD, SHELL, "--subresource=ephemeralcontainers"),
    within("reads Secrets", NOBODY, "get", "secrets"),
    making("makes a Secret", NOBODY, thing("v1", "Secret", "try")),
    within("has a token", NOBODY, "create", "token", "trainer"),
    asking("is a service account", NOBODY, "impersonate", "serviceaccounts/trainer"),
    asking("is another user", NOBODY, "impersonate", "users"),
    asking("is another group", NOBODY, "impersonate", "groups"),
    making("gives rights", NOBODY, binding()),
    asking("changes a Role", NOBODY, "patch", "roles.rbac.authorization.k8s.io"),
    asking("escalates", NOBODY, "escalate", "roles.rbac.authorization.k8s.io"),
    asking("binds", NOBODY, "bind", "roles.rbac.authorization.k8s.io"),
    making("makes a pod", NOBODY, thing("v1", "Pod", "try", {"containers": [{"name": "a", "image": "a"}]})),
    making("makes a queue", NOBODY, QUEUE),
    asking("makes a workload", NOBODY, "create", "workloads.kueue.x-k8s.io"),
    asking("admits a workload", NOBODY, "patch", "workloads.kueue.x-k8s.io", "--subresource=status"),
    asking("raises the quota", NOBODY, "patch", "clusterqueues.kueue.x-k8s.io"),
    asking("changes policies", NOBODY, "patch", "validatingadmissionpolicies.admissionregistration.k8s.io"),
    asking("changes the namespace", NOBODY, "patch", "namespaces"),
    asking("opens the network", NOBODY, "create", "networkpolicies.networking.k8s.io"),
    asking("makes an endpoint", NOBODY, "create", "inferenceservices.serving.kserve.io"),
    asking("restarts a Deployment", NOBODY, "patch", "deployments.apps"),
    asking("scales a Deployment", NOBODY, "patch", "deployments.apps", "--subresource=scale"),
    asking("makes a Service", NOBODY, "create", "services"),
    asking("changes a Service", NOBODY, "patch", "services"),
    asking("names addresses", NOBODY, "create", "endpointslices.discovery.k8s.io"),
    asking("changes addresses", NOBODY, "patch", "endpoints"),
    asking("has another logger", NOBODY, "patch", "inferenceservices.serving.kserve.io"),
    asking("deletes all at once", NOBODY, "deletecollection", "jobs.batch"),
    asking("drains", NOBODY, "create", "pods", "--subresource=eviction"),
    making("submits elsewhere", NOBODY, elsewhere(plain_job())),
    within("reads elsewhere", NOBODY, "get", "pods", namespace="default"),
    within("reads every namespace", NOBODY, "get", "pods", namespace="kube-system"),
    asking("reads nodes", NOBODY, "get", "nodes"),
)


def may(cluster: Cluster, attempt: Try) -> set[str]:
    """Those whom the API server lets do it."""
    return {name for name, who in HOLDERS.items() if attempt.refusal(cluster, who) is None}


@pytest.mark.parametrize("attempt", TRIES, ids=lambda each: each.name)
def test_each_may_do_what_the_rights_say_and_nobody_else(policed: Cluster, attempt: Try):
    if attempt.data and not knows(create((), attempt.data).kind):
        pytest.skip(f"the cluster does not know {attempt.data['kind']}")
    assert may(policed, attempt) == attempt.may


@pytest.mark.parametrize("rights", ["operate", "view", "submit"])
def test_a_role_with_one_verb_more_is_seen(deployment: Deployed, policed: Cluster, rights: str):
    """Mutate the rendered Role: the rows above would be red."""
    [role] = [each for each in deployment.teams[TEAM].of("Role") if each["metadata"]["name"] == rights]
    mutant = copy.deepcopy(role)
    mutant["rules"].append({"apiGroups": [""], "resources": ["secrets"], "verbs": ["get", "list"]})
    attempt = next(each for each in TRIES if each.name == "reads Secrets")
    having = {"operate": OPERATE}.get(rights, {rights})
    try:
        policed.apply([mutant])
        policed.wait("the mutant to hold", lambda: may(policed, attempt) == having)
    finally:
        policed.apply([role])
        policed.wait("the Role to hold", lambda: may(policed, attempt) == NOBODY)


def test_who_operates_stops_a_queued_workload_and_does_not_reorder_it(policed: Cluster):
    if not knows("workloads.kueue.x-k8s.io"):
        pytest.skip("the cluster does not know Workloads")
    policed.made.add("workload.kueue.x-k8s.io")
    template = job()["spec"]["template"]
    template["spec"]["restartPolicy"] = "Never"
    pods = {"name": "main", "count": 1, "template": template}
    spec = {"queueName": "train", "priority": 1, "podSets": [pods]}
    made = policed.marked(thing("kueue.x-k8s.io/v1beta2", "Workload", "seed-workload", spec))
    done = policed.kubectl("create", "-f", "-", *DEPLOYER, data=made)
    assert not done.returncode, done.stderr
    there = ("workload.kueue.x-k8s.io", "seed-workload")
    try:
        stops = patching("stops", OPERATE, there, {"spec": {"active": False}})
        assert may(policed, stops) == OPERATE
        jumps = patching("jumps the queue", NOBODY, there, {"spec": {"priority": 1000}})
        assert may(policed, jumps) == NOBODY
        assert "and nothing else" in (jumps.refusal(policed, HOLDERS["operate"]) or "it was accepted")
    finally:
        policed.delete(*there, "-n", TEAM)


def test_kubectl_is_asked_as_somebody_and_not_as_the_administrator(policed: Cluster):
    """The rows mean nothing where impersonation does not work."""
    done: subprocess.CompletedProcess[str] = policed.kubectl("auth", "whoami", *HOLDERS["login"])
    assert "oidc:vision-oncall" in done.stdout and "system:masters" not in done.stdout
