"""The facts that a plan lets one expect of an account: pure functions of the planned resources."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from paved.aws.reading.audited_types import AuditedType
from paved.aws.reading.facts import Fact, Reference
from paved.plan.model import Plan, PlannedResource, Secret
from reference.tags import effective_tags
from reference.vocabulary import UNKNOWN

ELSEWHERE = frozenset({"region", "tags"})
"""Inputs that every type has: the region, and the tags, which are compared with those of the provider."""


@dataclass(frozen=True, kw_only=True)
class Expected:
    """One planned resource, its region, and the facts that should be true of it."""

    resource: PlannedResource
    audited_type: AuditedType
    region: str
    facts: tuple[Fact, ...]
    tags: Mapping[str, str]

    @property
    def address(self) -> str:
        """The name of the resource in the plan's views."""
        return address(self.resource)


def expectations(plan: Plan, types: Mapping[str, AuditedType], region: str) -> list[Expected]:
    """The resources that are looked up, in the plan's order: those whose type is compared."""
    return [
        _expected(plan, resource, types[resource.type], region)
        for resource in plan.resources
        if resource.type in types
    ]


def address(resource: PlannedResource) -> str:
    """A resource as a person names it: service, kind and name."""
    module, _, kind = resource.type.removeprefix("aws:").partition(":")
    return f"{module.partition('/')[0]} {kind} {resource.name}"


def default_tags(plan: Plan, resource: PlannedResource) -> Mapping[str, str]:
    """The tags that the provider of a resource puts on everything it makes."""
    provider = plan.by_urn.get(resource.provider or "")
    written = provider.inputs.get("defaultTags") if provider else None
    given = json.loads(written) if isinstance(written, str) else written or {}
    tags: Mapping[str, str] = given.get("tags") or {}
    return tags


def _expected(plan: Plan, resource: PlannedResource, audited_type: AuditedType, region: str) -> Expected:
    own = resource.inputs.get("tags")
    tags = effective_tags(default_tags(plan, resource), own if isinstance(own, Mapping) else None)
    values = {**audited_type.assumed, **resource.inputs}
    apart = {*audited_type.by, *audited_type.left_out} | ELSEWHERE
    keys = [key for key in sorted(values) if values[key] is not None and key not in apart]
    return Expected(
        resource=resource,
        audited_type=audited_type,
        region=str(resource.inputs.get("region") or region),
        facts=tuple(_fact(plan, resource, audited_type, key, values[key]) for key in keys),
        tags=tags if audited_type.tagged else {},
    )


def _fact(plan: Plan, resource: PlannedResource, audited_type: AuditedType, key: str, value: Any) -> Fact:
    is_document = key in audited_type.documents
    return Fact(
        concern=audited_type.concerns.get(key, audited_type.concern),
        property=key,
        value=_referring(plan, resource, key, value, is_document),
        is_document=is_document,
    )


def _referring(plan: Plan, resource: PlannedResource, key: str, value: Any, is_document: bool) -> Any:
    """The value with a reference in place of each unknown that is a name of another planned resource."""
    sources = [plan.by_urn[urn] for urn in resource.property_dependencies.get(key, ()) if urn in plan.by_urn]
    urns = tuple(source.urn for source in sources if source.type.startswith("aws:"))
    # A reference stands for a whole value, and a document has names inside its text.
    if is_document or not urns:
        return value
    return _replaced(value, Reference(urns, is_certain=len(urns) == len(sources)))


def _replaced(value: Any, reference: Reference) -> Any:
    match value:
        case _ if value is UNKNOWN:
            return reference
        case Secret():
            return value
        case Mapping():
            return {key: _replaced(item, reference) for key, item in value.items()}
        case list() | tuple():
            return [_replaced(item, reference) for item in value]
        case _:
            return value
