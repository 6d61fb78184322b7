"""What answers of AWS are made of: resources of plans, their tags and the ARNs of their roles."""

from collections.abc import Callable
from typing import Any

from botocore.exceptions import ClientError

from paved.audit.expectation import default_tags
from paved.plan.model import Plan, PlannedResource
from reference.tags import effective_tags

Answer = Callable[..., Any]
ARN = "arn:aws:{}:us-east-1:111122223333:{}"


def answers(call: str) -> Callable[[Answer], Answer]:
    """Let a method answer a call, such as `eks.DescribeAddon`: from the simulator's own method and the request."""

    def mark(method: Any) -> Any:
        method.call = call
        return method

    return mark


class Planned:
    """The resources of plans, as answers refer to them."""

    def __init__(self, *plans: Plan):
        self._plans = plans

    def planned(self, type: str, **inputs: Any) -> PlannedResource:
        """The planned resource of a type with these inputs, as AWS refuses what is not there."""
        for each in self.all(type):
            if inputs.items() <= each.inputs.items():
                return each
        raise ClientError({"Error": {"Code": "ResourceNotFoundException", "Message": ""}}, type)

    def all(self, type: str) -> list[PlannedResource]:
        return [each for plan in self._plans for each in plan.of(type)]

    def tags(self, resource: PlannedResource) -> dict[str, str]:
        [plan] = [plan for plan in self._plans if resource.urn in plan.by_urn]
        return effective_tags(default_tags(plan, resource), resource.inputs.get("tags"))

    def role_arn(self, resource: PlannedResource, key: str) -> str:
        """The ARN of the role that an input refers to."""
        given = resource.inputs[key]
        if isinstance(given, str):
            return given
        [urn] = resource.property_dependencies[key]
        [role] = [each for each in self.all("aws:iam/role:Role") if each.urn == urn]
        return f"arn:aws:iam::111122223333:role/{role.inputs['name']}"


def given(resource: PlannedResource, *keys: str) -> dict[str, Any]:
    return {key: resource.inputs[key] for key in keys if key in resource.inputs}
