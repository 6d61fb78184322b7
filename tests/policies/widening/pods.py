"""Pods that have more of their node, in every field that gives it and in every kind that carries a pod."""

import copy

from tests.policies.widening.model import FOREIGN, addition, assigned, keys_of, kubernetes, lookup, put

DIGEST = "sha256:7d1a6f0c2b9e48d35f17c08ab4e2963d5cf0817ea2b64d93708e1fc5a6b2d490"
JOB = "kubernetes:batch/v1:Job"
C = "containers>0>"
SC = f"{C}securityContext>"
PATH = [{"name": "host", "hostPath": {"path": "/"}}]
BAD = {"name": "bad", "securityContext": {"privileged": True}}
OPENINGS = (
    ("hostNetwork", True, "K8-02", "has its node's network"),
    ("hostPID", True, "K8-02", "sees its node's processes"),
    ("hostIPC", True, "K8-02", "shares its node's memory"),
    ("hostNetwork", "true", "K8-02", "has its node's network, as text"),
    ("volumes", PATH, "K8-02", "mounts its node's root"),
    (
        "volumes",
        [{"name": "a", "emptyDir": {}, "hostPath": {"path": "/"}}],
        "K8-02",
        "mounts its node's root beside",
    ),
    (f"{SC}privileged", True, "K8-02", "is privileged"),
    (f"{SC}privileged", "true", "K8-02", "is privileged, as text"),
    (f"{SC}procMount", "Unmasked", "K8-02", "sees all of /proc"),
    (f"{C}ports", [{"containerPort": 80, "hostPort": 80}], "K8-02", "has a port of its node"),
    (f"{C}ports", [{"containerPort": 80, "hostPort": "80"}], "K8-02", "has a port of its node, as text"),
    (f"{SC}seLinuxOptions", {"type": "spc_t"}, "K8-02", "has no SELinux"),
    (
        "securityContext>sysctls",
        [{"name": "kernel.core_pattern", "value": "|/x"}],
        "K8-02",
        "sets its node's kernel",
    ),
    (f"{SC}appArmorProfile", {"type": "Unconfined"}, "K8-02", "has no AppArmor"),
    ("securityContext>windowsOptions", {"hostProcess": True}, "K8-02", "is a process of its node"),
    (
        f"{C}livenessProbe",
        {"httpGet": {"host": "169.254.169.254", "port": 80}},
        "K8-02",
        "has its node ask for it",
    ),
    (
        f"{C}livenessProbe",
        {"grpc": {"port": 80}, "tcpSocket": {"host": "10.0.0.1", "port": 1}},
        "K8-02",
        "has its node try a port",
    ),
    ("initContainers", [BAD], "K8-02", "starts with a privileged container"),
    ("ephemeralContainers", [BAD], "K8-02", "is looked into by a privileged container"),
    (f"{SC}capabilities>add", ["SYS_ADMIN"], "K8-03", "may do what root may"),
    (f"{SC}capabilities>add", ["ALL"], "K8-03", "has every capability"),
    (f"{SC}capabilities>add", ["NET_BIND_SERVICE", "NET_RAW"], "K8-03", "writes packets"),
    (f"{SC}capabilities>drop", ["all"], "K8-03", "drops nothing, in small letters"),
    (f"{SC}capabilities>drop", ["NET_RAW"], "K8-03", "drops one capability"),
    (f"{SC}allowPrivilegeEscalation", True, "K8-03", "may gain rights"),
    (f"{SC}allowPrivilegeEscalation", None, "K8-03", "may gain rights, by null"),
    (f"{SC}runAsUser", 0, "K8-04", "is root"),
    (f"{SC}runAsUser", "0", "K8-04", "is root, as text"),
    ("securityContext>runAsUser", 0, "K8-04", "is root as a pod"),
    (f"{SC}runAsNonRoot", False, "K8-04", "may be root"),
    (f"{SC}seccompProfile", {"type": "Unconfined"}, "K8-04", "has no filter of system calls"),
    (
        "securityContext>seccompProfile",
        {"type": "Unconfined"},
        "K8-04",
        "has no filter of system calls as a pod",
    ),
    (
        "volumes",
        [{"name": "nfs", "nfs": {"server": "10.0.0.1", "path": "/"}}],
        "K8-04",
        "mounts a server of its own",
    ),
    ("volumes", [{"name": "a", "iscsi": {"targetPortal": "10.0.0.1"}}], "K8-04", "mounts a disk of its own"),
    (f"{C}resources>limits>memory", "0", "K8-05", "has no limit of memory, by 0"),
    (f"{C}resources>requests>cpu", "0", "K8-05", "asks for no CPU"),
    (f"{C}resources>limits", {"memory": "1Gi", "nvidia.com/gpu": "0.5"}, "K8-05", "asks for half a GPU"),
    (f"{C}resources>limits>memory", "100Ti", None, "may take all memory"),
    ("serviceAccountName", "default", "ID-08", "has the account of whoever says nothing"),
    ("serviceAccountName", "", "ID-08", "has no account"),
    ("automountServiceAccountToken", True, None, "says that it has a token"),
    (
        "volumes",
        [
            {
                "name": "t",
                "projected": {
                    "sources": [{"serviceAccountToken": {"path": "t", "audience": "sts.amazonaws.com"}}]
                },
            }
        ],
        None,
        "has a token in a volume",
    ),
    (f"{C}image", "{ecr}/x:latest", "K8-06", "runs a tag"),
    (f"{C}image", "{ecr}/x", "K8-06", "runs the newest"),
    (f"{C}image", f"docker.io/library/python@{DIGEST}", "K8-06", "runs an image of another registry"),
    (f"{C}image", f"python@{DIGEST}", "K8-06", "runs an image of no registry"),
    (
        f"{C}image",
        f"{FOREIGN}.dkr.ecr.us-east-1.amazonaws.com/x@{DIGEST}",
        "K8-06",
        "runs an image of another account",
    ),
    (f"{C}image", f"{{ecr}}.example.com/x@{DIGEST}", "K8-06", "runs an image of a host called alike"),
    (f"{C}image", f"example.com/{{ecr}}/x@{DIGEST}", "K8-06", "runs an image of a path called alike"),
    (f"{C}image", "{ecr}/x@sha256:7d1a", "K8-06", "runs a digest that is none"),
    (
        "volumes",
        [{"name": "i", "image": {"reference": "docker.io/library/x:1"}}],
        "K8-06",
        "mounts an image of another registry",
    ),
    (
        f"{C}env",
        [{"name": "AWS_SECRET_ACCESS_KEY", "value": "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY"}],
        "EN-08",
        "has a key in its environment",
    ),
    (
        f"{C}env",
        [{"name": "MODE", "value": "AKIAIOSFODNN7EXAMPLE"}],
        "EN-08",
        "has a key's id in its environment",
    ),
    (f"{C}args", ["--password=tr0ub4dor&3-correct"], "EN-08", "has a password among its arguments"),
    (
        f"{C}command",
        ["sh", "-c", "export AWS_SECRET_ACCESS_KEY=wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY"],
        "EN-08",
        "has a key in its command",
    ),
    (
        f"{C}env",
        [{"name": "DB", "value": "postgres://u:s3cr3tpassw0rd@db/x"}],
        "EN-08",
        "has a password in an address",
    ),
    (
        f"{C}env",
        [{"name": "NVIDIA_VISIBLE_DEVICES", "value": "all"}],
        "K8-12",
        "asks for every GPU of its node",
    ),
    (
        f"{C}env",
        [{"name": "NEURON_RT_VISIBLE_CORES", "value": "0-31"}],
        "K8-12",
        "asks for every core of its node",
    ),
    ("runtimeClassName", "nvidia-legacy", "K8-12", "has another runtime"),
    ("shareProcessNamespace", True, None, "shares its processes"),
    ("nodeName", "ip-10-0-0-1", None, "goes past the scheduler"),
    ("schedulerName", "mine", None, "has a scheduler of its own"),
    ("tolerations", [{"operator": "Exists"}], None, "tolerates every node"),
    ("nodeSelector", {"paved.dev/stack": "ranking-prod"}, None, "goes to another team's nodes"),
    ("priorityClassName", "system-node-critical", None, "goes before the system"),
    ("hostUsers", True, None, "has its node's users"),
    ("dnsPolicy", "Default", None, "asks its node's resolver"),
    ("hostAliases", [{"ip": "10.0.0.1", "hostnames": ["s3.amazonaws.com"]}], None, "has names of its own"),
    ("securityContext>supplementalGroups", [0], None, "is of root's group"),
    (f"{SC}runAsGroup", 0, None, "has root's group"),
)
"""A path of a pod, what it becomes, the rule that forbids it, and what the pod then does."""
AT_SAMPLES = (
    "has its node's network",
    "mounts its node's root",
    "is privileged",
    "starts with a privileged container",
    "may do what root may",
    "is root",
    "runs an image of another registry",
    "has a key in its environment",
)
TEMPLATE = "spec>template>spec"
CARRIERS = {
    "kubernetes:core/v1:Pod": "spec",
    "kubernetes:core/v1:PodPatch": "spec",
    "kubernetes:core/v1:PodList": "items>0>spec",
    "kubernetes:core/v1:PodTemplate": "template>spec",
    "kubernetes:core/v1:PodTemplateList": "items>0>template>spec",
    "kubernetes:core/v1:ReplicationController": TEMPLATE,
    "kubernetes:apps/v1:Deployment": TEMPLATE,
    "kubernetes:apps/v1:DeploymentPatch": TEMPLATE,
    "kubernetes:apps/v1:DeploymentList": f"items>0>{TEMPLATE}",
    "kubernetes:apps/v1beta1:Deployment": TEMPLATE,
    "kubernetes:extensions/v1beta1:Deployment": TEMPLATE,
    "kubernetes:apps/v1:StatefulSet": TEMPLATE,
    "kubernetes:apps/v1:DaemonSet": TEMPLATE,
    "kubernetes:apps/v1:DaemonSetList": f"items>0>{TEMPLATE}",
    "kubernetes:apps/v1beta2:DaemonSet": TEMPLATE,
    "kubernetes:apps/v1:ReplicaSet": TEMPLATE,
    JOB: TEMPLATE,
    "kubernetes:batch/v1:JobList": f"items>0>{TEMPLATE}",
    "kubernetes:batch/v1:CronJob": f"spec>jobTemplate>{TEMPLATE}",
    "kubernetes:batch/v1beta1:CronJob": f"spec>jobTemplate>{TEMPLATE}",
    "kubernetes:keda.sh/v1alpha1:ScaledJob": "spec>jobTargetRef>template>spec",
    "kubernetes:jobset.x-k8s.io/v1alpha2:JobSet": f"spec>replicatedJobs>0>template>{TEMPLATE}",
    "kubernetes:jobset.x-k8s.io/v1beta1:JobSet": f"spec>replicatedJobs>0>template>{TEMPLATE}",
    "kubernetes:leaderworkerset.x-k8s.io/v1:LeaderWorkerSet": "spec>leaderWorkerTemplate>workerTemplate>spec",
    "kubernetes:trainer.kubeflow.org/v1alpha1:TrainJob": "spec>podTemplateOverrides>0>spec",
    "kubernetes:trainer.kubeflow.org/v2alpha1:TrainJob": "spec>podTemplateOverrides>0>spec",
    "kubernetes:kubeflow.org/v1:PyTorchJob": f"spec>pytorchReplicaSpecs>Worker>template>spec",
    "kubernetes:kubeflow.org/v1:TFJob": "spec>tfReplicaSpecs>Worker>template>spec",
    "kubernetes:kubeflow.org/v2beta1:MPIJob": "spec>mpiReplicaSpecs>Worker>template>spec",
    "kubernetes:kubeflow.org/v1:Notebook": TEMPLATE,
    "kubernetes:ray.io/v1:RayCluster": "spec>headGroupSpec>template>spec",
    "kubernetes:ray.io/v1alpha1:RayCluster": "spec>headGroupSpec>template>spec",
    "kubernetes:ray.io/v1:RayJob": "spec>submitterPodTemplate>spec",
    "kubernetes:ray.io/v1:RayCronJob": "spec>jobTemplate>rayClusterSpec>headGroupSpec>template>spec",
    "kubernetes:serving.kserve.io/v1beta1:InferenceService": "spec>predictor",
    "kubernetes:serving.kserve.io/v1alpha1:ServingRuntime": "spec",
    "kubernetes:serving.kserve.io/v1alpha1:ClusterServingRuntime": "spec",
    "kubernetes:serving.kserve.io/v1alpha1:LLMInferenceService": "spec>template",
    "kubernetes:serving.kserve.io/v1alpha2:LLMInferenceService": "spec>worker",
    "kubernetes:serving.knative.dev/v1:Service": TEMPLATE,
    "kubernetes:argoproj.io/v1alpha1:Workflow": "spec>podSpecPatched",
    "kubernetes:batch.volcano.sh/v1alpha1:Job": "spec>tasks>0>template>spec",
    "kubernetes:example.com/v1:Own": "spec>deep>podTemplate>spec",
}
"""The kinds that carry a pod, and where."""


