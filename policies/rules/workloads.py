"""Rules of pods: the restricted Pod Security level.

A Patch twin leaves out what it does not change: what is left out is unknown there, never wrong.
"""

from collections.abc import Iterator

from policies.pods import (
    annotation_maps,
    containers,
    is_hand_over,
    pod_specs,
    set_here,
    workload_containers,
)
from policies.resources import PODS, JudgedStack, Resource
from policies.rule import EVERYWHERE, Claim, Rule, Severity, advice, claim
from policies.values import MISSING, Truth, Value, all_of
from reference.vocabulary import STORAGE_CONTAINER, UNKNOWN

VOLUMES = (
    "configMap",
    "csi",
    "downwardAPI",
    "emptyDir",
    "ephemeral",
    "image",
    "persistentVolumeClaim",
    "projected",
    "secret",
)
SYSCTLS = (
    "kernel.shm_rmid_forced",
    "net.ipv4.ip_local_port_range",
    "net.ipv4.ip_unprivileged_port_start",
    "net.ipv4.tcp_syncookies",
    "net.ipv4.ping_group_range",
    "net.ipv4.ip_local_reserved_ports",
    "net.ipv4.tcp_keepalive_time",
    "net.ipv4.tcp_fin_timeout",
    "net.ipv4.tcp_keepalive_intvl",
    "net.ipv4.tcp_keepalive_probes",
)
SELINUX_TYPES = ("container_t", "container_init_t", "container_kvm_t", "")
HOOKS = ("livenessProbe", "readinessProbe", "startupProbe", "lifecycle.postStart", "lifecycle.preStop")


UNCONFINING = (
    *("container.apparmor.security.beta.kubernetes.io/", "container.seccomp.security.alpha.kubernetes.io/"),
    "seccomp.security.alpha.kubernetes.io/",
)
"""Annotations by which older versions choose a pod's profiles."""


def _host(workload: Resource, _stack: JudgedStack) -> Iterator[Claim]:
    if workload.kind == STORAGE_CONTAINER:
        yield from _host_of_container(workload.at("spec.container"))
    for annotations in annotation_maps(workload):
        yield from _profiles(annotations)
    for pod in pod_specs(workload):
        for key in ("hostNetwork", "hostPID", "hostIPC"):
            apart = pod.at(key).equals(False, missing=True)
            yield claim(apart, f"`{pod.at(key).path}` is not false")
        for volume in pod.at("volumes").items():
            # A path of the node is one even where it is empty.
            yield claim(_is_left_out(volume.at("hostPath")), f"`{volume.path}` mounts a path of the node")
        yield from _security_context(pod.at("securityContext"))
        for sysctl in pod.at("securityContext.sysctls").items():
            yield claim(sysctl.at("name").one_of(*SYSCTLS), f"`{sysctl.path}` is not a safe one")
        for container in containers(pod):
            yield from _host_of_container(container)


def _profiles(annotations: Value) -> Iterator[Claim]:
    for key, value in annotations.entries() if annotations.is_known else ():
        if key.startswith(UNCONFINING):
            confined = value.test(
                lambda raw: str(raw).startswith(("runtime/default", "docker/default", "localhost/"))
            )
            yield claim(confined, f"annotation `{key}` is not `runtime/default`")


def _host_of_container(container: Value) -> Iterator[Claim]:
    context = container.at("securityContext")
    apart = context.at("privileged").equals(False, missing=True)
    yield claim(apart, f"`{context.path}.privileged` is not false")
    proc = context.at("procMount").one_of("Default", missing=True)
    yield claim(proc, f"`{context.path}.procMount` is not `Default`")
    yield from _security_context(context)
    for port in container.at("ports").items():
        free = port.at("hostPort").test(lambda number: str(number) in ("", "0"), missing=True)
        yield claim(free, f"`{port.path}.hostPort` is set")
    # The kubelet makes these requests, from the node's own network, to any host that a pod names.
    for hook in HOOKS:
        for action in ("httpGet", "tcpSocket"):
            host = container.at(f"{hook}.{action}.host")
            yield claim(host.is_absent, f"`{host.path}` is set")


def _security_context(context: Value) -> Iterator[Claim]:
    inside = context.at("windowsOptions.hostProcess").equals(False, missing=True)
    yield claim(inside, f"`{context.path}.windowsOptions.hostProcess` is not false")
    kind = context.at("seLinuxOptions.type").one_of(*SELINUX_TYPES, missing=True)
    yield claim(kind, f"`{context.path}.seLinuxOptions.type` is not a container's")
    for key in ("user", "role"):
        yield claim(
            context.at(f"seLinuxOptions.{key}").is_absent, f"`{context.path}.seLinuxOptions.{key}` is set"
        )
    profile = context.at("appArmorProfile.type").one_of("RuntimeDefault", "Localhost", missing=True)
    yield claim(profile, f"`{context.path}.appArmorProfile.type` is unconfined")


def _made_by_kserve(workload: Resource) -> list[Value]:
    """The container that loads models into pods of every server."""
    return [workload.at("spec.container")] if workload.kind == STORAGE_CONTAINER else []


OF_A_HAND_OVER = ("CHOWN", "FOWNER")
"""The capabilities by which root gives directories of a new file system to a team."""


