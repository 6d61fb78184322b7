"""Attacks through those who make objects for others: operators, controllers of Kubernetes, and namespaces."""

from collections.abc import Iterator

from reference.vocabulary import GPU_RESOURCE, STACK_LABEL
from tests.live.attacks.attack import (
    CRON_JOBS,
    DEPLOYER,
    JOB_CONTROLLER,
    JOB_SETS,
    KEDA,
    KSERVE,
    KUBERAY,
    KUEUE,
    OWNER,
    REPLICA_SETS,
    STRANGER,
    TRAINER,
    Attack,
    create,
    creation,
    putting,
)
from tests.live.attacks.workloads import (
    Manifest,
    admitted_pod,
    job,
    plain_pod,
    server_pod,
    thing,
)


def of_deputies() -> Iterator[Attack]:
    """What operators would make with rights of their own, of what a member writes."""
    inside, own = "type ClusterIP and has no externalIPs", "Services for pods of its own"
    service = thing(
        "v1", "Service", "try-head-svc", {"selector": {"ray.io/cluster": "try"}, "ports": [{"port": 8265}]}
    )
    for name, path, value in (
        ("external-ip", "spec.externalIPs", ["10.0.0.2"]),
        ("balancer", "spec.type", "LoadBalancer"),
        ("node-port", "spec.type", "NodePort"),
    ):
        for who, maker in (("KubeRay", KUBERAY), ("deployer", DEPLOYER)):
            wrong = putting(path, value)
            yield creation(f"Service-{name}-by-{who}", maker, service, wrong, "paved-services", inside)
    other = putting("spec.selector", {"app": "isvc.defect-detector-predictor"})
    yield creation("Service-of-an-endpoint", KUBERAY, service, other, "paved-services", own, KSERVE)
    outside = {"type": "ExternalName", "externalName": "example.com", "selector": {"ray.io/cluster": "try"}}
    yield creation("Service-elsewhere", KUBERAY, service, putting("spec", outside), "paved-services", inside)
    of_set = thing(
        "v1", "Service", "try", {"clusterIP": "None", "selector": {"jobset.sigs.k8s.io/jobset-name": "try"}}
    )
    yield creation("JobSet-of-an-endpoint", JOB_SETS, of_set, other, "paved-services", own)
    of_server = thing(
        "v1", "Service", "a-predictor", {"selector": {"app": "isvc.a-predictor"}, "ports": [{"port": 80}]}
    )
    every = putting("spec.selector", {"paved.dev/worker": "true"})
    yield creation("KServe-of-others", KSERVE, of_server, every, "paved-services", own)
    backend = {"service": {"name": "try-head-svc", "port": {"number": 8265}}}
    ingress = thing("networking.k8s.io/v1", "Ingress", "try", {"defaultBackend": backend})
    policy = thing("networking.k8s.io/v1", "NetworkPolicy", "try", {"podSelector": {}})
    entered = creation("Ingress-by-deployer", DEPLOYER, ingress, dict, "paved-entrances", "no ingresses in")
    # Nobody makes an Ingress: the twin is another kind of its group.
    yield Attack(entered.name, entered.attempt, create(DEPLOYER, policy), entered.policy, entered.told)
    yield from of_rows()


def of_rows() -> Iterator[Attack]:
    """Kinds that an operator does not make in teams' namespaces, and the stack does."""
    told = "the object that it follows asks for too much"
    rules = [{"apiGroups": [""], "resources": ["pods"], "verbs": ["*"]}]
    role = {**thing("rbac.authorization.k8s.io/v1", "Role", "try"), "rules": rules}
    reference = {"apiGroup": "rbac.authorization.k8s.io", "kind": "Role", "name": "members"}
    binding = {**thing("rbac.authorization.k8s.io/v1", "RoleBinding", "try"), "roleRef": reference}
    scale = {"scaleTargetRef": {"kind": "Deployment", "name": "a"}, "maxReplicas": 99}
    target = {"apiVersion": "apps/v1", **scale["scaleTargetRef"]}  # type: ignore[dict-item]
    scaler = thing("autoscaling/v2", "HorizontalPodAutoscaler", "try", {**scale, "scaleTargetRef": target})
    claim = {"accessModes": ["ReadWriteOnce"], "resources": {"requests": {"storage": "1Gi"}}}
    for who, maker, manifest in (
        ("KubeRay", KUBERAY, role),
        ("KubeRay", KUBERAY, binding),
        ("KubeRay", KUBERAY, thing("v1", "ServiceAccount", "try")),
        ("KubeRay", KUBERAY, thing("v1", "Secret", "try")),
        ("KubeRay", KUBERAY, scaler),
        ("JobSet", JOB_SETS, thing("v1", "PersistentVolumeClaim", "try", claim)),
        ("JobSet", JOB_SETS, thing("v1", "Secret", "try")),
        ("KEDA", KEDA, thing("v1", "ConfigMap", "try")),
        ("Kueue", KUEUE, thing("v1", "ConfigMap", "try")),
        ("KServe", KSERVE, thing("v1", "Secret", "try")),
        ("stranger", STRANGER, thing("v1", "ConfigMap", "try")),
        ("jobs-account", TRAINER, thing("v1", "ConfigMap", "try")),
    ):
        name = f"{manifest['kind']}-by-{who}"
        yield creation(name, maker, manifest, dict, "paved-operators", told, DEPLOYER)


