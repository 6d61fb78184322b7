"""Rendered objects: their images, accounts, labels and kinds."""

import re
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from tests.charts.rendering import Manifest, RenderedChart

DIGEST = re.compile(r"@sha256:[0-9a-f]{64}$")
VERSIONED = re.compile(r":v?[0-9][^/:@]*$")
"""A tag that begins with a number, as `latest`, `latest-dev` and the name of a branch do not."""


MENTIONED = re.compile(
    r"(?<![\w./-])[a-z0-9-]+(\.[a-z0-9-]+)+/[\w./-]+(:[\w][\w.-]*|@sha256:[0-9a-f]{64})[\w@:.-]*"
)
"""An image by its host; one without a host is Docker Hub's, and stands where `images` looks."""


def images(found: Iterable[Manifest]) -> list[str]:
    """The images of containers, wherever they stand. A model server that is off starts none."""
    return [image for each in found if not is_off(each) for image in _images(each)]


def mentioned(text: str) -> set[str]:
    """The images with a host and a tag or a digest in a text, in arguments and settings of controllers too."""
    return {found[0].rstrip("\"',") for found in MENTIONED.finditer(text)}


def published(image: str, registries: Mapping[str, str]) -> str:
    """The name that an image is published by. `registries` maps the starts of its names here to those there."""
    for ours, theirs in registries.items():
        if image.startswith(ours):
            return theirs + image.removeprefix(ours)
    return image


def is_pinned(image: str) -> bool:
    """Whether an image is named by digest, or by a tag with a version."""
    return bool(DIGEST.search(image) or VERSIONED.search(image))


def is_off(found: Manifest) -> bool:
    """Whether an object is a model server that is disabled."""
    return found["kind"] == "ClusterServingRuntime" and bool(found["spec"].get("disabled"))


def serving_runtimes(found: Iterable[Manifest]) -> list[Manifest]:
    """The model servers that endpoints may name."""
    return [each for each in found if each["kind"] == "ClusterServingRuntime" and not is_off(each)]


def _images(value: Any) -> Iterator[str]:
    if isinstance(value, Mapping):
        image = value.get("image")
        if isinstance(image, str):
            yield image
        for key, item in value.items():
            if key != "openAPIV3Schema":
                yield from _images(item)
    elif isinstance(value, list):
        for item in value:
            yield from _images(item)


def kind_of(found: Manifest) -> str:
    """The group and the kind of an object, as a chart is listed with it."""
    return f"{found['apiVersion'].partition('/')[0]}/{found['kind']}"


def kinds_defined(found: Iterable[Manifest]) -> set[str]:
    """The kinds that definitions among some objects define."""
    definitions = [each["spec"] for each in found if each["kind"] == "CustomResourceDefinition"]
    return {f"{spec['group']}/{spec['names']['kind']}" for spec in definitions}


def accounts(chart: RenderedChart) -> set[tuple[str, str]]:
    """The namespace and name of each service account of a chart."""
    found = [each["metadata"] for each in chart.of("ServiceAccount")]
    return {(each.get("namespace", chart.namespace), each["name"]) for each in found}


def find(rendered: Mapping[str, RenderedChart], kind: str, namespace: str, name: str) -> Manifest:
    """The one object of a kind and a name that some chart makes."""
    [found] = [
        each
        for chart in rendered.values()
        if chart.namespace == namespace
        for each in chart.of(kind)
        if each["metadata"]["name"] == name
    ]
    return found


def labels_match(wanted: Mapping[str, str], labels: Mapping[str, str]) -> bool:
    """Whether labels satisfy a selector."""
    return wanted.items() <= labels.items()


def pod_labels(workload: Manifest) -> dict[str, str]:
    """The labels of a workload's pods."""
    return workload["spec"]["template"]["metadata"].get("labels", {})


def webhook_deployments(found: tuple[Manifest, ...]) -> list[Manifest]:
    """The Deployments behind webhooks that refuse when nobody answers."""
    services = {service for each in found for service in _services_that_close(each)}
    selectors = [
        each["spec"]["selector"]
        for each in found
        if each["kind"] == "Service" and each["metadata"]["name"] in services
    ]
    deployments = [each for each in found if each["kind"] == "Deployment"]
    return [
        each
        for each in deployments
        if any(labels_match(selector, pod_labels(each)) for selector in selectors)
    ]


def _services_that_close(found: Manifest) -> Iterator[str]:
    if found["kind"] not in ("MutatingWebhookConfiguration", "ValidatingWebhookConfiguration"):
        return
    for webhook in found.get("webhooks") or ():
        service = webhook["clientConfig"].get("service")
        if service and webhook.get("failurePolicy", "Fail") == "Fail":
            yield service["name"]
