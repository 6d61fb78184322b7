"""Rules of namespaces: restricted and capped."""

import re
from collections.abc import Iterator, Sequence
from functools import partial

from policies.context import UNKNOWN_DEVICE, Context
from policies.pods import in_namespace
from policies.resources import JudgedStack, Resource
from policies.rule import EVERYWHERE, Claim, Rule, Severity, claim
from policies.values import Truth, Value, any_of
from pricing.resources import gib
from reference.accelerators import DEVICES
from reference.releases import releases
from reference.vocabulary import (
    CLUSTER_QUEUE,
    HAND_OVER_NAMESPACE,
    NAMESPACE,
    RESOURCE_QUOTA,
    STACK_LABEL,
    UNKNOWN,
)

LIMITS = "kubernetes:core/v1:LimitRange"
CAP = re.compile(r"\d{1,5}m?|\d{1,9}Ki|\d{1,6}(Mi|Gi|G)|\d{1,3}(Ti|T)")
PSS = "pod-security.kubernetes.io/"


def _is_of_team(namespace: Resource) -> bool:
    return bool(namespace.at("metadata.labels").key(STACK_LABEL).is_given)


def _restricted(namespace: Resource, stack: JudgedStack) -> Iterator[Claim]:
    labels = namespace.at("metadata.labels")
    level = labels.key(f"{PSS}enforce")
    # A team's namespace with the name of an agent's is still a team's.
    excused = namespace.at("metadata.name").one_of(*stack.settings.privileged_namespaces)
    privileged = excused & level.equals("privileged") & (not _is_of_team(namespace))
    hands_over = namespace.at("metadata.name").equals(HAND_OVER_NAMESPACE) & level.equals("baseline")
    allowed = any_of((level.equals("restricted"), privileged, hands_over & (not _is_of_team(namespace))))
    yield claim(allowed, f"label `{PSS}enforce` is not `restricted`")
    # A newer version of the level may refuse what runs: an upgrade of the cluster must not decide on it.
    versions = [f"v{row.kubernetes}" for row in releases()]
    pinned = labels.key(f"{PSS}enforce-version").one_of(*versions)
    yield claim(pinned, f"label `{PSS}enforce-version` is not a version of a release of the platform")


def _capped(subject: Resource, stack: JudgedStack) -> Iterator[Claim]:
    if subject.kind == CLUSTER_QUEUE:
        if stack.context.kind in ("team", None):
            yield from _queue(subject, stack.context)
    else:
        yield from _namespace(subject, stack)


def _namespace(namespace: Resource, stack: JudgedStack) -> Iterator[Claim]:
    if not _is_of_team(namespace):
        return
    name = namespace.at("metadata.name").text()
    quotas = in_namespace(stack, RESOURCE_QUOTA, name)
    # With scopes a quota counts some pods alone, and the others are free.
    whole = [each for each in quotas if _counts_all(each)]
    yield claim(bool(whole), "it has no ResourceQuota for all of its pods")
    ranges = in_namespace(stack, LIMITS, name)
    yield claim(bool(ranges), "it has no LimitRange")
    for key, resource in (("default", "memory"), ("defaultRequest", "memory"), ("defaultRequest", "cpu")):
        given = any_of(_gives(each, key, resource) for each in ranges)
        yield claim(given, f"no LimitRange gives containers `{key}.{resource}`")
    for quota in whole:
        hard = quota.at("spec.hard")
        for key in ("requests.cpu", "requests.memory", "limits.memory", "pods"):
            yield claim(hard.key(key).test(_is_cap), f"its quota does not cap `{key}`")
        for key in ("services.loadbalancers", "services.nodeports"):
            yield claim(hard.key(key).one_of(0, "0"), f"its quota of `{key}` is not 0")
        yield from _devices(hard, stack.context)
        for each in ranges:
            yield from _defaults(each, hard.key("limits.memory"))


def _defaults(limits: Resource, cap: Value) -> Iterator[Claim]:
    """Claim that two containers which name no limit fit a quota."""
    for each in limits.at("spec.limits").items():
        memory = each.at("default").key("memory")
        fits = memory.test(lambda raw: _is_twice_within(raw, cap.plain()), missing=True)
        yield claim(fits, f"`{memory.path}` of its LimitRange is more than half of the quota")


def _is_twice_within(amount: object, cap: object) -> bool:
    """Whether an amount of memory fits twice; one in another unit is left to the claim that it is a cap."""
    one, most = gib(amount), gib(cap)
    return one is None or most is None or 2 * one <= most


