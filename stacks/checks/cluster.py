"""Checks of a foundation's cluster, its system nodes and its guardrails."""

from collections.abc import Iterator

from reference.instances import instance_types
from reference.names import without_path
from stacks.checks.check import check, repeats
from stacks.checks.instances import known_types, zones_with
from stacks.reading.explain import nearest
from stacks.reading.problems import Problem, at
from stacks.schema import Foundation
from stacks.schema.security_level import break_glass_roles, detection_options

TYPES = ("cluster", "system_nodes", "instance_types")


@check(Foundation)
def system_nodes_have_a_range(stack: Foundation) -> Iterator[Problem]:
    """Refuse fewer nodes at most than at least, and in prod fewer than one for each zone."""
    nodes, path = stack.cluster.system_nodes, ("cluster", "system_nodes")
    if nodes.min > nodes.max:
        yield at(*path, "max", says=f"must be at least `min`, which is {nodes.min}, got {nodes.max}")
    if stack.environment == "prod" and nodes.min < len(stack.network.zones):
        yield at(*path, "min", says=f"must be at least 3 in prod, one for each zone, got {nodes.min}")


@check(Foundation)
def system_types_are_known(stack: Foundation) -> Iterator[Problem]:
    """Refuse a type that cannot be placed and priced, or that has GPUs."""
    names = stack.cluster.system_nodes.instance_types
    yield from repeats(names, *TYPES)
    for position, name in enumerate(names):
        if name not in instance_types():
            says = f"is {name}, which is not a known instance type"
            yield at(*TYPES, position, says=says + nearest(name, sorted(instance_types())))
        elif instance_types()[name].gpus:
            yield at(*TYPES, position, says=f"is {name}, which has GPUs: system nodes run none of that work")


@check(Foundation)
def system_types_share_an_image(stack: Foundation) -> Iterator[Problem]:
    """Refuse types of two architectures: a node group has one AMI, and an AMI one architecture."""
    types = known_types(stack.cluster.system_nodes.instance_types)
    if len({each.arch for each in types}) > 1:
        found = ", ".join(f"{each.name} ({each.arch})" for each in types)
        yield at(*TYPES, says=f"must be of one architecture, got {found}")


@check(Foundation)
def system_types_are_offered(stack: Foundation) -> Iterator[Problem]:
    """Refuse a zone in which none of the types is offered: the node group spans all of them."""
    region = stack.account.region
    types = known_types(stack.cluster.system_nodes.instance_types)
    offered = zones_with((each.name for each in types), region)
    missing = [zone for zone in stack.network.zones if zone not in offered]
    if types and missing:
        yield at(*TYPES, says=f"has none that {region} offers in {', '.join(missing)}: add one")


@check(Foundation)
def roles_enter_once(stack: Foundation) -> Iterator[Problem]:
    """Refuse a role that is listed twice or is the deploy role: EKS has one access entry for a role."""
    # IAM takes role names that differ in path or case alone for one.
    roles = [entry.role for entry in stack.cluster.access]
    names = [role.rpartition("/")[2] for role in roles]
    yield from repeats(names, "cluster", "access", key="role")
    for position, role in enumerate(roles):
        if without_path(role) == without_path(stack.cluster.deploy_role):
            says = f"is `{role}`, the deploy role, which has access already"
            yield at("cluster", "access", position, "role", says=says)


@check(Foundation)
def break_glass_is_heard(stack: Foundation) -> Iterator[Problem]:
    """Refuse break-glass access whose use pages nobody, and addresses that would never be paged."""
    roles, path = break_glass_roles(stack), ("cluster", "break_glass_notify")
    if roles and stack.cluster.break_glass_notify is None:
        yield at(
            *path, says=f"is required: `{roles[0]}` of `cluster.access` is break-glass, and its use pages"
        )
    if stack.cluster.break_glass_notify and not roles:
        says = "has no effect while no entry of `cluster.access` has `break_glass: true`: leave it out"
        yield at(*path, says=says)
    if roles and detection_options(stack).trail == "off":
        says = f"must not be `off`: EventBridge hears from a trail alone that somebody takes on `{roles[0]}`"
        yield at("detection", "trail", says=says)


@check(Foundation)
def anomaly_is_below_the_ceiling(stack: Foundation) -> Iterator[Problem]:
    """Refuse an impact as large as the whole ceiling, which would be heard of too late."""
    anomalies, ceiling = stack.guardrails.anomalies, stack.guardrails.monthly_ceiling_usd
    if anomalies and anomalies.impact_usd >= ceiling:
        found = f"{anomalies.impact_usd:,f}"
        says = f"must be less than `monthly_ceiling_usd`, which is {ceiling:,f}, got {found}"
        yield at("guardrails", "anomalies", "impact_usd", says=says)
