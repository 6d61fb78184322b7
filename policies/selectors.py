"""Label selectors as Kubernetes evaluates them."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from policies.values import Undetermined


@dataclass(frozen=True)
class Requirement:
    """One requirement on the labels of an object."""

    key: str
    operator: str
    values: tuple[str, ...] = ()

    def holds(self, labels: Mapping[str, str]) -> bool:
        """Whether labels satisfy it."""
        match self.operator:
            case "In":
                return labels.get(self.key) in self.values
            case "NotIn":
                # A label that is not there is not among the values.
                return labels.get(self.key) not in self.values
            case "Exists":
                return self.key in labels
        return self.key not in labels


OPERATORS = ("In", "NotIn", "Exists", "DoesNotExist")


@dataclass(frozen=True)
class LabelSelector:
    """A label selector: every requirement has to hold, so one without any selects everything."""

    requirements: tuple[Requirement, ...] = ()

    @property
    def is_everything(self) -> bool:
        """Whether it selects every object there can be."""
        return not self.requirements

    def matches(self, labels: Mapping[str, str]) -> bool:
        """Whether it selects an object with these labels."""
        return all(each.holds(labels) for each in self.requirements)

    def values_of(self, key: str) -> tuple[str, ...]:
        """The values of which a label must have one; empty where it may have any, or none."""
        for each in self.requirements:
            if each.key == key and each.operator == "In":
                return each.values
        return ()


def selector(raw: Any, path: str) -> LabelSelector:
    """Read a LabelSelector. Raises Undetermined for data that is none."""
    if not isinstance(raw, Mapping):
        raise Undetermined(f"{path}, which is no selector")
    found: list[Requirement] = []
    labels = raw.get("matchLabels") or {}
    if not isinstance(labels, Mapping):
        raise Undetermined(f"{path}.matchLabels, which is no mapping")
    found += [Requirement(str(key), "In", (str(value),)) for key, value in labels.items()]
    expressions = raw.get("matchExpressions") or ()
    if not isinstance(expressions, list | tuple):
        raise Undetermined(f"{path}.matchExpressions, which is no list")
    found += [_requirement(each, path) for each in expressions]
    return LabelSelector(tuple(found))


def _requirement(raw: Any, path: str) -> Requirement:
    values = raw.get("values") or () if isinstance(raw, Mapping) else None
    if not isinstance(values, list | tuple) or raw.get("operator") not in OPERATORS:
        raise Undetermined(f"{path}.matchExpressions, which hold what is no requirement")
    return Requirement(str(raw.get("key")), raw["operator"], tuple(map(str, values)))
