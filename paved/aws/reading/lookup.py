"""One planned resource while it is looked for, as its reader sees it."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from paved.audit.expectation import Expected
from paved.aws.reading.account import AccountReader, NotFound
from paved.aws.reading.facts import Found
from paved.plan.model import Plan
from reference.vocabulary import EKS_CLUSTER, UNKNOWN

EKS_GROUP = 2
"""Which name of a cluster is the security group that EKS made for it."""


class UnknownName(Exception):
    """Another stack alone knows by what name this resource is to be found."""

    def __init__(self, key: str):
        self.key = key
        super().__init__(key)


@dataclass(frozen=True, kw_only=True)
class TargetAccount:
    """The account that a stack belongs in."""

    account: str
    partition: str


@dataclass(frozen=True, kw_only=True)
class Lookup:
    """What is looked for, and whom to ask. `live` finds another planned resource by its URN."""

    expected: Expected
    plan: Plan
    place: TargetAccount
    asked: AccountReader
    live: Callable[[str], Found]

    @property
    def inputs(self) -> Mapping[str, Any]:
        """The planned inputs."""
        return self.expected.resource.inputs

    def ask(self, call: str, **params: Any) -> Mapping[str, Any]:
        """One call in the region of the resource."""
        return self.asked.ask(call, self.expected.region, **params)

    def pages(self, call: str, key: str, **params: Any) -> list[Any]:
        """Every page of a call, in the region of the resource."""
        return self.asked.pages(call, self.expected.region, key, **params)

    def one(self, call: str, key: str, **params: Any) -> Any:
        """The first of what a call lists. Raises NotFound where it lists nothing."""
        return first(self.pages(call, key, **params))

    def name(self, key: str, *, at: int = 0) -> str:
        """The value of an input: as planned, or the live name of what it refers to.

        A resource has an id as its name 0, and an ARN as its name 1 where it has one. Raises NotFound where the
        other resource is not there, UnknownName where the plan does not say which one it is.
        """
        value = self.inputs[key]
        if value is not UNKNOWN and not isinstance(value, list):
            return str(value)
        sources = [
            urn for urn in self.expected.resource.property_dependencies.get(key, ()) if self._is_aws(urn)
        ]
        if len(sources) != 1:
            raise UnknownName(key)
        return self.live(sources[0]).names[at]

    def group(self, key: str) -> str:
        """The security group that an input names: of a cluster it is the one that EKS made for it.

        Raises as `name` does.
        """
        urns = self.expected.resource.property_dependencies.get(key, ())
        if not any(self.plan.by_urn[urn].type == EKS_CLUSTER for urn in urns if urn in self.plan.by_urn):
            return self.name(key)
        try:
            return self.name(key, at=EKS_GROUP)
        except IndexError:
            raise NotFound("the security group of the cluster") from None

    def arn(self, service: str, resource: str, *, regional: bool = True, account: bool = True) -> str:
        """An ARN of the stack's account."""
        region = self.expected.region if regional else ""
        return f"arn:{self.place.partition}:{service}:{region}:{self.place.account if account else ''}:{resource}"

    def users(self, type: str, key: str) -> list[Any]:
        """The planned resources of a type whose input `key` refers to this one."""
        urn = self.expected.resource.urn
        return [each for each in self.plan.of(type) if urn in each.property_dependencies.get(key, ())]

    def _is_aws(self, urn: str) -> bool:
        return urn in self.plan.by_urn and self.plan.by_urn[urn].type.startswith("aws:")


def first(found: list[Any]) -> Any:
    """The first of a list. Raises NotFound for an empty one."""
    if not found:
        raise NotFound("nothing of that name")
    return found[0]


def tag_map(pairs: Any, key: str = "Key", value: str = "Value") -> dict[str, str]:
    """Tags as a map, from the list of pairs that most calls answer."""
    return {pair[key]: pair.get(value, "") for pair in pairs or ()}
