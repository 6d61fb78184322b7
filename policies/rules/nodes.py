"""Rules of nodes: their metadata service, their accelerators, and the capacity types that they may have."""

from collections.abc import Iterator

from policies.context import device_of_types
from policies.pods import tier
from policies.resources import JudgedStack, Resource
from policies.rule import EVERYWHERE, Claim, Rule, Severity, claim
from policies.values import Truth, Value, any_of
from reference.accelerators import CPU_CLASS, UNIT_NOUNS
from reference.instances import InstanceType, instance_types
from reference.vocabulary import (
    EC2_NODE_CLASS,
    EKS_NODE_GROUP,
    INFERENCE_SERVICE,
    LAUNCH_TEMPLATE,
    NODE_POOL,
    POOL_LABEL,
    PULUMI_STACK,
    STACK_LABEL,
)

NODES = "nodes"


def _imdsv2(subject: Resource, stack: JudgedStack) -> Iterator[Claim]:
    if subject.kind == EKS_NODE_GROUP:
        # EKS makes a template of its own where it is given none, with a second hop.
        template = subject.at("launchTemplate")
        judged = Truth.of(bool(stack.targets(subject, "launchTemplate", LAUNCH_TEMPLATE)))
        yield claim(template.is_given, "it has no `launchTemplate`: EKS's own answers pods")
        elsewhere = Truth.NO if template.at("id").is_known else Truth.UNSURE
        yield claim(judged | elsewhere, "`launchTemplate` is none of this stack's")
        return
    options = subject.at("spec.metadataOptions" if subject.kind == EC2_NODE_CLASS else "metadataOptions")
    yield claim(options.at("httpTokens").equals("required"), f"`{options.path}.httpTokens` is not `required`")
    # With a second hop the answer reaches a pod's network, and the pod has its node's role.
    hops = options.at("httpPutResponseHopLimit").equals(1)
    yield claim(hops, f"`{options.path}.httpPutResponseHopLimit` is not 1")


def _requirement(pool: Resource, key: str) -> list[Value]:
    """The values that a pool's requirement admits; empty where it makes none."""
    values: list[Value] = []
    for each in pool.at("spec.template.spec.requirements").items():
        if each.at("key").equals(key) and each.at("operator").equals("In"):
            values += each.at("values").items()
    return values


def _type_names(nodes: Resource) -> list[str]:
    """The instance types that a pool or group names. Raises Undetermined."""
    if nodes.kind == EKS_NODE_GROUP:
        return [each.text() for each in nodes.at("instanceTypes").items()]
    return [each.text() for each in _requirement(nodes, "node.kubernetes.io/instance-type")]


def _types(nodes: Resource) -> list[InstanceType]:
    """The facts of those types that are known, and of every type of the families that a pool names."""
    known = instance_types()
    names = set(_type_names(nodes))
    if nodes.kind == NODE_POOL:
        families = {each.text() for each in _requirement(nodes, "karpenter.k8s.aws/instance-family")}
        names |= {name for name in known if name.partition(".")[0] in families}
    return [known[name] for name in sorted(names) if name in known]


def device_of(nodes: Resource) -> str | None:
    """The device that pods request on these nodes; None where they have no accelerator. Raises Undetermined."""
    return device_of_types(each.name for each in _types(nodes))


def _ceiling(subject: Resource, stack: JudgedStack) -> Iterator[Claim]:
    if subject.kind == PULUMI_STACK:
        if stack.context.kind == "team":
            yield from _declared_devices(stack)
        return
    unknown = [name for name in _type_names(subject) if name not in instance_types()]
    yield claim(not unknown, f"nothing is known of {', '.join(unknown)}")
    if subject.kind == NODE_POOL:
        # Karpenter takes no other limit than `nodes` for a pool with `replicas`.
        name = NODES if _is_static(subject) else _counted_by(subject) or NODES
        limit = subject.at("spec.limits").key(name)
        yield claim(limit.test(lambda raw: str(raw).isdigit()), f"`spec.limits.{name}` is not set")


