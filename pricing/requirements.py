"""Instance types that a NodePool's requirements can reach, by Karpenter's labels of them."""

import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from pricing.resources import at, items, number
from reference.instances import InstanceType, instance_types

TYPE, FAMILY = "node.kubernetes.io/instance-type", "karpenter.k8s.aws/instance-family"

_LABELS: Mapping[str, Callable[[InstanceType], str | None]] = {
    TYPE: lambda each: each.name,
    FAMILY: lambda each: each.name.split(".")[0],
    "karpenter.k8s.aws/instance-size": lambda each: each.name.split(".")[1],
    "karpenter.k8s.aws/instance-category": lambda each: re.split("[-0-9]", each.name)[0],
    "karpenter.k8s.aws/instance-cpu": lambda each: str(each.vcpus),
    "karpenter.k8s.aws/instance-memory": lambda each: str(int(each.memory_gib * 1024)),
    "karpenter.k8s.aws/instance-gpu-count": lambda each: _count(each, neuron=False),
    "karpenter.k8s.aws/instance-accelerator-count": lambda each: _count(each, neuron=True),
    "kubernetes.io/arch": lambda each: each.arch,
}
"""A label of a node by its type, None where the type has none or nobody has read it (Karpenter's concepts page)."""


@dataclass(frozen=True, kw_only=True)
class Reach:
    """The types of the table that requirements let through, and named types that the table does not have."""

    types: tuple[InstanceType, ...]
    unknown: tuple[str, ...]


def reach(requirements: Iterable[Any]) -> Reach:
    """The types that a node may have. A requirement that cannot be judged lets every type through."""
    wanted = list(requirements)
    known = instance_types()
    named: set[str] = set()
    for entry in wanted:
        if at(entry, "key") == TYPE and at(entry, "operator") == "In":
            named |= set(map(str, items(at(entry, "values"))))
    # Karpenter takes a bare-metal type only where nothing else fits.
    types = [
        each for name, each in sorted(known.items()) if name in named or (not named and "metal" not in name)
    ]
    return Reach(
        types=tuple(each for each in types if all(_lets_through(entry, each) for entry in wanted)),
        unknown=tuple(sorted(named - known.keys())),
    )


def values_of(requirements: Iterable[Any], key: str) -> Iterator[str]:
    """The values that requirements allow for a label by name."""
    for entry in requirements:
        if at(entry, "key") == key and at(entry, "operator") == "In":
            yield from map(str, items(at(entry, "values")))


def _count(each: InstanceType, *, neuron: bool) -> str | None:
    is_neuron = each.name.startswith(("trn", "inf"))
    return str(each.gpus) if each.gpus and is_neuron is neuron else None


def _lets_through(entry: Any, each: InstanceType) -> bool:
    label = _LABELS.get(str(at(entry, "key")))
    if label is None:
        return True
    found, values = label(each), [str(value) for value in items(at(entry, "values"))]
    match at(entry, "operator"):
        case "In":
            return found in values
        case "NotIn":
            return found not in values
        case "Gt" | "Lt" as operator:
            return _beyond(operator, number(found), number(values[0]) if values else None)
        case "DoesNotExist":
            return found is None
        case "Exists":
            return found is not None
    return True


def _beyond(operator: str, found: Any, bound: Any) -> bool:
    if found is None or bound is None:
        return bound is None
    return bool(found > bound if operator == "Gt" else found < bound)
