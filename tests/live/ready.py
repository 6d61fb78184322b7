"""What a cluster lacks to be one for these tests, and which controllers of jobs run in it."""

import json
from typing import Any

import yaml

from components.charts import KUEUE_NAMESPACE
from reference.releases import releases
from reference.vocabulary import STACK_LABEL
from tests.live.cluster import RUN_LABEL, Cluster

DEFINITIONS = {
    f"{kind}.kueue.x-k8s.io": "v1beta2"
    for kind in ("clusterqueues", "cohorts", "localqueues", "resourceflavors", "topologies", "workloads")
}
"""The definitions without which no job is queued, and the version of each that must be served."""
WEBHOOKS = {"trainer": "clustertrainingruntimes", "jobset": "jobsets", "kserve": "inferenceservices"}
"""Controllers with a webhook, and a resource that it is asked of."""
LEASES = {
    "ray": "ray-operator-leader",
    "keda": "operator.keda.sh",
    "karpenter": "karpenter-leader-election",
}
"""Controllers without one, and the lease that their leader holds."""
PLAYED = ("kwok.x-k8s.io/node",)
"""Annotations of a node on which nothing really runs."""


def lacking(cluster: Cluster) -> str | None:
    """The first thing that keeps the tests from this cluster; None for one that is fit for them.

    A deployment needs Kueue's definitions too, and attacks on policies an API server alone.
    """
    done = cluster.kubectl("version", "-o", "json", "--request-timeout=10s")
    server = json.loads(done.stdout or "{}").get("serverVersion")
    if not server:
        return f"there is no cluster: {done.stderr.strip()}"
    wanted = {row.kubernetes for row in releases()}
    if (found := f"{server['major']}.{server['minor'].rstrip('+')}") not in wanted:
        return f"the cluster is Kubernetes {found}, and Paved's releases run on {', '.join(sorted(wanted))}"
    return somebody_elses(cluster)


def without_definitions(cluster: Cluster) -> str | None:
    """The definitions that a cluster lacks, or serves in other versions."""
    served: dict[str, set[str]] = {}
    for each in cluster.items("customresourcedefinitions"):
        served[each["metadata"]["name"]] = {v["name"] for v in each["spec"]["versions"] if v["served"]}
    missing = [name for name, version in DEFINITIONS.items() if version not in served.get(name, ())]
    if missing:
        return f"the cluster lacks definitions of Kueue: {', '.join(sorted(missing))}, version v1beta2"
    return None


def somebody_elses(cluster: Cluster) -> str | None:
    """The reason why a cluster is not the tests' own: nodes that run things, teams, or what a run left behind."""
    real = [each["metadata"]["name"] for each in cluster.items("nodes") if not played(each)]
    if real:
        return f"pods would run on the cluster's nodes, of which these are not kwok's or kind's: {', '.join(real)}"
    teams = cluster.items("namespaces", "-l", f"{STACK_LABEL},!{RUN_LABEL}")
    if teams:
        return f"the cluster has teams: {', '.join(each['metadata']['name'] for each in teams)}"
    for kind in sorted({"namespaces", "nodes", "resourceflavors.kueue.x-k8s.io"} & served_names(cluster)):
        if left := cluster.items(kind, "-l", RUN_LABEL):
            names = ", ".join(each["metadata"]["name"] for each in left)
            return f"an earlier run left {kind} behind: {names}. Delete what has the label {RUN_LABEL}"
    return None


def served_names(cluster: Cluster) -> set[str]:
    """The names of the kinds that the cluster knows, with their groups, as kubectl takes them."""
    names = set(cluster.kubectl("api-resources", "-o", "name").stdout.split())
    return names | {"namespaces", "nodes", "pods"}


def played(node: dict[str, Any]) -> bool:
    """Whether a node is kwok's, or a container of kind."""
    annotations = node["metadata"].get("annotations", {})
    kind = node["spec"].get("providerID", "").startswith("kind://")
    return kind or any(each in annotations for each in PLAYED)


def controllers(cluster: Cluster) -> set[str]:
    """The controllers, beside Kueue and Kubernetes' own, that run in a cluster."""
    found = {name for name, resource in WEBHOOKS.items() if has_webhook(cluster, resource)}
    leases = {each["metadata"]["name"] for each in cluster.items("leases", "--all-namespaces")}
    return found | {name for name, lease in LEASES.items() if lease in leases}


def has_webhook(cluster: Cluster, resource: str) -> bool:
    """Whether a webhook other than Kueue's is asked of a resource."""
    for configuration in cluster.items("validatingwebhookconfigurations"):
        if "kueue" in configuration["metadata"]["name"]:
            continue
        for webhook in configuration["webhooks"]:
            if any(resource in rule["resources"] for rule in webhook.get("rules", [])):
                return True
    return False


def pods_ready_timeout(cluster: Cluster) -> str:
    """The time that Kueue gives a job until its pods are ready, as its configuration says; empty when nothing does."""
    found = cluster.read("configmap", "kueue-manager-config", "-n", KUEUE_NAMESPACE) or {"data": {}}
    for text in found["data"].values():
        return str(yaml.safe_load(text).get("waitForPodsReady", {}).get("timeout", ""))
    return ""


def served(cluster: Cluster, resource: str) -> bool:
    """Whether a cluster knows a resource."""
    return f"{resource}." in cluster.kubectl("api-resources", "-o", "name").stdout
