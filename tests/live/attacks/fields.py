"""Attacks by one field of a pod template, in every kind of job that a member writes, and in the pod itself."""

import copy
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from reference.vocabulary import STACK_LABEL
from tests.live.attacks.attack import JOB_CONTROLLER, MEMBER, Attack, creation, put
from tests.live.attacks.queueing import of_queue
from tests.live.attacks.workloads import (
    KINDS,
    REGISTRY,
    TEAM,
    TOLERATIONS,
    Manifest,
    admitted_pod,
    dict_of,
)

ALL, PODS, TEMPLATES, NOT_PODS = "all", "pods and templates", "templates", "not pods"
UNCHECKED = "what the API server itself does not check"


@dataclass(frozen=True)
class Field:
    """A value at a path of a pod template. `where` may hold it: a change of a runtime, a pod, a template alone."""

    name: str
    path: str
    value: Any
    told: str
    where: str = ALL


AFFINITY = {"topologyKey": "kubernetes.io/hostname", "labelSelector": {}}
ELSEWHERE = {**AFFINITY, "namespaceSelector": {}}
NEIGHBOURS = {**AFFINITY, "namespaces": ["search-prod"]}
REQUIRED = "requiredDuringSchedulingIgnoredDuringExecution"
PREFERRED = "preferredDuringSchedulingIgnoredDuringExecution"
TWO_BILLION = 2_000_000_000
SECRET = {"secretKeyRef": {"name": "somebodys", "key": "token"}}


def volume(**source: Any) -> list[Manifest]:
    """The volumes of a pod: one of this source."""
    return [{"name": "wanted", **source}]


def token(**fields: Any) -> list[Manifest]:
    """A volume with a token of the service account."""
    return volume(projected={"sources": [{"serviceAccountToken": {"path": "token", **fields}}]})


