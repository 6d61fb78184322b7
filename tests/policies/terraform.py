"""The AWS resources of a plan in the shape of Terraform's JSON, for scanners that read nothing else."""

import re
from typing import Any

from paved.plan.model import Plan, PlannedResource, Secret
from reference.vocabulary import UNKNOWN

UNPREFIXED = {"ec2": "aws_", "vpc": "aws_vpc_"}
SINGULAR = {
    "advanced_event_selectors": "advanced_event_selector",
    "field_selectors": "field_selector",
    "additional_configurations": "additional_configuration",
    "rules": "rule",
    "encryption_configurations": "encryption_configuration",
    "transitions": "transition",
    "notifications": "notification",
    "cost_filters": "cost_filter",
    "subscribers": "subscriber",
}
"""Blocks that Terraform names in the singular."""
SPELT_OTHERWISE = {
    "aws_tag": "aws_ec2_tag",
    "aws_cloudtrail_trail": "aws_cloudtrail",
    "aws_cfg_delivery_channel": "aws_config_delivery_channel",
    "aws_cfg_recorder": "aws_config_configuration_recorder",
    "aws_cfg_recorder_status": "aws_config_configuration_recorder_status",
}


def terraform(plan: Plan) -> dict[str, Any]:
    """The plan as the content of a `.tf.json` file. A reference to another resource is one, as Terraform writes it."""
    found: dict[str, dict[str, Any]] = {}
    for resource in plan.resources:
        if resource.type.startswith("aws:"):
            found.setdefault(kind(resource.type), {})[label(resource)] = _properties(plan, resource)
    return {"resource": found}


def kind(token: str) -> str:
    """Terraform's name of a resource type."""
    _, module, name = token.split(":")
    service = module.split("/")[0]
    spelt = f"{UNPREFIXED.get(service, f'aws_{service}_')}{snake(name)}"
    return SPELT_OTHERWISE.get(spelt, spelt)


def label(resource: PlannedResource) -> str:
    """A resource's name, as Terraform takes it."""
    return re.sub(r"[^A-Za-z0-9_-]", "_", resource.name)


def snake(name: str) -> str:
    """`enableKeyRotation` as `enable_key_rotation`."""
    return re.sub(r"(?<=[a-z0-9])(?=[A-Z])", "_", name).lower()


def _properties(plan: Plan, resource: PlannedResource) -> dict[str, Any]:
    properties: dict[str, Any] = {}
    for key, value in resource.inputs.items():
        targets = [
            plan.by_urn[urn] for urn in resource.property_dependencies.get(key, ()) if urn in plan.by_urn
        ]
        reference = next((each for each in targets if each.type.startswith("aws:")), None)
        spelt = SINGULAR.get(snake(key), snake(key))
        properties[spelt] = _value(value, reference)
        if reference and isinstance(value, str):
            properties[spelt] = _reference(reference)
    return properties


def _reference(target: PlannedResource) -> str:
    return f"${{{kind(target.type)}.{label(target)}.id}}"


def _value(value: Any, reference: PlannedResource | None) -> Any:
    if value is UNKNOWN:
        return _reference(reference) if reference else "${var.unknown}"
    if isinstance(value, Secret):
        return "${var.secret}"
    if isinstance(value, dict):
        return {SINGULAR.get(snake(key), snake(key)): _value(item, reference) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [_value(item, reference) for item in value]
    return value
