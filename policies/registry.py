"""Every rule of the pack, by id."""

from collections.abc import Mapping

from policies.rule import Rule
from policies.rules import (
    cluster,
    cost,
    data,
    encryption,
    exposure,
    granted,
    iam,
    isolation,
    namespaces,
    network,
    nodes,
    objectives,
    pending,
    rbac,
    secrets,
    serving,
    storage,
    supply,
    tags,
    workloads,
)

GROUPS = {
    "ID": "Identity",
    "EN": "Encryption and secrets",
    "NW": "Network",
    "DR": "Data retention, audit and recovery",
    "K8": "Kubernetes workloads",
    "ML": "ML governance",
    "CO": "Cost",
    "RE": "Reliability",
    "PX": "Exceptions",
}
"""What the first letters of an id stand for, in the order in which rules are listed."""

_MODULES = (
    cluster,
    cost,
    data,
    encryption,
    exposure,
    granted,
    iam,
    isolation,
    namespaces,
    network,
    nodes,
    objectives,
    pending,
    rbac,
    secrets,
    serving,
    storage,
    supply,
    tags,
    workloads,
)


def _ordered(rules: list[Rule]) -> tuple[Rule, ...]:
    groups = list(GROUPS)
    return tuple(sorted(rules, key=lambda rule: (groups.index(rule.id[:2]), rule.id)))


RULES = _ordered([rule for module in _MODULES for rule in module.RULES])
BY_ID: Mapping[str, Rule] = {rule.id: rule for rule in RULES}