VOLUMES = "volumes are of the kinds"
HOMES = "claims that start with notebook- are homes"
PROJECTED = "a projected volume holds ConfigMaps"
NO_SECRET = "pods take no Secret by name"
GPUS = "a container has the GPUs that it requests"
AFFINE = "affinity is between pods of a team"
ROOT = "pods do not run as root"
RIGHTS = "containers have no rights of root"
SELECTED = "labels of pods are set by what selects by them"
OWN_IMAGES = f"images come from {REGISTRY}/{TEAM}/"
FIELDS = (
    Field("system-critical", "spec.priorityClassName", "system-node-critical", "no priorityClassName", PODS),
    Field(
        "cluster-critical", "spec.priorityClassName", "system-cluster-critical", "no priorityClassName", PODS
    ),
    Field("server-account", "spec.serviceAccountName", "server", "service account trainer"),
    Field("log-account", "spec.serviceAccountName", "logger", "service account trainer"),
    Field("monitor-account", "spec.serviceAccountName", "monitor", "service account trainer", NOT_PODS),
    Field("default-account", "spec.serviceAccountName", "default", "service account trainer"),
    Field("api-token", "spec.automountServiceAccountToken", True, "talks to the Kubernetes API", PODS),
    Field("secret-volume", "spec.volumes", volume(secret={"secretName": "somebodys"}), VOLUMES),
    Field("others-home", "spec.volumes", volume(persistentVolumeClaim={"claimName": "notebook-ada"}), HOMES),
    Field("driver-volume", "spec.volumes", volume(csi={"driver": "secrets-store.csi.k8s.io"}), VOLUMES),
    Field("host-path", "spec.volumes", volume(hostPath={"path": "/var/lib/kubelet"}), VOLUMES, NOT_PODS),
    Field("image-volume", "spec.volumes", volume(image={"reference": "evil/image:1"}), VOLUMES, TEMPLATES),
    Field(
        "projected-secret",
        "spec.volumes",
        volume(projected={"sources": [{"secret": {"name": "a"}}]}),
        PROJECTED,
    ),
    Field("token-for-the-api", "spec.volumes", token(), PROJECTED),
    Field("token-for-vault", "spec.volumes", token(audience="vault"), PROJECTED),
    Field("secret-variable", "spec.containers.0.env", [{"name": "A", "valueFrom": SECRET}], NO_SECRET),
    Field("secret-environment", "spec.containers.0.envFrom", [{"secretRef": {"name": "a"}}], NO_SECRET, PODS),
    Field("every-gpu", "spec.containers.0.env", [{"name": "NVIDIA_VISIBLE_DEVICES", "value": "all"}], GPUS),
    Field(
        "a-gpu-of-a-config-map",
        "spec.containers.0.env",
        [{"name": "NVIDIA_VISIBLE_DEVICES", "valueFrom": {"configMapKeyRef": {"name": "a", "key": "b"}}}],
        GPUS,
    ),
    Field("a-channel", "spec.containers.0.env", [{"name": "NVIDIA_IMEX_CHANNELS", "value": "0"}], GPUS),
    Field("pull-secret", "spec.imagePullSecrets", [{"name": "somebodys"}], NO_SECRET),
    Field("scheduler", "spec.schedulerName", "my-scheduler", "leave schedulerName", PODS),
    Field("runtime-class", "spec.runtimeClassName", "nvidia", "leave schedulerName", TEMPLATES),
    Field("repels-required", "spec.affinity", {"podAntiAffinity": {REQUIRED: [ELSEWHERE]}}, AFFINE),
    Field("repels-named", "spec.affinity", {"podAntiAffinity": {REQUIRED: [NEIGHBOURS]}}, AFFINE),
    Field("joins-required", "spec.affinity", {"podAffinity": {REQUIRED: [NEIGHBOURS]}}, AFFINE),
    Field(
        "repels-preferred",
        "spec.affinity",
        {"podAntiAffinity": {PREFERRED: [{"weight": 1, "podAffinityTerm": ELSEWHERE}]}},
        AFFINE,
    ),
    Field(
        "claimed-device",
        "spec.resourceClaims",
        [{"name": "gpu", "resourceClaimTemplateName": "gpu"}],
        "leave resourceClaims out",
        PODS,
    ),
    Field("never-ends", "spec.terminationGracePeriodSeconds", TWO_BILLION, "at most 3600, an hour"),
    Field("others-image", "spec.containers.0.image", f"{REGISTRY}/search-prod/ranker:1", OWN_IMAGES, PODS),
    Field("any-registry", "spec.containers.0.image", "ghcr.io/somebody/miner:1", OWN_IMAGES, PODS),
    Field("near-prefix", "spec.containers.0.image", f"{REGISTRY}/{TEAM}-2/miner:1", OWN_IMAGES, PODS),
    Field("short-name", "spec.containers.0.image", f"{TEAM}/miner:1", OWN_IMAGES, PODS),
    Field("kept-for-ever", "metadata.finalizers", ["paved.dev/kept"], "leave finalizers out", NOT_PODS),
    Field("others-bill", "metadata.labels", {"cost-center": "CC-9999"}, "are those of the namespace"),
    Field("others-team", "metadata.labels", {"team": "search"}, "are those of the namespace"),
    Field("others-stack", "metadata.labels", {STACK_LABEL: "search-prod"}, "are those of the namespace"),
    Field(
        "served-by-a-job",
        "metadata.labels",
        {"serving.kserve.io/inferenceservice": "defect-detector"},
        SELECTED,
        NOT_PODS,
    ),
    Field(
        "in-the-service", "metadata.labels", {"app": "isvc.defect-detector-predictor"}, SELECTED, "not pods"
    ),
    Field("in-a-retraining", "metadata.labels", {"paved.dev/trigger": "new-labels"}, SELECTED, NOT_PODS),
    Field("in-the-log", "metadata.labels", {"paved.dev/inference-log": "collector"}, SELECTED, NOT_PODS),
    Field("forged-admission", "metadata.labels", {"kueue.x-k8s.io/podset": "main"}, SELECTED, NOT_PODS),
    Field("somebodys-ray", "metadata.labels", {"ray.io/cluster": "neighbour"}, SELECTED, NOT_PODS),
    Field("somebodys-set", "metadata.labels", {"jobset.sigs.k8s.io/jobset-name": "a"}, SELECTED, NOT_PODS),
    Field(
        "whole-node",
        "metadata.annotations",
        {"karpenter.sh/do-not-disrupt": "true", "alpha.jobset.sigs.k8s.io/exclusive-topology": "a"},
        "annotations of pods are set by",
        NOT_PODS,
    ),
    Field("root", "spec.securityContext", {"runAsUser": 0, "runAsNonRoot": False}, ROOT, NOT_PODS),
    Field("root-container", "spec.containers.0.securityContext.runAsUser", 0, ROOT, NOT_PODS),
    Field(
        "unconfined",
        "spec.containers.0.securityContext.seccompProfile",
        {"type": "Unconfined"},
        ROOT,
        NOT_PODS,
    ),
    Field("privileged", "spec.containers.0.securityContext.privileged", True, RIGHTS, UNCHECKED),
    Field(
        "escalates",
        "spec.containers.0.securityContext.allowPrivilegeEscalation",
        True,
        RIGHTS,
        NOT_PODS,
    ),
    Field(
        "capability",
        "spec.containers.0.securityContext.capabilities",
        {"drop": ["ALL"], "add": ["SYS_ADMIN"]},
        RIGHTS,
        NOT_PODS,
    ),
    Field("host-network", "spec.hostNetwork", True, "share nothing with their node", TEMPLATES),
    Field("host-processes", "spec.hostPID", True, "share nothing with their node", TEMPLATES),
    Field("node-by-name", "spec.nodeName", "ip-10-0-0-1", "remove nodeName", TEMPLATES),
    Field(
        "others-nodes",
        "spec.tolerations",
        [*TOLERATIONS, {"key": STACK_LABEL, "operator": "Equal", "value": "search-prod"}],
        "may not tolerate the nodes of another team",
    ),
    Field(
        "every-node",
        "spec.tolerations",
        [*TOLERATIONS, {"operator": "Exists"}],
        "name the key of every toleration",
    ),
    Field(
        "others-pool",
        "spec.nodeSelector",
        {STACK_LABEL: "search-prod", "paved.dev/accelerator": "l40s"},
        f"set nodeSelector {STACK_LABEL}: {TEAM}",
        PODS,
    ),
    Field(
        "system-pool",
        "spec.nodeSelector",
        {STACK_LABEL: TEAM, "paved.dev/accelerator": "l40s", "paved.dev/pool": "system"},
        "never system nodes",
        PODS,
    ),
)


