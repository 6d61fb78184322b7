"""The images that the platform's charts start, and the values of the charts that name them."""

import tomllib
from collections.abc import Collection
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Any, Literal

from reference.registries import registry_host
from reference.releases import releases


@dataclass(frozen=True, kw_only=True)
class ChartImages:
    """A value of a chart that names `images`: by their `registry`, or one by its `repository`, with a `tag` if any."""

    chart: str
    value: tuple[str, ...]  # the keys that lead to it
    images: tuple[str, ...]  # by the names that they have where they come from
    part: Literal["registry", "repository"] = "repository"
    tag: str = ""

    @property
    def registry(self) -> str:
        """The host that the images come from."""
        return self.images[0].partition("/")[0]

    @property
    def named(self) -> str:
        """The name that the value holds: the registry, or the one image without its tag."""
        return self.registry if self.part == "registry" else self.images[0]

    @property
    def suffix(self) -> str:
        """The rest of the value, behind the name."""
        return f":{self.tag}" if self.tag else ""


def images_of(chart: str) -> tuple[ChartImages, ...]:
    """The values of a chart that name images. A chart of definitions alone has none."""
    return tuple(each for each in chart_images() if each.chart == chart)


@cache
def chart_images() -> tuple[ChartImages, ...]:
    """The values of all charts that name images."""
    text = (files("reference") / "data" / "chart_images.toml").read_text(encoding="utf-8")
    found: list[ChartImages] = []
    for chart, rows in sorted(tomllib.loads(text).items()):
        found += [_row(chart, row) for row in rows]
    return tuple(found)


def _row(chart: str, fields: dict[str, Any]) -> ChartImages:
    value, images = tuple(fields.pop("value").split(".")), tuple(fields.pop("images"))
    return ChartImages(chart=chart, value=value, images=images, **fields)


def images_from(registries: Collection[str]) -> list[str]:
    """The images of some registries that charts start, or that stacks run themselves."""
    found = {image for each in chart_images() for image in each.images}
    for row in releases():
        found |= {each.repository for each in row.tools.values()}
    return sorted(image for image in found if registry_host(image) in registries)


@cache
def chart_registries() -> frozenset[str]:
    """The registries that charts' images come from."""
    return frozenset(each.registry for each in chart_images())