def widenings(stack):
    if stack.of("pulumi:providers:kubernetes"):
        namespace = stack.context.stack if stack.context.kind == "team" else "kueue-system"
        good = pod(stack)
        yield from of_a_job(stack, namespace, good)
        yield from carried(stack, namespace, good)
        yield from at_samples(stack, good)


def pod(stack):
    """A pod that no rule finds anything of."""
    context = stack.context
    account, region = context.account, context.region
    image = f"{account}.dkr.ecr.{region}.amazonaws.com/{context.stack}/added@{DIGEST}"
    container = {
        "name": "main",
        "image": image,
        "resources": {
            "requests": {"cpu": "1", "memory": "1Gi"},
            "limits": {"memory": "1Gi", "ephemeral-storage": "1Gi"},
        },
        "securityContext": {
            "allowPrivilegeEscalation": False,
            "capabilities": {"drop": ["ALL"]},
            "readOnlyRootFilesystem": True,
        },
    }
    return {
        "serviceAccountName": "trainer",
        "automountServiceAccountToken": False,
        "restartPolicy": "Never",
        "securityContext": {"runAsNonRoot": True, "seccompProfile": {"type": "RuntimeDefault"}},
        "containers": [container],
    }


def carrier(stack, kind, namespace, spec):
    """An object of a kind that carries a pod."""
    path = CARRIERS[kind]
    content = {}
    holder = content
    keys = keys_of(path)
    for key, following in zip(keys, [*keys[1:], None], strict=True):
        value = spec if following is None else [{}] if following == 0 else {}
        if isinstance(holder, list):
            holder[key] = value
        else:
            holder[key] = value
        holder = value
    return kubernetes(stack, kind, "added", content, namespace)