def at(kind: str, field: Field) -> bool:
    """Whether a kind of object has a field."""
    if kind == "TrainJob":
        return field.where in (ALL, NOT_PODS, UNCHECKED)
    if kind == "Pod":
        return field.where in (ALL, PODS)
    return field.where != UNCHECKED or kind.startswith("Ray")


def of_template(kind: str, field: Field) -> Attack:
    """An attack by a field of a kind of job's pod template."""
    policy, make, template = KINDS[kind]

    def change(manifest: Manifest) -> None:
        put(template(manifest), field.path, copy.deepcopy(field.value))

    return creation(f"{kind}-{field.name}", MEMBER, make(), change, policy, field.told)


POD_POLICIES = {"others-nodes": "paved-pods", "every-node": "paved-pods", "others-pool": "paved-pods"}


def of_pod(field: Field) -> Attack:
    """The same in a pod, which the Job controller makes of a template that no policy saw."""

    def change(manifest: Manifest) -> None:
        put(manifest, field.path, copy.deepcopy(field.value))
        labels = dict_of(manifest["metadata"], "labels")
        labels["kueue.x-k8s.io/podset"] = "main"

    policy = POD_POLICIES.get(field.name, "paved-new-pods")
    return creation(f"Pod-{field.name}", JOB_CONTROLLER, admitted_pod(), change, policy, field.told)


def field_attacks() -> Iterator[Attack]:
    """Every field in every kind of job, and in the pod."""
    for kind in KINDS:
        yield from (of_template(kind, field) for field in FIELDS if at(kind, field))
        yield from of_queue(kind)
    yield from (of_pod(field) for field in FIELDS if at("Pod", field))
