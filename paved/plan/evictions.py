"""Evictions that a running training job cannot refuse, by pool of nodes for jobs."""

from collections.abc import Iterator, Mapping
from typing import Any

from paved.plan.model import Plan, PlannedResource
from reference.vocabulary import ACCELERATOR_LABEL, CAPACITY_TYPE_LABEL, NODE_POOL

RECLAIMED = {
    "spot": "EC2 takes spot nodes back at two minutes' notice",
    "reserved": "nodes of a capacity block end with it",
}


def evictions(plan: Plan) -> list[tuple[str, str]]:
    """Each pool of nodes for jobs, with the causes that end jobs on it whatever they ask of Karpenter."""
    return [(pool.name, "; ".join(_causes(pool))) for pool in plan.of(NODE_POOL) if _is_for_jobs(pool)]


def _causes(pool: PlannedResource) -> Iterator[str]:
    node = pool.inputs["spec"]["template"]["spec"]
    lifetime = node.get("expireAfter", "Never")
    old = "out of date" if lifetime == "Never" else f"{lifetime} old or out of date"
    yield f"a node that is {old} drains: jobs get {_grace(node)} to end"
    yield from (RECLAIMED[kind] for kind in _capacity_types(node) if kind in RECLAIMED)
    yield "a broken node goes at once"


def _grace(node: Mapping[str, Any]) -> str:
    return str(node.get("terminationGracePeriod", "any time"))


def _capacity_types(node: Mapping[str, Any]) -> list[str]:
    found: list[str] = []
    for requirement in node.get("requirements", ()):
        if requirement["key"] == CAPACITY_TYPE_LABEL:
            found += requirement.get("values", ())
    return found


def _is_for_jobs(pool: PlannedResource) -> bool:
    return ACCELERATOR_LABEL in pool.inputs["spec"]["template"].get("metadata", {}).get("labels", {})
