"""What a plan lets one expect of an account: pure functions from planned resources to facts to look for."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from paved.aws.reading.audited_types import AuditedType
from paved.aws.reading.facts import Concern, Fact, Reference
from paved.plan.model import Plan, PlannedResource, Secret
from reference.tags import effective_tags
from reference.vocabulary import UNKNOWN

ELSEWHERE = frozenset({"region", "tags"})
"""Inputs that every type has: where it is, and tags, which are compared with those of the provider."""


@dataclass(frozen=True, kw_only=True)
class Expected:
    """One planned resource, where it is, and what should be true of it."""

    resource: PlannedResource
    subject: AuditedType
    region: str
    facts: tuple[Fact, ...]
    tags: Mapping[str, str]

    @property
    def address(self) -> str:
        """How a reader of the plan knows the resource."""
        return address(self.resource)


def expectations(plan: Plan, subjects: Mapping[str, AuditedType], region: str) -> list[Expected]:
    """What is looked for, in the plan's order: the resources of AWS whose type is compared."""
    return [
        _expected(plan, resource, subjects[resource.type], region)
        for resource in plan.resources
        if resource.type in subjects
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


def _expected(plan: Plan, resource: PlannedResource, subject: AuditedType, region: str) -> Expected:
    own = resource.inputs.get("tags")
    found = effective_tags(default_tags(plan, resource), own if isinstance(own, Mapping) else None)
    return Expected(
        resource=resource,
        subject=subject,
        region=str(resource.inputs.get("region") or region),
        facts=tuple(
            Fact(
                concern=_concern(subject, key),
                property=key,
                value=_referring(plan, resource, key, value, key in subject.documents),
                is_document=key in subject.documents,
            )
            for key, value in sorted({**subject.assumed, **resource.inputs}.items())
            if value is not None and key not in subject.by | subject.left_out.keys() | ELSEWHERE
        ),
        tags=found if subject.is_tagged else {},
    )


def _concern(subject: AuditedType, key: str) -> Concern:
    return subject.concerns.get(key, subject.concern)


def _referring(plan: Plan, resource: PlannedResource, key: str, value: Any, is_document: bool) -> Any:
    """The value with a reference in place of each unknown that is a name of another planned resource."""
    sources = [plan.by_urn[urn] for urn in resource.property_dependencies.get(key, ()) if urn in plan.by_urn]
    urns = tuple(source.urn for source in sources if source.type.startswith("aws:"))
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
