"""Rules of nodes with accelerators: what their containers may lock, and which devices a pod sees."""

from collections.abc import Iterator

from policies.pods import pod_specs, workload_containers
from policies.resources import PODS, JudgedStack, Resource
from policies.rule import EVERYWHERE, Claim, Rule, Severity, claim
from policies.rules.nodes import device_of
from policies.user_data import container_limits, scripts
from policies.values import Truth, Value, any_of
from reference.fabric import LOCKED_MEMORY_BYTES, OPEN_FILES
from reference.vocabulary import (
    DEVICES_BY_CDI,
    EC2_NODE_CLASS,
    EFA_LABEL,
    GPU_RESOURCE,
    HELM_RELEASE,
    NODE_POOL,
    TOOLKIT_REFUSES,
)

DEVICE_PLUGIN = "nvidia-device-plugin"
DEVICES_BY_NAME = ("NVIDIA_VISIBLE_DEVICES", "NVIDIA_IMEX_CHANNELS", "NEURON_RT_VISIBLE_CORES")
"""Variables by which the toolkit gives a container devices that it did not request."""


def _locked_memory(subject: Resource, stack: JudgedStack) -> Iterator[Claim]:
    if subject.kind == NODE_POOL:
        if subject.at("spec.template.metadata.labels").key(EFA_LABEL).equals("true"):
            yield from _limits(_node_class(subject, stack))
    elif _has_efa(subject):
        yield from _limits(subject)


def _has_efa(node_class: Resource) -> Truth:
    """Whether the nodes of a class have EFA interfaces, whatever pods ask for."""
    kinds = [each.at("interfaceType") for each in node_class.at("spec.networkInterfaces").items()]
    return any_of(kind.one_of("efa", "efa-only") for kind in kinds)


def _limits(node_class: Resource | None) -> Iterator[Claim]:
    limits = container_limits(node_class.at("spec.userData").text() if node_class else "")
    locks = limits.get("RLIMIT_MEMLOCK", 0) >= LOCKED_MEMORY_BYTES
    yield claim(locks, f"its `userData` lets containers lock less than {LOCKED_MEMORY_BYTES} bytes")
    opens = limits.get("RLIMIT_NOFILE", 0) >= OPEN_FILES[0]
    yield claim(opens, f"its `userData` lets containers open fewer than {OPEN_FILES[0]} files")


def _node_class(pool: Resource, stack: JudgedStack) -> Resource | None:
    """The node class that a pool names; None where its stack has none of the name. Raises Undetermined."""
    name: Value = pool.at("spec.template.spec.nodeClassRef.name")
    found = [each for each in stack.of(EC2_NODE_CLASS) if each.at("metadata.name").equals(name.text())]
    return found[0] if found else None


def _shut_gpus(subject: Resource, stack: JudgedStack) -> Iterator[Claim]:
    for pod in pod_specs(subject):
        runtime = pod.at("runtimeClassName")
        yield claim(runtime.is_absent, f"`{runtime.path}` is a runtime that may give devices unasked")
    for container in workload_containers(subject):
        for variable in container.at("env").items():
            named = variable.at("name").one_of(*DEVICES_BY_NAME)
            shut = variable.at("value").one_of("", "none", "void", missing=True)
            yield claim(~named | shut, f"`{variable.path}` names GPUs of the node")
    if subject.kind == HELM_RELEASE:
        if subject.at("chart").equals(DEVICE_PLUGIN):
            strategy = subject.at("values.deviceListStrategy").equals(DEVICES_BY_CDI)
            yield claim(strategy, f"`values.deviceListStrategy` is not `{DEVICES_BY_CDI}`")
    elif subject.kind == NODE_POOL and device_of(subject) == GPU_RESOURCE:
        node_class = _node_class(subject, stack)
        text = node_class.at("spec.userData").text() if node_class else ""
        refuses = any(TOOLKIT_REFUSES in script for script in scripts(text))
        yield claim(refuses, f"no script of its `userData` sets `{TOOLKIT_REFUSES}`")


RULES = (
    Rule(
        id="RE-11",
        name="efa-locked-memory",
        title="A container of a node with EFA may lock the memory that NCCL registers",
        why="AL2023 sets no limit: the kernel's few MiB stand, and a job over several nodes that is not root fails.",
        fix="Set RLIMIT_MEMLOCK in the node class's `userData`, and repeat RLIMIT_NOFILE, as the list is whole.",
        severity=Severity.HIGH,
        enforcement=EVERYWHERE,
        owner="platform",
        scope="stack",
        kinds=(EC2_NODE_CLASS, NODE_POOL),
        cluster="only the plan: node classes come of stack files alone, and no member writes their kind",
        check=_locked_memory,
        note="That the limit reaches a pod is what `accept-fabric` shows on real nodes.",
    ),
    Rule(
        id="K8-12",
        name="gpu-isolation",
        title="A pod sees the GPUs that it requests, and no others of its node",
        why="By default an image that asks for all GPUs gets them, other teams' memory and unpaid hours with them.",
        fix="Give the device plugin the strategy `cdi-cri`, and set the toolkit's refusal in the class's `userData`.",
        severity=Severity.HIGH,
        enforcement=EVERYWHERE,
        owner="security",
        scope="stack",
        kinds=(HELM_RELEASE, NODE_POOL, PODS),
        cluster="admission refuses a team's pod that names devices in its environment or mounts the plugin's folder",
        check=_shut_gpus,
        note="`accept-isolation` tries it on real nodes.",
    ),
)