def _capabilities(workload: Resource, stack: JudgedStack) -> Iterator[Claim]:
    hands_over = is_hand_over(workload, stack)
    for container in [*_made_by_kserve(workload), *workload_containers(workload)]:
        context = container.at("securityContext")
        # Kubernetes takes what is left out for true.
        raises = set_here(workload, context.at("allowPrivilegeEscalation"))
        yield claim(raises.equals(False), f"`{context.path}.allowPrivilegeEscalation` is not false")
        dropped = set_here(workload, context.at("capabilities.drop")).contains("ALL")
        yield claim(dropped, f"`{context.path}.capabilities.drop` does not hold `ALL`")
        added = context.at("capabilities.add")
        bound = all_of(each.equals("NET_BIND_SERVICE") for each in added.items())
        owned = hands_over & all_of(each.one_of(*OF_A_HAND_OVER) for each in added.items())
        yield claim(bound | owned, f"`{context.path}.capabilities.add` is more than `NET_BIND_SERVICE`")


def _nonroot(workload: Resource, stack: JudgedStack) -> Iterator[Claim]:
    for pod in pod_specs(workload):
        for volume in pod.at("volumes").items():
            yield claim(_is_allowed(volume), f"`{volume.path}` is of a kind that is not allowed")
        for container in containers(pod):
            yield from _nonroot_container(workload, pod, container, stack)


def _is_allowed(volume: Value) -> Truth:
    """Whether a volume is of allowed kinds alone, and says which: `emptyDir: {}` does, though it is empty."""
    kinds = [(key, each) for key, each in volume.entries() if key != "name" and each.raw is not None]
    known = all_of(Truth.of(kind in VOLUMES) & (each.is_given | (kind == "emptyDir")) for kind, each in kinds)
    return known & bool(kinds)


def _is_left_out(value: Value) -> Truth:
    return Truth.UNSURE if value.raw is UNKNOWN else Truth.of(value.raw is MISSING or value.raw is None)


def _nonroot_container(
    workload: Resource, pod: Value, container: Value, stack: JudgedStack
) -> Iterator[Claim]:
    own, shared = container.at("securityContext"), pod.at("securityContext")
    hands_over = is_hand_over(workload, stack)
    for key, expected in (
        ("runAsNonRoot", (True,)),
        ("seccompProfile.type", ("RuntimeDefault", "Localhost")),
    ):
        # What a container sets counts for it; what it leaves out, its pod sets.
        effective = own.at(key) if own.at(key).raw is not MISSING else set_here(workload, shared.at(key))
        shown = " or ".join(f"`{str(each).lower() if each is True else each}`" for each in expected)
        held = effective.one_of(*expected) | (hands_over & (key == "runAsNonRoot"))
        yield claim(held, f"`{key}` of `{container.path}` is not {shown}")
    user = own.at("runAsUser") if own.at("runAsUser").raw is not MISSING else shared.at("runAsUser")
    root = user.test(lambda raw: not str(raw).strip("0"))
    yield claim(~root | hands_over, f"`runAsUser` of `{container.path}` is 0")
    read_only = set_here(workload, own.at("readOnlyRootFilesystem")).equals(True)
    yield advice(read_only, f"`readOnlyRootFilesystem` of `{container.path}` is not true")


_PSS = ("PSS baseline", "CIS K8s 5.2.2", "CIS K8s 5.2.3", "CIS K8s 5.2.4", "CIS K8s 5.2.5")

RULES = (
    Rule(
        id="K8-02",
        name="host-isolation",
        title="A pod has no part of its node",
        why="Who reads the node's files or network reads every team's.",
        fix="Leave out host namespaces, host paths, host ports, privileged mode and profile overrides.",
        cluster=(
            "Pod Security at the pod; the policies of jobs tell host namespaces and host paths at the job"
        ),
        severity=Severity.CRITICAL,
        enforcement=EVERYWHERE,
        owner="platform",
        controls=("CKV_K8S_16", "CKV_K8S_17", "CKV_K8S_18", "CKV_K8S_19", "CKV_K8S_26", "CKV_K8S_27", *_PSS),
        kinds=(STORAGE_CONTAINER, PODS),
        check=_host,
    ),
    Rule(
        id="K8-03",
        name="no-escalation",
        title="A container drops every capability and cannot gain one",
        why="What the API server does not see set, it allows.",
        fix="Set `allowPrivilegeEscalation: false` and `capabilities.drop: [ALL]` on every container.",
        cluster="Pod Security at the pod; the policies of jobs tell it at the job",
        severity=Severity.HIGH,
        enforcement=EVERYWHERE,
        owner="platform",
        controls=(
            "CKV_K8S_20",
            "CKV_K8S_25",
            "CKV_K8S_28",
            "CKV_K8S_37",
            "CKV_K8S_39",
            "CIS K8s 5.2.6",
            "PSS restricted",
        ),
        kinds=(STORAGE_CONTAINER, PODS),
        check=_capabilities,
        note="A Job that hands a new file system over has CHOWN and FOWNER, in a namespace that no team writes in.",
    ),
    Rule(
        id="K8-04",
        name="nonroot-seccomp",
        title="A container is not root, and its system calls are filtered",
        why="Root in a container is root on the node once the runtime has a flaw.",
        fix="Set `runAsNonRoot: true` and `seccompProfile: RuntimeDefault`, and mount allowed kinds of volumes.",
        cluster="Pod Security at the pod; the policies of jobs tell it at the job",
        severity=Severity.HIGH,
        enforcement=EVERYWHERE,
        owner="platform",
        controls=(
            "CKV_K8S_22",
            "CKV_K8S_23",
            "CKV_K8S_29",
            "CKV_K8S_30",
            "CKV_K8S_31",
            "CKV_K8S_40",
            "PSS restricted",
        ),
        advises=True,
        kinds=(PODS,),
        check=_nonroot,
        note="That the root file system is read-only is advice. A Job that hands a new file system over is root.",
    ),
)
