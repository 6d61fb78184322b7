"""The rule of what pods ask for: resources that a scheduler can count on."""

import re
from collections.abc import Iterator

from policies.pods import containers, is_template, pod_specs
from policies.resources import PODS, JudgedStack, Resource
from policies.rule import EVERYWHERE, Claim, Rule, Severity, advice, claim
from policies.values import MISSING, Truth, Value
from reference.accelerators import DEVICES
from reference.instances import instance_types
from reference.vocabulary import EPHEMERAL_STORAGE, UNKNOWN


def _requested(workload: Resource, value: Value) -> Value:
    """A property that must be set, if not here then by the job that is made from a template."""
    left_open = is_template(workload) and value.raw is MISSING
    return Value(UNKNOWN, value.path) if left_open else value


def _resources(workload: Resource, _stack: JudgedStack) -> Iterator[Claim]:
    for pod in pod_specs(workload):
        for container in containers(pod):
            found = container.at("resources")
            # No limit of CPU: it would throttle a pod on a node that idles.
            for kind, name in (("requests", "cpu"), ("requests", "memory"), ("limits", "memory")):
                given = _requested(workload, found.at(kind).key(name)).test(_is_some)
                yield claim(given, f"`{found.path}.{kind}.{name}` is not set")
            disk = _requested(workload, found.at("limits").key(EPHEMERAL_STORAGE)).test(lambda raw: True)
            yield advice(disk, f"`{found.path}.limits.ephemeral-storage` is not set")
            for device in DEVICES:
                yield from _devices(pod, found, device)


def _is_some(raw: object) -> bool:
    """Whether a quantity is more than nothing: `0` of memory is no limit."""
    return bool(re.search("[1-9]", str(raw)))


def _devices(pod: Value, resources: Value, device: str) -> Iterator[Claim]:
    request, limit = resources.at("requests").key(device), resources.at("limits").key(device)
    if request.raw is MISSING and limit.raw is MISSING:
        return
    # An extended resource is a whole number, and is never overcommitted: Kubernetes takes the limit for the request.
    number = limit.plain(0)
    yield claim(str(number).isdigit(), f"`{limit.path}` is not a whole number")
    equal = Truth.of(request.raw is MISSING) | request.test(lambda raw: str(raw) == str(number))
    yield claim(equal, f"`{request.path}` and `{limit.path}` differ")
    kind = instance_types().get(pod.at("nodeSelector").key("node.kubernetes.io/instance-type").text())
    if kind and str(number).isdigit():
        yield claim(int(number) <= kind.gpus, f"`{limit.path}` is more than the {kind.gpus} of a {kind.name}")


RULES = (
    Rule(
        id="K8-05",
        name="resources",
        title="A container says what it needs",
        why="Without requests a scheduler guesses; without a memory limit one pod takes its neighbours along.",
        fix="Set CPU and memory requests and a memory limit; GPUs as a whole number, request equal to limit.",
        cluster=(
            "LimitRange and ResourceQuota: what is left out gets a default or is refused; the "
            "policies of jobs ask for a memory limit beside a request"
        ),
        severity=Severity.MEDIUM,
        enforcement=EVERYWHERE,
        owner="platform",
        controls=("CKV_K8S_10", "CKV_K8S_11", "CKV_K8S_12", "CKV_K8S_13"),
        advises=True,
        kinds=(PODS,),
        check=_resources,
        note="An ephemeral-storage limit is advice: what a model needs on disk is known once it is there.",
    ),
)
