"""The names by which a cluster pulls the images of its charts: in the account's own registry where that holds them."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from pulumi import Input, Output

from reference.chart_images import images_of
from reference.registries import pulled_name
from reference.releases import PinnedImage


@dataclass(frozen=True, kw_only=True)
class ImageNames:
    """The account's `registry`, and the `upstreams` of which it holds the images: registries by their hosts."""

    registry: Input[str]
    upstreams: Input[Sequence[str]]
    region: str

    def of(self, image: str, suffix: str = "") -> Output[str]:
        """The name by which nodes pull an image of others, or every image of a registry."""
        found = Output.all(registry=self.registry, upstreams=self.upstreams)
        return found.apply(lambda own: pulled_name(image, region=self.region, **own) + suffix)

    def pinned(self, image: PinnedImage) -> Output[str]:
        """The name by which nodes pull an image of a release row, with its tag and its digest."""
        return self.of(image.repository, f":{image.pin}")


def with_images(chart: str, values: Mapping[str, Any], names: ImageNames) -> dict[str, Any]:
    """The values of a chart with the name of each of its images, whatever they name by themselves."""
    complete = dict(values)
    for each in images_of(chart):
        complete = _with_value(complete, each.value, names.of(each.named, each.suffix))
    return complete


def _with_value(values: Mapping[str, Any], path: Sequence[str], value: Input[str]) -> dict[str, Any]:
    key, *rest = path
    return {**values, key: _with_value(values.get(key, {}), rest, value) if rest else value}
