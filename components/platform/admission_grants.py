"""The admission rules of namespaces to which pools of the platform's own are granted."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from components.charts import KUEUE_NAMESPACE
from components.platform.admission_makers import ADMINISTRATOR, made_by
from components.platform.admission_rule import AdmissionRule, AdmissionRules
from components.platform.admission_rules import (
    DEVICE,
    DEVICE_TAINT,
    FROM_QUEUE,
    QUEUED,
    STACK_TAINT,
    own_nodes_selected,
    own_nodes_tolerated,
    selects_cpus,
    taints_tolerated,
    takes_pool,
    tolerates,
)
from reference.vocabulary import ACCELERATOR_LABEL, GPU_RESOURCE, POOL_LABEL, STACK_LABEL


@dataclass(frozen=True, kw_only=True)
class Grants:
    """The platform's own pools that each stack may use: the stack, then each pool's name and the value of its taint."""

    platform: str = ""
    stacks: Mapping[str, Mapping[str, str]] = field(default_factory=dict)


NO_GRANTS = Grants()

CHOSEN_STACK = f"p.spec.?nodeSelector[?'{STACK_LABEL}'].orValue('')"

THROUGH_QUEUE = (
    f"({FROM_QUEUE}) || {made_by(KUEUE_NAMESPACE)} || {ADMINISTRATOR} || "
    "(request.operation == 'UPDATE' && object.spec == oldObject.spec)"
)
"""The expression that holds when an object comes of a job that the queue has admitted, or is changed by the queue."""


def with_grants(rules: AdmissionRules, grants: Grants) -> AdmissionRules:
    """Rules of pods or jobs that also let them onto the pools that are granted to their namespace."""
    if not grants.stacks:
        return rules
    replacements = {
        own_nodes_selected(): [granted_nodes_selected(grants)],
        own_nodes_tolerated(): [granted_nodes_tolerated(), tolerations_from_queue()],
        taints_tolerated(): [granted_taints_tolerated(grants)],
    }
    wider: list[AdmissionRule] = []
    for rule in rules.rules:
        wider += replacements.get(rule, [rule])
    return AdmissionRules(variables={**rules.variables, "granted": granted(grants)}, rules=wider)


def granted(grants: Grants) -> str:
    """The pools that the namespace of the request may use: the value of each pool's taint by its name."""
    stacks: dict[str, str] = {}
    for stack, pools in grants.stacks.items():
        stacks[stack] = cel_map({pool: f"'{taint}'" for pool, taint in pools.items()})
    return f"{cel_map(stacks)}[?request.namespace].orValue({{}})"


def cel_map(entries: Mapping[str, str]) -> str:
    """A map of CEL: texts to expressions."""
    return "{" + ", ".join(f"'{key}': {value}" for key, value in sorted(entries.items())) + "}"


def granted_nodes_selected(grants: Grants) -> AdmissionRule:
    """A GPU pod names the nodes of its team, a granted pool, or in a namespace with a grant leaves it to the queue.

    Nodes are tainted, so what is left open here is open between those that the pod tolerates. No granted pool is of
    CPU nodes: a pod for some names its own team's.
    """
    chosen = CHOSEN_STACK
    pool = f"p.spec.?nodeSelector[?'{POOL_LABEL}'].orValue('')"
    return AdmissionRule(
        expression=(
            f"variables.pods.all(p, !{takes_pool('p')} || {chosen} == request.namespace"
            f" || (!({selects_cpus('p.spec')}) && {chosen} == '{grants.platform}' && {pool} in variables.granted)"
            f" || (!({selects_cpus('p.spec')}) && {chosen} == '' && size(variables.granted) > 0))"
        ),
        message=(
            f"'a pod that requests {GPU_RESOURCE}, or selects {ACCELERATOR_LABEL}, runs on nodes of its own team: set "
            f"nodeSelector {STACK_LABEL}: '"
            " + request.namespace + (size(variables.granted) == 0 ? '' : "
            f"', or leave it out, or set it to {grants.platform} with {POOL_LABEL} one of: ' + "
            "variables.granted.map(p, p).join(', '))"
        ),
    )


def granted_nodes_tolerated() -> AdmissionRule:
    """A pod tolerates the nodes of its own team, and those of granted pools."""
    pools = "variables.granted.exists(g, variables.granted[g] == t.?value.orValue(''))"
    return AdmissionRule(
        expression=(
            "variables.pods.all(p, p.spec.?tolerations.orValue([]).all(t, t.?key.orValue('') != '' && "
            f"(t.key != '{STACK_LABEL}' || (t.?operator.orValue('Equal') == 'Equal' && "
            f"(t.?value.orValue('') == request.namespace || {pools})))))"
        ),
        message=own_nodes_tolerated().message,
    )


def tolerations_from_queue() -> AdmissionRule:
    """Only the queue opens a granted pool: it adds the toleration, and owners pass it on to what they make."""
    return AdmissionRule(
        expression=(
            f"{THROUGH_QUEUE} || variables.pods.all(p, p.spec.?tolerations.orValue([])"
            f".all(t, t.?key.orValue('') != '{STACK_LABEL}' || t.?value.orValue('') == request.namespace))"
        ),
        message=(
            f"'the queue adds the toleration of a granted pool: leave out those of {STACK_LABEL} but for ' + "
            "request.namespace"
        ),
    )


def granted_taints_tolerated(grants: Grants) -> AdmissionRule:
    """A job tolerates both taints of its team's own nodes, or leaves both to the queue, which knows a granted pool's.

    A job for a granted pool that tolerates the device would be admitted to its class's own nodes once the pool is full.
    """
    own, device = f"({tolerates('p', STACK_TAINT)})", f"({tolerates('p', DEVICE_TAINT)})"
    return AdmissionRule(
        expression=(
            f"!({QUEUED}) || {THROUGH_QUEUE} || variables.pods.all(p, {selects_cpus('p.spec')} ? {own} : "
            f"{CHOSEN_STACK} == '{grants.platform}' ? !{device} : "
            f"{CHOSEN_STACK} == '' ? {own} == {device} : {own} && {device})"
        ),
        message=(
            f"'a pod template of a queued job tolerates both taints of its own nodes, {DEVICE} and {STACK_LABEL} with "
            f"value ' + request.namespace + ', or neither: the queue adds what a pool of {grants.platform} takes'"
        ),
    )
