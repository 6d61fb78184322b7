"""A plan as files that other tools can check: one manifest per Kubernetes object, one JSON per AWS resource."""

import json
import re
from collections.abc import Mapping
from typing import Any

import yaml

from paved.files import MARKER
from paved.plan.model import Plan, PlannedResource, Secret
from paved.runtime.values import as_json
from policies.resources import PATCH
from reference.vocabulary import UNKNOWN

UNKNOWN_TEXT = "${unknown}"
"""A manifest's text for a value that is known only after creation: no name, ARN or number looks like it."""


def rendered_files(plan: Plan, more: Mapping[str, str] | None = None) -> dict[str, str]:
    """The files of a rendering by relative path, with `more`. The objects inside a chart are Helm's to render."""
    files: dict[str, str] = dict(more or {})
    for resource in plan.resources:
        if is_manifest(resource):
            files[_manifest_path(resource.inputs)] = manifest_text(resource.inputs)
        elif resource.type.startswith("aws:"):
            files[_aws_path(resource)] = _json_text(_aws_data(resource))
    files[MARKER] = _json_text({"schema_version": "1", "stack": plan.stack, "files": sorted(files)})
    return dict(sorted(files.items()))


def is_manifest(resource: PlannedResource) -> bool:
    """Whether a resource is one Kubernetes object, which a chart is not, nor a patch of what a chart makes."""
    of_charts = "helm.sh" in resource.type or resource.type.endswith(PATCH)
    return resource.type.startswith("kubernetes:") and not of_charts


def manifest_text(inputs: Mapping[str, Any]) -> str:
    """The YAML of one Kubernetes object."""
    text: str = yaml.safe_dump(_plain(inputs), sort_keys=True, default_flow_style=False, width=120)
    return text


def _plain(value: Any) -> Any:
    if value is UNKNOWN:
        return UNKNOWN_TEXT
    match value:
        case Secret():
            return "${secret}"
        case Mapping():
            return {key: _plain(item) for key, item in value.items()}
        case list() | tuple():
            return [_plain(item) for item in value]
        case _:
            return value


def _manifest_path(manifest: Mapping[str, Any]) -> str:
    metadata = manifest["metadata"]
    group = str(manifest["apiVersion"]).replace("/", "_")
    name = f"{group}_{manifest['kind']}_{metadata['name']}"
    return f"kubernetes/{_file_part(metadata.get('namespace', '_cluster'))}/{_file_part(name)}.yaml"


def _aws_path(resource: PlannedResource) -> str:
    module = resource.type.split(":")[1].partition("/")[0]
    name = f"{resource.type.rsplit(':', 1)[-1]}_{resource.name}"
    return f"aws/{_file_part(module)}/{_file_part(name)}.json"


def _aws_data(resource: PlannedResource) -> dict[str, Any]:
    return {
        "urn": resource.urn,
        "type": resource.type,
        "name": resource.name,
        "inputs": as_json(resource.inputs),
    }


def _json_text(data: Any) -> str:
    return json.dumps(data, indent=2, sort_keys=True) + "\n"


def _file_part(name: Any) -> str:
    """A file name that stays in its folder whatever an object is called."""
    return re.sub(r"[^A-Za-z0-9._-]", "_", str(name)).lstrip(".") or "_"