def _declared_devices(stack: JudgedStack) -> Iterator[Claim]:
    """Claim that the nodes of a team together run no more devices, and vCPUs without any, than its file declares."""
    devices = [(each, _counted_by(each)) for each in stack.of(NODE_POOL, EKS_NODE_GROUP)]
    for name in UNIT_NOUNS:
        total = sum(_most(nodes, name) for nodes, device in devices if device == name)
        declared = stack.context.pool_devices.get(name, 0)
        yield claim(
            total <= declared, f"its pools may run {total} `{name}`, more than the {declared} declared"
        )


def _counted_by(nodes: Resource) -> str | None:
    """The resource that nodes are declared by; None of a group without devices, whose size is its own limit."""
    return device_of(nodes) or (CPU_CLASS if nodes.kind == NODE_POOL else None)


def _is_static(pool: Resource) -> bool:
    """Whether Karpenter keeps a number of nodes of a pool, whatever is asked for."""
    return pool.at("spec.replicas").plain() is not None


def _most(nodes: Resource, device: str) -> int:
    """The most devices, or vCPUs, that nodes run together. Raises Undetermined."""
    each_node = max((each.units for each in _types(nodes)), default=0)
    if nodes.kind == EKS_NODE_GROUP:
        return nodes.at("scalingConfig.maxSize").number() * each_node
    limits = nodes.at("spec.limits")
    if _is_static(nodes):
        return limits.key(NODES).number() * each_node
    return limits.key(device).number()


def _allowed_types(nodes: Resource, stack: JudgedStack) -> Iterator[Claim]:
    if not stack.context.is_dev:
        return
    allowed = stack.settings.dev_accelerators
    for each in _types(nodes):
        fits = each.accelerator is None or each.accelerator in allowed
        yield claim(fits, f"{each.name} is not among the accelerators of dev")


def _capacity_types(nodes: Resource) -> list[Value]:
    if nodes.kind == EKS_NODE_GROUP:
        return nodes.at("capacityType").items()
    return _requirement(nodes, "karpenter.sh/capacity-type")


def _capacity(nodes: Resource, stack: JudgedStack) -> Iterator[Claim]:
    kinds = _capacity_types(nodes)
    # Karpenter and node groups spell them differently.
    spot = any_of(each.one_of("spot", "SPOT") for each in kinds)
    lasting = any_of(each.one_of("on-demand", "ON_DEMAND", "reserved", "CAPACITY_BLOCK") for each in kinds)
    yield claim(bool(kinds), "it does not say how its nodes are bought")
    if not all(each.is_known for each in kinds):
        yield claim(Truth.UNSURE, "how its nodes are bought is known only after `up`")
    # Dev may always lose a node; a tier 1 endpoint may on spot lose all of them within two minutes.
    if stack.context.is_dev and device_of(nodes):
        yield claim(spot, "it never asks for spot capacity, in dev")
    if _serves_tier_1(nodes, stack):
        yield claim(lasting, "a tier 1 endpoint runs on it, on spot capacity alone")


def _serves_tier_1(nodes: Resource, stack: JudgedStack) -> bool:
    """Whether a tier 1 endpoint selects these nodes by their label."""
    label = nodes.at("spec.template.metadata.labels").key(POOL_LABEL)
    for service in stack.of(INFERENCE_SERVICE):
        if tier(service) == 1 and label.is_given:
            selected = service.at("spec.predictor.nodeSelector").key(POOL_LABEL)
            if selected.raw == label.raw:
                return True
    return False


def _resilient(nodes: Resource, stack: JudgedStack) -> Iterator[Claim]:
    if nodes.kind == NODE_POOL:
        taints = nodes.at("spec.template.spec.taints").items()
        # A wish, which is `PreferNoSchedule`, keeps nobody off.
        held = [each for each in taints if each.at("effect").one_of("NoSchedule", "NoExecute")]
        if device := device_of(nodes):
            tainted = any_of(each.at("key").equals(device) for each in held)
            yield claim(tainted, f"no taint `{device}` keeps other pods off its accelerators")
        if stack.context.kind == "team":
            own = any_of(_is_of(each, stack.context.stack) for each in held)
            yield claim(own, f"no taint `{STACK_LABEL}` keeps pods of other teams off")
            label = nodes.at("spec.template.metadata.labels").key(STACK_LABEL)
            yield claim(
                label.equals(stack.context.stack), f"`{label.path}` is not the stack that its nodes are of"
            )
        return
    # A subnet lies in one zone.
    subnets = nodes.at("subnetIds").test(lambda found: len(found) >= 2)
    yield claim(subnets, "`subnetIds` has fewer than 2 subnets, one a zone")
    if not device_of(nodes):
        yield claim(
            nodes.at("capacityType").equals("ON_DEMAND", missing=True), "`capacityType` is not `ON_DEMAND`"
        )
        smallest = nodes.at("scalingConfig.minSize").test(lambda found: int(found) >= 2)
        yield claim(smallest, "`scalingConfig.minSize` is less than 2")
    else:
        yield claim(nodes.at("taints").is_given, "no taint keeps other pods off its GPUs")


