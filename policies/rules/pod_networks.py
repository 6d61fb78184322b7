"""Rules of NetworkPolicies: what they open, by address, pod and port, and whether anything holds pods to them."""

from collections.abc import Iterable, Iterator

from policies.addresses import covers, private, public
from policies.json_text import as_data
from policies.kubernetes_objects import KubernetesObject, objects_of, objects_of_kind, tokens
from policies.pod_networks import DIRECTIONS, PEERS, Direction, Opening, denies, openings
from policies.ports import PortRange, most_of_one_protocol
from policies.resources import JudgedStack, Resource, exists
from policies.rule import EVERYWHERE, Claim, Rule, Severity, claim, few
from policies.selectors import LabelSelector, Requirement
from policies.values import Truth, Undetermined, any_of
from reference.vocabulary import (
    CONFIG_MAP,
    DOMAIN,
    EKS_ADDON,
    EKS_CLUSTER,
    HAND_OVER_NAMESPACE,
    INFERENCE_SERVICE_LABEL,
    NODE_AGENTS_NAMESPACE,
    STACK_LABEL,
)

NAMESPACE_NAME = "kubernetes.io/metadata.name"
"""The label that the API server gives every namespace, and nobody changes."""
CALLS = f"calls.{DOMAIN}/"
"""The beginning of the labels by which a platform lets one namespace call the endpoints of another."""
OF_PLATFORM = frozenset(
    (
        *("kube-system", "cert-manager", "keda", "kserve", "kubeflow-system", "kuberay-system"),
        *("kueue-system", "monitoring", NODE_AGENTS_NAMESPACE, "tracing", HAND_OVER_NAMESPACE),
    )
)
"""The namespaces in which a platform runs what serves every team."""
ITS_OWN = ("127.0.0.0/8", "::1/128", "169.254.170.23/32", "fd00:ec2::23/128")
"""A pod itself, and where the agent of EKS Pod Identity gives it its credentials; instance metadata is next to that."""
FEW_PORTS = 32
CNI_SETTINGS = "amazon-vpc-cni"
"""The ConfigMap that the add-on's agent reads, and by which somebody else turns it off."""
SYSTEM = "kube-system"
CONTROL_PORTS = (22, 2379, 2380, 10249, 10250, 10255, 10256)
"""Ports of nodes and of what controls them: SSH, etcd, kubelet and kube-proxy."""


def _closed(subject: Resource, stack: JudgedStack) -> Iterator[Claim]:
    for each in objects_of(subject):
        if each.kind == "Namespace" and _has_to_be_closed(each, stack):
            yield from _default_deny(each, stack)
        elif each.kind == "NetworkPolicy":
            yield from _at_home(each, stack)
            for direction in DIRECTIONS:
                yield from _opened(each, direction, stack)
            yield from _patched(each)


def _has_to_be_closed(namespace: KubernetesObject, stack: JudgedStack) -> bool:
    # What a platform's own controllers reach is their charts': its namespaces are not judged, but for one of root's.
    of_team = namespace.value.at("metadata.labels").key(STACK_LABEL).is_given
    return bool(of_team) or stack.context.kind == "team" or namespace.name == HAND_OVER_NAMESPACE


def _default_deny(namespace: KubernetesObject, stack: JudgedStack) -> Iterator[Claim]:
    policies = objects_of_kind(stack, "NetworkPolicy")
    # A direction that no policy selects is open; policies add up, and none can take away what another allows.
    if namespace.name == stack.context.stack:
        known = namespace.value.at("metadata.labels").key(STACK_LABEL).equals(namespace.name)
        yield claim(
            known, f"label `{STACK_LABEL}` is not its name, by which admission knows a team's namespace"
        )
    for direction in DIRECTIONS:
        closed = any_of(_denies(policy, direction, namespace.name) for policy in policies)
        yield claim(closed, f"no NetworkPolicy denies all {direction.lower()} by default")


def _denies(policy: KubernetesObject, direction: Direction, namespace: str) -> Truth:
    try:
        return Truth.of(policy.namespace == namespace and denies(policy, direction))
    except Undetermined:
        return Truth.UNSURE


def _at_home(policy: KubernetesObject, stack: JudgedStack) -> Iterator[Claim]:
    # Policies add up: one in a namespace of others opens what their own close.
    own = stack.derived(_own_namespaces)
    known = own if stack.context.kind == "team" else own | OF_PLATFORM
    yield claim(policy.namespace in known, "`metadata.namespace` is no namespace of the stack")


