"""What may still end a running training job, said of each pool of GPU nodes before anybody trains on it."""

from collections.abc import Iterator, Mapping
from typing import Any

from paved.plan.model import Plan, PlannedResource
from reference.vocabulary import NODE_POOL

CAPACITY_TYPE = "karpenter.sh/capacity-type"
TAKEN_BACK = {
    "spot": "EC2 takes spot nodes back at two minutes' notice",
    "reserved": "nodes of a capacity block end with it",
}


def evictions(plan: Plan) -> list[tuple[str, str]]:
    """Each pool of GPU nodes, with what ends jobs on it whatever they ask of Karpenter."""
    return [(pool.name, "; ".join(_causes(pool))) for pool in plan.of(NODE_POOL) if _has_gpus(pool)]


def _causes(pool: PlannedResource) -> Iterator[str]:
    node = pool.inputs["spec"]["template"]["spec"]
    lifetime = node.get("expireAfter", "Never")
    old = "out of date" if lifetime == "Never" else f"{lifetime} old or out of date"
    yield f"a node that is {old} drains: jobs get {_grace(node)} to end"
    yield from (TAKEN_BACK[kind] for kind in _capacity_types(node) if kind in TAKEN_BACK)
    yield "a broken node goes at once"


def _grace(node: Mapping[str, Any]) -> str:
    return str(node.get("terminationGracePeriod", "any time"))


def _capacity_types(node: Mapping[str, Any]) -> list[str]:
    return [
        value
        for requirement in node.get("requirements", ())
        if requirement["key"] == CAPACITY_TYPE
        for value in requirement.get("values", ())
    ]


def _has_gpus(pool: PlannedResource) -> bool:
    return "paved.dev/accelerator" in pool.inputs["spec"]["template"].get("metadata", {}).get("labels", {})
