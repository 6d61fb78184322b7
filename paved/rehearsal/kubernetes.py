"""Kubernetes objects: checked against the schemas of the cluster's version, and a real API server if there is one."""

import json
import re
from collections.abc import Iterator, Mapping
from functools import cache
from importlib.resources import files
from typing import Any

from jsonschema import Draft202012Validator  # type: ignore[import-untyped]  # ships no types; kubernetes-validate brings it
from referencing import Registry, Resource

from paved.aws.creating.rejections import Rejection

BUILT_IN_GROUP = re.compile(r"(?!.*\.x-k8s\.io$)([a-z]+|[a-z.]+\.k8s\.io)")
"""Groups of the API server's own: `apps`, `rbac.authorization.k8s.io`; never `kueue.x-k8s.io`."""

_LABEL = r"[A-Za-z0-9]([A-Za-z0-9_.-]{0,61}[A-Za-z0-9])?"
_DNS_LABEL = r"[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?"
LABEL_VALUE = re.compile(f"({_LABEL})?")
KEY = re.compile(rf"((?=[^/]{{1,253}}/){_DNS_LABEL}(\.{_DNS_LABEL})*/)?{_LABEL}")
NAME = re.compile(rf"(?=.{{1,253}}$){_DNS_LABEL}(\.{_DNS_LABEL})*")
NAMESPACE = re.compile(_DNS_LABEL)
VERSION = re.compile(r"([a-z0-9.-]+/)?v[0-9]+((alpha|beta)[0-9]+)?")
ANNOTATIONS_BYTES = 256 * 1024
_ROLE_KINDS = frozenset({"ClusterRole", "ClusterRoleBinding", "Role", "RoleBinding"})
"""Their names may hold what a path segment may, such as `system:node`."""


def object_problems(
    manifest: Mapping[str, Any], version: str, *, is_patch: bool = False
) -> Iterator[Rejection]:
    """Each reason why an API server of `version` would refuse the object. A patch may leave out what is required.

    Fields of a custom resource are its chart's: of those only the frame that all objects share is checked.
    """
    yield from _frame_problems(manifest)
    schema = _schema(str(manifest.get("apiVersion")), str(manifest.get("kind")), version)
    if schema is None:
        if is_built_in(str(manifest.get("apiVersion"))):
            found = f"{manifest.get('apiVersion')} {manifest.get('kind')}"
            yield Rejection(parameter="kind", rule=f"must be a kind of Kubernetes {version}", value=found)
        return
    validator = Draft202012Validator(schema, registry=_registry(version))
    for error in sorted(validator.iter_errors(dict(manifest)), key=lambda error: list(map(str, error.path))):
        if is_patch and error.validator == "required":
            continue
        where = error.json_path.removeprefix("$").removeprefix(".")
        yield Rejection(parameter=where or None, rule=error.message)


def release_problems(inputs: Mapping[str, Any]) -> Iterator[Rejection]:
    """Each reason why Helm could not find or install a chart. What is in the chart is Helm's to judge."""
    for key in ("chart", "version", "namespace", "name"):
        if not inputs.get(key):
            yield Rejection(parameter=key, rule="is required, so that the same chart is installed every time")
    repository = inputs.get("repositoryOpts", {}).get("repo", "")
    chart = str(inputs.get("chart", ""))
    if not (chart.startswith("oci://") or str(repository).startswith("https://")):
        rule = "must be an oci:// chart, or an https:// repository must be named"
        yield Rejection(parameter="chart", rule=rule, value=chart)


def is_built_in(api_version: str) -> bool:
    """Whether the API server itself serves the group, rather than a custom resource definition."""
    group = api_version.rpartition("/")[0]
    return not group or BUILT_IN_GROUP.fullmatch(group) is not None


def _frame_problems(manifest: Mapping[str, Any]) -> Iterator[Rejection]:
    metadata = manifest.get("metadata") or {}
    name_grammar = re.compile(r"[^/%]+") if manifest.get("kind") in _ROLE_KINDS else NAME
    for parameter, value, grammar in (
        ("apiVersion", manifest.get("apiVersion"), VERSION),
        ("kind", manifest.get("kind"), re.compile(r"[A-Z][A-Za-z0-9]*")),
        ("metadata.name", metadata.get("name"), name_grammar),
        ("metadata.namespace", metadata.get("namespace", "default"), NAMESPACE),
    ):
        if not isinstance(value, str) or not grammar.fullmatch(value):
            yield Rejection(parameter=parameter, rule=f"must match {grammar.pattern}", value=value)
    yield from _map_problems("metadata.labels", metadata.get("labels") or {}, LABEL_VALUE)
    annotations = metadata.get("annotations") or {}
    yield from _map_problems("metadata.annotations", annotations, None)
    if sum(len(f"{key}{value}".encode()) for key, value in annotations.items()) > ANNOTATIONS_BYTES:
        yield Rejection(parameter="metadata.annotations", rule=f"must hold at most {ANNOTATIONS_BYTES} bytes")
    try:
        json.dumps(manifest, allow_nan=False)
    except (TypeError, ValueError) as error:
        yield Rejection(rule=f"must be JSON: {error}")


def _map_problems(
    parameter: str, entries: Mapping[str, Any], grammar: re.Pattern[str] | None
) -> Iterator[Rejection]:
    for key, value in sorted(entries.items()):
        if not KEY.fullmatch(key):
            yield Rejection(parameter=f"{parameter} key", rule=f"must match {KEY.pattern}", value=key)
        if not isinstance(value, str) or (grammar and not grammar.fullmatch(value)):
            rule = f"must match {grammar.pattern}" if grammar else "must be text"
            yield Rejection(parameter=f"{parameter}[{key!r}]", rule=rule, value=value)


@cache
def _schema(api_version: str, kind: str, version: str) -> Any:
    """The strict schema of a built-in kind as kubernetes-validate ships it, or None."""
    if not is_built_in(api_version):
        return None
    group, _, served = api_version.rpartition("/")
    stem = "-".join(part for part in (kind.lower(), group.partition(".")[0], served) if part)
    path = _schemas(version) / f"{stem}.json"
    return json.loads(path.read_text(encoding="utf-8")) if path.is_file() else None


@cache
def _registry(version: str) -> Registry[Any]:
    definitions = json.loads((_schemas(version) / "_definitions.json").read_text(encoding="utf-8"))
    resource: Resource[Any] = Resource.from_contents(definitions)
    registry: Registry[Any] = Registry().with_resource("_definitions.json", resource)
    return registry.crawl()  # once: an object's references would each have it crawled anew


def _schemas(version: str) -> Any:
    return files("kubernetes_validate") / "kubernetes-json-schema" / f"v{version}.0-local-strict"