def _queue(queue: Resource, context: Context) -> Iterator[Claim]:
    """Claim that a queue lets in no more devices than its team has, its own and borrowed."""
    for name in DEVICES:
        amounts: list[Value] = []
        for resource in _queued(queue):
            if resource.at("name").equals(name):
                amounts += [resource.at("nominalQuota"), resource.at("borrowingLimit")]
        yield from _device(name, _total(amounts), context, "its queue")


def _queued(queue: Resource) -> Iterator[Value]:
    for group in queue.at("spec.resourceGroups").items():
        for flavor in group.at("flavors").items():
            yield from flavor.at("resources").items()


def _total(amounts: Sequence[Value]) -> Value:
    """The sum of some amounts; what is left out, as an amount that may be borrowed, has no end."""
    path = "spec.resourceGroups"
    if not all(each.is_known for each in amounts):
        return Value(UNKNOWN, path)
    counted = [str(each.plain("without end")) for each in amounts]
    return Value(str(sum(map(int, counted))) if all(map(str.isdigit, counted)) else "without end", path)


def _counts_all(quota: Resource) -> bool:
    return bool(quota.at("spec.scopes").is_absent & quota.at("spec.scopeSelector").is_absent)


def _gives(limits: Resource, key: str, resource: str) -> Truth:
    """Whether a LimitRange gives a container of a namespace a limit or a request that it leaves out."""
    return any_of(
        each.at("type").equals("Container") & each.at(key).key(resource).test(_is_cap)
        for each in limits.at("spec.limits").items()
    )


def _is_cap(amount: object) -> bool:
    """Whether an amount is one that a cluster may have: no petabyte of memory, no million of anything."""
    return bool(CAP.fullmatch(str(amount)))


def _devices(hard: Value, context: Context) -> Iterator[Claim]:
    """Claim a cap for each accelerator by itself: without one, or with a wider one, it reaches other teams' nodes."""
    for name in DEVICES:
        yield from _device(name, hard.key(f"requests.{name}"), context, "its quota")


def _device(name: str, cap: Value, context: Context, of: str) -> Iterator[Claim]:
    of_unknown_class = context.granted_devices.get(UNKNOWN_DEVICE, 0)
    most = context.pool_devices.get(name, 0) + context.granted_devices.get(name, 0)
    within = cap.test(partial(_at_most, most), missing=most == 0)
    # Devices of a grant whose pool is not known may be of this kind: what they would explain is undetermined.
    explained = bool(of_unknown_class) and cap.test(partial(_at_most, most + of_unknown_class), missing=True)
    holds = within | Truth.UNSURE if explained is Truth.YES else within
    yield claim(holds, f"{of} of `{name}` is not within the {most} of the team's pools and grants")


def _at_most(most: int, amount: object) -> bool:
    return str(amount).isdigit() and int(str(amount)) <= most


RULES = (
    Rule(
        id="K8-01",
        name="namespace-restricted",
        title="A namespace enforces the restricted Pod Security level, at a version",
        why="What the level means changes with Kubernetes; an upgrade must not change what runs.",
        fix="Label the namespace `enforce: restricted` with `enforce-version`; node agents go to a declared namespace.",
        note="The namespace in which new file systems are handed over is at `baseline`, since root gives them away.",
        cluster="only the plan: labels of namespaces are the deployer's, and no team writes a namespace",
        severity=Severity.HIGH,
        enforcement=EVERYWHERE,
        owner="platform",
        controls=("CIS K8s 5.2.1",),
        kinds=(NAMESPACE,),
        check=_restricted,
    ),
    Rule(
        id="K8-08",
        name="quota-limitrange",
        title="A team's namespace has a quota and defaults, within the team's accelerators",
        why="One runaway job otherwise takes what every team shares.",
        fix="Add a ResourceQuota for all pods and a LimitRange with defaults; keep its accelerators within the stack's "
        "pools and grants.",
        cluster=(
            "the ResourceQuota and LimitRange themselves, and Kueue's ClusterQueue; one that is "
            "missing only the plan sees"
        ),
        severity=Severity.MEDIUM,
        enforcement=EVERYWHERE,
        owner="platform",
        scope="stack",
        kinds=(NAMESPACE, CLUSTER_QUEUE),
        check=_capped,
        note="GPUs and Neuron devices are capped apart, in the quota and in the queue with what it may "
        "borrow. That all teams together fit the cluster is checked between "
        "stack files, by `paved validate`.",
    ),
)
