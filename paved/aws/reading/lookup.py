"""One planned resource while it is looked up in an account, as its reader sees it."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from paved.aws.reading.account import AccountReader, LookupFailure, NotFound
from paved.aws.reading.facts import Found
from paved.plan.model import Plan, PlannedResource
from reference.vocabulary import EKS_CLUSTER, UNKNOWN

EKS_GROUP = 2
"""The place of the security group that EKS creates for a cluster among the names of the cluster."""


class UnknownName(LookupFailure):
    """Another stack alone knows the name by which this resource is found."""

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
    """A planned resource, its region and the tags it should carry, and the account that is read.

    `find` returns another planned resource by its URN.
    """

    resource: PlannedResource
    region: str
    tags: Mapping[str, str]
    plan: Plan
    target: TargetAccount
    account: AccountReader
    find: Callable[[str], Found]

    @property
    def inputs(self) -> Mapping[str, Any]:
        """The planned inputs."""
        return self.resource.inputs

    def ask(self, call: str, **params: Any) -> Mapping[str, Any]:
        """One call in the region of the resource."""
        return self.account.ask(call, self.region, **params)

    def pages(self, call: str, key: str, **params: Any) -> list[Any]:
        """Every page of a call, in the region of the resource."""
        return self.account.pages(call, self.region, key, **params)

    def one(self, call: str, key: str, **params: Any) -> Any:
        """The first item that a call lists. Raises NotFound where it lists nothing."""
        return first(self.pages(call, key, **params))

    def name(self, key: str, *, at: int = 0) -> str:
        """The value of an input: as planned, or the live name of the resource that it refers to.

        A resource has an id as its name 0, and an ARN as its name 1 where it has one. Raises NotFound where the
        other resource is not there, UnknownName where the plan does not say which one it is.
        """
        value = self.inputs[key]
        if value is not UNKNOWN and not isinstance(value, list):
            return str(value)
        sources = [urn for urn in self._dependencies(key) if self._is_aws(urn)]
        if len(sources) != 1:
            raise UnknownName(key)
        return self.find(sources[0]).names[at]

    def security_group(self, key: str) -> str:
        """The security group that an input names: of a cluster it is the one that EKS created for it.

        Raises as `name` does.
        """
        planned = [self.plan.by_urn[urn] for urn in self._dependencies(key) if urn in self.plan.by_urn]
        if not any(resource.type == EKS_CLUSTER for resource in planned):
            return self.name(key)
        try:
            return self.name(key, at=EKS_GROUP)
        except IndexError:
            raise NotFound("the security group of the cluster") from None

    def arn(self, service: str, resource: str, *, regional: bool = True, account: bool = True) -> str:
        """An ARN of the stack's account."""
        region = self.region if regional else ""
        number = self.target.account if account else ""
        return f"arn:{self.target.partition}:{service}:{region}:{number}:{resource}"

    def dependents(self, type: str, key: str) -> list[PlannedResource]:
        """The planned resources of a type whose input `key` refers to this one."""
        urn = self.resource.urn
        return [each for each in self.plan.of(type) if urn in each.property_dependencies.get(key, ())]

    def _dependencies(self, key: str) -> Iterable[str]:
        return self.resource.property_dependencies.get(key, ())

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


def camel_case(answer: Mapping[str, Any]) -> dict[str, Any]:
    """The members of an answer with a small first letter, as the provider spells most of them."""
    return {key[0].lower() + key[1:]: value for key, value in answer.items()}