def _is_of(taint: Value, stack: str) -> Truth:
    return taint.at("key").equals(STACK_LABEL) & taint.at("value").equals(stack)


RULES = (
    Rule(
        id="NW-07",
        name="imdsv2",
        title="A pod cannot take its node's credentials",
        why="Version 1 of the metadata service, or a second hop, hands them to whoever can make a request.",
        fix="Set `httpTokens: required` and `httpPutResponseHopLimit: 1`, in a template of the stack for a node group.",
        cluster="NetworkPolicies of the namespace: no pod of a team reaches 169.254.169.254",
        severity=Severity.HIGH,
        enforcement=EVERYWHERE,
        owner="security",
        controls=("CKV_AWS_79", "CKV_AWS_341", "FSBP EC2.8", "FSBP AutoScaling.3", "CIS AWS 6.7"),
        kinds=(LAUNCH_TEMPLATE, EC2_NODE_CLASS, EKS_NODE_GROUP),
        scope="stack",
        check=_imdsv2,
    ),
    Rule(
        id="CO-04",
        name="gpu-ceiling",
        title="A team's nodes stay within the GPUs and vCPUs it declares",
        why="A pool without a limit buys what is asked of it.",
        fix="Set the pool's limit; keep the limits together within the stack file's `max_gpus` and `max_vcpus`.",
        cluster="Karpenter keeps to the limits of the NodePool, and Kueue to the quota of the ClusterQueue",
        severity=Severity.HIGH,
        enforcement=EVERYWHERE,
        owner="finops",
        scope="stack",
        kinds=(PULUMI_STACK, NODE_POOL, EKS_NODE_GROUP),
        check=_ceiling,
        note="An instance type that the reference data does not know fails. Nodes that stay are limited in nodes.",
    ),
    Rule(
        id="CO-05",
        name="instance-allow-list",
        title="Dev runs no accelerator that dev does not need",
        why="One forgotten p5 costs more in a weekend than a quarter of experiments.",
        fix="Use a class of `settings.dev_accelerators`, or try it in staging.",
        cluster="only the plan: Karpenter buys what NodePools name, of which a team writes none",
        severity=Severity.MEDIUM,
        enforcement=EVERYWHERE,
        owner="finops",
        kinds=(NODE_POOL, EKS_NODE_GROUP),
        check=_allowed_types,
    ),
    Rule(
        id="CO-06",
        name="spot",
        title="Dev asks for spot capacity first; a tier 1 endpoint never depends on it",
        why="Spot costs a third, and is taken back within two minutes.",
        fix="Add `spot` to the pool's capacity in dev, `on-demand` where a tier 1 endpoint runs.",
        cluster="only the plan: Karpenter buys what NodePools name, of which a team writes none",
        severity=Severity.MEDIUM,
        enforcement=EVERYWHERE,
        owner="finops",
        scope="stack",
        kinds=(NODE_POOL, EKS_NODE_GROUP),
        check=_capacity,
    ),
    Rule(
        id="RE-06",
        name="node-pools",
        title="System nodes survive a zone, GPUs are kept for what needs them, and a team's nodes for the team",
        why="Controllers on one spot node go away together; a web pod on a GPU node keeps it from leaving.",
        fix="Give the node group two subnets, two nodes and on-demand capacity; taint GPU pools, and a team's with its "
        "stack.",
        cluster=(
            "`paved-new-pods`: pods of a team select no system node, and only queued jobs and servers "
            "tolerate accelerators"
        ),
        severity=Severity.HIGH,
        enforcement=EVERYWHERE,
        owner="platform",
        controls=("FSBP AutoScaling.2", "FSBP AutoScaling.6"),
        kinds=(EKS_NODE_GROUP, NODE_POOL),
        check=_resilient,
    ),
)