def of_pods() -> Iterator[Attack]:
    """Pods by their makers: what Kueue's labels and an endpoint's are worth."""
    queue, served = "one of a job that its queue has admitted", "on its servers alone"
    policy = "paved-new-pods"
    yield creation("pod-past-the-queue", JOB_CONTROLLER, admitted_pod(), unadmitted, policy, queue)
    yield creation("pod-forged", DEPLOYER, admitted_pod(), dict, policy, queue, JOB_CONTROLLER)
    yield creation("pod-tolerates", JOB_CONTROLLER, admitted_pod(), tolerating, policy, queue)
    yield creation(
        "pod-owned",
        DEPLOYER,
        admitted_pod(),
        putting("metadata.ownerReferences", [OWNER]),
        policy,
        queue,
        KUBERAY,
    )
    yield creation("pod-of-an-endpoint", JOB_CONTROLLER, server_pod(), dict, policy, served, REPLICA_SETS)
    collects = putting("metadata.labels", {"paved.dev/inference-log": "collector"})
    yield creation("pod-that-collects", JOB_CONTROLLER, plain_pod(), collects, policy, served, REPLICA_SETS)
    for name, maker, other in (
        ("logger", JOB_CONTROLLER, REPLICA_SETS),
        ("monitor", REPLICA_SETS, JOB_CONTROLLER),
    ):
        account = putting("spec.serviceAccountName", name)
        yield creation(f"pod-as-{name}", maker, plain_pod(), account, policy, "service account", other)
    app = putting("metadata.labels.app", "isvc.defect-detector-predictor")
    yield creation("pod-in-the-service", JOB_CONTROLLER, admitted_pod(), app, policy, served)
    account = putting("spec.serviceAccountName", "trainer")
    yield creation("server-as-trainer", REPLICA_SETS, server_pod(), account, policy, "service account")
    moved = putting("metadata.annotations", {})
    yield creation(
        "pod-moved", JOB_CONTROLLER, admitted_pod(), moved, "paved-pods", "how long its node is kept"
    )
    placed = putting("spec.nodeName", "ip-10-0-0-1")
    yield creation("pod-placed", JOB_CONTROLLER, admitted_pod(), placed, "paved-pods", "remove nodeName")
    # Members start none of these, but their schedules and their runs are judged as jobs are.
    late = putting("spec.template.spec.priorityClassName", "system-node-critical")
    for who, maker in (("schedule", CRON_JOBS), ("event", KEDA)):
        yield creation(f"run-by-{who}", maker, job(), late, "paved-jobs", "no priorityClassName")


def unadmitted(pod: Manifest) -> None:
    """Take what Kueue gave a pod."""
    del pod["metadata"]["labels"]["kueue.x-k8s.io/podset"]


def tolerating(pod: Manifest) -> None:
    """A pod that requests no device, and tolerates the nodes that have them."""
    unadmitted(pod)
    for amounts in pod["spec"]["containers"][0]["resources"].values():
        amounts.pop(GPU_RESOURCE, None)


def of_namespaces() -> Iterator[Attack]:
    """What a stack's namespace says of itself."""
    policy = "paved-tenants"
    labels = {STACK_LABEL: "a-prod", "data-class": "internal", "team": "a"}
    space = {"apiVersion": "v1", "kind": "Namespace", "metadata": {"name": "a-prod", "labels": labels}}
    # Of another environment, whose names the policy of names leaves alone.
    elsewhere = {**space, "metadata": {"name": "a-dev", "labels": {**labels, STACK_LABEL: "a-dev"}}}
    other = putting("metadata.labels", {**labels, STACK_LABEL: "b-dev"})
    yield creation("others-namespace", DEPLOYER, elsewhere, other, policy, "must be a-dev")
    bare = putting("metadata.labels", {})
    yield creation("namespace-of-one-that-is-gone", DEPLOYER, space, bare, "paved-names", "are of stacks")
    regulated = putting("metadata.labels", {**labels, "data-class": "regulated"})
    yield creation("regulated-namespace", DEPLOYER, space, regulated, policy, "not for regulated")


def deputy_attacks() -> Iterator[Attack]:
    """All of them."""
    for part in (of_deputies, of_pods, of_namespaces):
        yield from part()
