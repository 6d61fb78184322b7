"""What is there when attacks on it begin, and who may act as whom."""

from collections.abc import Iterator, Sequence

from tests.live.attacks.attack import DEPLOYER, JOB_CONTROLLER, KEDA, MEMBER, PROMOTER, REPLICA_SETS
from tests.live.attacks.workloads import (
    TEAM,
    Manifest,
    admitted_pod,
    collector_pod,
    cron_job,
    job,
    job_set,
    plain_job,
    promotion,
    promotion_pod,
    ray_cluster,
    ray_job,
    server_pod,
    thing,
    train_job,
)

OPERATORS = (
    ("keda", "keda-operator"),
    ("kserve", "kserve-controller-manager"),
    ("kubeflow-system", "jobset-controller-manager"),
    ("kube-system", "cronjob-controller"),
    ("kube-system", "job-controller"),
    ("kube-system", "replicaset-controller"),
    ("kuberay-system", "kuberay-operator"),
    ("kueue-system", "kueue-controller-manager"),
    ("somebodys-operator", "operator"),
    (TEAM, "trainer"),
)
"""The service accounts that attacks act as."""


def rights() -> Manifest:
    """Every right for the operators and the deployer: what holds them here are the policies alone."""
    accounts = [
        {"kind": "ServiceAccount", "namespace": namespace, "name": name} for namespace, name in OPERATORS
    ]
    deployer = {"kind": "User", "apiGroup": "rbac.authorization.k8s.io", "name": "deployer"}
    return {
        "apiVersion": "rbac.authorization.k8s.io/v1",
        "kind": "ClusterRoleBinding",
        "metadata": {"name": "paved-test-attackers"},
        "roleRef": {"apiGroup": "rbac.authorization.k8s.io", "kind": "ClusterRole", "name": "cluster-admin"},
        "subjects": [*accounts, deployer],
    }


def seeds() -> Iterator[tuple[Sequence[str], Manifest]]:
    """Objects, and who makes each."""
    yield DEPLOYER, thing("v1", "ConfigMap", "kube-root-ca.crt")
    yield MEMBER, thing("v1", "ConfigMap", "seed-mine")
    spec = {
        "accessModes": ["ReadWriteOnce"],
        "storageClassName": "gp3",
        "resources": {"requests": {"storage": "1Gi"}},
    }
    yield MEMBER, thing("v1", "PersistentVolumeClaim", "seed-claim", spec)
    yield MEMBER, job("seed-queued")
    yield MEMBER, plain_job("seed-plain")
    planned = cron_job()
    planned["metadata"]["name"] = "seed-cron"
    yield MEMBER, planned
    yield PROMOTER, promotion("seed-promotion")
    yield JOB_CONTROLLER, promotion_pod("seed-promotion-0")
    for make in (job_set, ray_cluster, ray_job, train_job):
        queued = make()
        queued["metadata"]["name"] = "seed-queued"
        yield MEMBER, queued
    run = job("retrain-seed")
    run["metadata"]["labels"]["paved.dev/trigger"] = "new-labels"
    yield KEDA, run
    nightly = cron_job()
    nightly["metadata"] |= {"name": "retrain-nightly", "labels": {"paved.dev/trigger": "nightly"}}
    nightly["spec"]["suspend"] = True
    yield DEPLOYER, nightly
    yield REPLICA_SETS, server_pod("seed-server")
    yield REPLICA_SETS, collector_pod("seed-collector")
    yield JOB_CONTROLLER, admitted_pod("seed-pod")
    admitted = ray_cluster("seed-admitted")
    for group in (admitted["spec"]["headGroupSpec"], *admitted["spec"]["workerGroupSpecs"]):
        group["template"]["metadata"]["labels"]["kueue.x-k8s.io/podset"] = "main"
    yield DEPLOYER, admitted