def _patched(policy: KubernetesObject) -> Iterator[Claim]:
    for key in ("podSelector", "policyTypes"):
        kept = ~policy.value.at(f"spec.{key}").is_given if policy.is_patch else Truth.YES
        yield claim(kept, f"it changes `spec.{key}` of a NetworkPolicy that something else wrote")


def _opened(policy: KubernetesObject, direction: Direction, stack: JudgedStack) -> Iterator[Claim]:
    far: list[PortRange] = []
    for each in openings(policy, direction):
        yield claim(
            not each.is_anything,
            f"`{each.path}` names no `{PEERS[direction]}`: it allows all {direction.lower()}",
        )
        if each.networks is not None:
            judge = _lets_in if direction == "Ingress" else _lets_out
            yield from judge(each, stack)
        elif each.namespaces is not None:
            named = _is_named(each.namespaces, stack) or _is_probed(each, direction, stack)
            yield claim(
                named, f"`{each.path}` takes in namespaces that are neither the stack's nor the platform's"
            )
        if each.networks is not None or each.namespaces is not None:
            far += each.ports
    count = most_of_one_protocol(far)
    yield claim(count <= FEW_PORTS, f"`spec.{direction.lower()}` opens {count} ports beyond the namespace")


def _is_named(namespaces: LabelSelector, stack: JudgedStack) -> bool:
    """Whether namespaces are picked by what nobody else can give one: their names, or a label of the platform."""
    # `environment: prod` is of every team, and what a NotIn or an Exists takes in nobody has written down.
    if any(each.key.startswith(CALLS) and each.operator == "In" for each in namespaces.requirements):
        return True
    names = namespaces.values_of(NAMESPACE_NAME)
    return bool(names) and (OF_PLATFORM | stack.derived(_own_namespaces)).issuperset(names)


def _is_probed(opening: Opening, direction: Direction, stack: JudgedStack) -> bool:
    """Whether a platform lets its own pods out to the servers of teams' endpoints, and to no other pod of theirs."""
    if stack.context.kind != "platform" or direction != "Egress" or opening.namespaces is None:
        return False
    marked = ((opening.namespaces, STACK_LABEL), (opening.pods, INFERENCE_SERVICE_LABEL))
    return all(Requirement(key, "Exists") in found.requirements for found, key in marked)


def _own_namespaces(stack: JudgedStack) -> frozenset[str]:
    return frozenset(each.name for each in objects_of_kind(stack, "Namespace"))


def _lets_in(opening: Opening, stack: JudgedStack) -> Iterator[Claim]:
    found = _texts(opening)
    # Pods have addresses of the VPC: a network of it is the pods of every team.
    allowed = covers(stack.settings.ingress_cidrs, found)
    yield claim(allowed, f"`{opening.path}` lets in {few(found)}, where pods of others may be")


def _lets_out(opening: Opening, stack: JudgedStack) -> Iterator[Claim]:
    inside = [str(network) for network in private(_texts(opening))]
    vpc = stack.context.vpc_cidr
    if not covers(ITS_OWN, inside):
        known = Truth.UNSURE if vpc is None else covers((vpc, *ITS_OWN), inside)
        yield claim(Truth.of(known), f"`{opening.path}` lets pods out to {few(inside)}, beyond the VPC")
    controls = [port for port in CONTROL_PORTS if any(each.holds("tcp", port) for each in opening.ports)]
    yield claim(not controls, f"`{opening.path}` opens ports of nodes: {', '.join(map(str, controls))}")


def _texts(opening: Opening) -> list[str]:
    return [str(network) for network in opening.networks or ()]


def _stays_inside(subject: Resource, stack: JudgedStack) -> Iterator[Claim]:
    if stack.context.kind != "team":
        return
    for policy in objects_of(subject):
        if policy.kind == "NetworkPolicy":
            yield from _no_public(openings(policy, "Egress"))


def _no_public(opened: Iterable[Opening]) -> Iterator[Claim]:
    for each in opened:
        # A rule without a peer is about every address there is.
        yield claim(
            not each.is_anything, f"`{each.path}` names no `to`, which lets pods out to every address"
        )
        found = [str(network) for network in public(_texts(each))]
        yield claim(not found, f"`{each.path}` lets pods out to {few(found)}")


CNI = "vpc-cni"
SWITCH = "enableNetworkPolicy"
MODES = ("standard", "strict")
FIRST_VERSION = (1, 14)
"""The first version of the VPC CNI that holds pods to policies."""