def opened(spec, path, value, stack):
    account, region = stack.context.account, stack.context.region
    ecr = f"{account}.dkr.ecr.{region}.amazonaws.com"
    found = value.replace("{ecr}", ecr) if isinstance(value, str) else copy.deepcopy(value)
    return assigned(spec, path, found)


def of_a_job(stack, namespace, good):
    """A job of the team whose pod is as it should be, but for one thing."""
    for path, value, claim, what in OPENINGS:
        job = carrier(stack, JOB, namespace, opened(good, path, value, stack))
        yield addition(f"a Job {what}", (claim,) if claim else (), job)


def carried(stack, namespace, good):
    """The same pod in every kind, privileged and with its node's root."""
    for kind in CARRIERS:
        for what, claim in (
            ("is privileged", "K8-02"),
            ("is root", "K8-04"),
            ("runs an image of another registry", "K8-06"),
        ):
            path, value = next((path, value) for path, value, _, name in OPENINGS if name == what)
            spec = opened(good, path, value, stack)
            yield addition(
                f"{kind.removeprefix('kubernetes:')} {what}", (claim,), carrier(stack, kind, namespace, spec)
            )


def at_samples(stack, good):
    """A pod of the plan itself, with one thing more."""
    for kind, path in CARRIERS.items():
        found = [each for each in stack.of(kind) if lookup(each.properties, path)]
        for each in found[:1]:
            if each.type == kind or each.is_patch:
                for way, value, claim, what in OPENINGS:
                    if what in AT_SAMPLES:
                        whole = at_model(each, path, way)
                        yield put(each, whole, value, what, (claim,))


def at_model(subject, path, way):
    """The path of what is opened: where KServe makes a container of `model`, there."""
    if way.startswith(C) and lookup(subject.properties, f"{path}>containers>0") is lookup({}, "none"):
        if lookup(subject.properties, f"{path}>model") is not lookup({}, "none"):
            return f"{path}>model>{way.removeprefix(C)}"
        return f"{path}>containers>0>{way.removeprefix(C)}".replace("containers>0", "containers")
    return f"{path}>{way}"