def _enforced(subject: Resource, stack: JudgedStack) -> Iterator[Claim]:
    if subject.kind == CONFIG_MAP:
        switch = subject.at("metadata.name").equals(CNI_SETTINGS) & subject.at("metadata.namespace").equals(
            SYSTEM
        )
        yield claim(~switch, f"it is the ConfigMap `{CNI_SETTINGS}`, whose switches are the add-on's")
    elif subject.kind == EKS_CLUSTER:
        addons = stack.companions(subject, EKS_ADDON, "clusterName", own="name")
        found = [each for each in addons if each.at("addonName").equals(CNI)]
        unresolved = stack.unresolved(EKS_ADDON, "clusterName")
        yield claim(exists(found, unresolved), f"no Addon `{CNI}` holds its pods to NetworkPolicies")
    elif subject.at("addonName").equals(CNI):
        values = as_data(subject.at("configurationValues"))
        # A switch that is left out is off: policies are stored, and nobody reads them.
        on = values.key(SWITCH).equals(True)
        yield claim(on, f"`configurationValues` do not set `{SWITCH}` to `true`")
        agent = ~values.at("nodeAgent.enabled").equals(False)
        yield claim(agent, "`configurationValues` turn the agent off that holds pods to NetworkPolicies")
        mode = values.at("env").key("NETWORK_POLICY_ENFORCING_MODE").one_of(*MODES, missing=True)
        yield claim(mode, f"`NETWORK_POLICY_ENFORCING_MODE` is none of {', '.join(MODES)}")
        recent = subject.at("addonVersion").test(_is_recent, missing=True)
        yield claim(recent, "`addonVersion` is of before NetworkPolicies")


def _is_recent(version: object) -> bool:
    numbers = str(version).removeprefix("v").split(".")[:2]
    return all(part.isdigit() for part in numbers) and tuple(map(int, numbers)) >= FIRST_VERSION


RULES = (
    Rule(
        id="NW-08",
        name="default-deny",
        title="A team's namespaces are closed, but for what their policies name",
        why="A pod that is taken over otherwise reaches every other team's, the nodes and instance metadata.",
        fix="Add a NetworkPolicy that selects every pod and allows nothing, and policies that name peers and ports.",
        cluster=(
            "the NetworkPolicies themselves, which no member writes; one that is missing only the plan sees"
        ),
        severity=Severity.HIGH,
        enforcement=EVERYWHERE,
        owner="platform",
        controls=("CKV2_K8S_6", "CIS K8s 5.3.2"),
        scope="stack",
        kinds=tokens("Namespace", "NetworkPolicy"),
        check=_closed,
        note="A network is what its exceptions leave. A peer is a namespace of the stack or the platform by name, one "
        "that the platform lets call, or an address of the VPC; to the platform, endpoints of every team as well. Up "
        f"to {FEW_PORTS} ports are open beyond the namespace, none of them of a node. Of the platform's own "
        "namespaces that of hand-overs alone has a default.",
    ),
    Rule(
        id="NW-11",
        name="no-public-egress",
        title="Pods of a hardened team reach no public address",
        why="Whoever runs code in a pod sends its data to any host that takes HTTPS, and IAM is not asked.",
        fix="Take the address out of the NetworkPolicy; what pods need is brought into a bucket or an image before.",
        cluster="only the plan: members write no NetworkPolicy",
        severity=Severity.HIGH,
        enforcement=EVERYWHERE,
        owner="security",
        controls=("SC-7(5)", "AC-4"),
        scope="stack",
        security="hardened",
        kinds=tokens("NetworkPolicy"),
        check=_stays_inside,
        note="Names are still resolved: what a pod asks a resolver leaves by way of DNS. Controllers of the platform "
        "reach the internet through NAT.",
    ),
    Rule(
        id="NW-12",
        name="network-policies-enforced",
        title="A cluster holds its pods to NetworkPolicies",
        why="The VPC CNI enforces none until it is told to: every policy is stored, and every pod reaches every other.",
        fix='Add the add-on `vpc-cni` with `configurationValues: {"enableNetworkPolicy": "true"}` to the cluster.',
        cluster="only the plan: the add-on is the foundation's, and no member writes in `kube-system`",
        severity=Severity.CRITICAL,
        enforcement=EVERYWHERE,
        owner="platform",
        controls=("CIS K8s 5.3.1",),
        scope="stack",
        kinds=(EKS_CLUSTER, EKS_ADDON, CONFIG_MAP),
        check=_enforced,
        note="Another network plugin that enforces them is not known here, and needs an exception.",
    ),
)
