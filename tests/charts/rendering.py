"""Charts as Helm renders them with the values of a plan, from a folder of their sources or from their registries."""

import os
import subprocess
import tempfile
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from shutil import which
from typing import Any

import yaml

from components.charts import CHARTS
from components.platform.chart_values import neuron_plugin_values
from components.platform.operator import location
from reference.releases import release
from reference.vocabulary import DEFINITIONS_ALONE, HELM_RELEASE, UNKNOWN

SOURCES = "CHART_SOURCES"
"""The variable that asks for these tests: a folder with a folder for each chart, or `online`."""

RELEASE = release("2026.11")
PLATFORMS = ("platform-prod", "platform-risk")
"""Platforms that install every chart between them, but for those of `OF_NO_SAMPLE`."""
TEAMS = ("vision-prod",)
"""Teams that install the charts of teams."""
OF_NO_SAMPLE = {"neuron-helm-chart": neuron_plugin_values}
UNKNOWN_TEXT = "known-after-up"
API_VERSIONS = ("monitoring.coreos.com/v1", "cert-manager.io/v1", "policy/v1")

Manifest = dict[str, Any]


class Loader(getattr(yaml, "CSafeLoader", yaml.SafeLoader)):  # type: ignore[misc]  # definitions are megabytes
    """YAML as Kubernetes reads it, to which `=` is a text."""


Loader.add_constructor("tag:yaml.org,2002:value", lambda loader, node: node.value)


class NotRendered(Exception):
    """Helm could not find or render a chart."""


@dataclass(frozen=True)
class RenderedChart:
    """One release of a plan, and what Helm makes of it."""

    name: str
    namespace: str
    values: Mapping[str, Any]
    folder: Path
    cache: dict[str, Any] = field(default_factory=dict, compare=False, repr=False)

    def text(self, values: Mapping[str, Any], *options: str) -> str:
        """The manifests with some values. Raises NotRendered."""
        with tempfile.TemporaryDirectory() as scratch:
            file = Path(scratch) / "values.yaml"
            file.write_text(yaml.safe_dump(plain(values)), encoding="utf-8")
            command = ["template", self.name, str(self.folder), "--namespace", self.namespace]
            command += ["--values", str(file), "--kube-version", RELEASE.kubernetes, *options]
            for version in API_VERSIONS:
                command += ["--api-versions", version]
            return helm(*command)

    @cached_property
    def manifests(self) -> tuple[Manifest, ...]:
        """Every object, hooks too, without the definitions of a `crds` folder."""
        return manifests(self.text(self.values))

    @cached_property
    def folder_definitions(self) -> tuple[Manifest, ...]:
        """The definitions of the chart's `crds` folders, and of those of the charts that it brings along."""
        text = self.text(self.values, "--include-crds")
        # The filter of the plan itself, so that it is tried on every chart.
        command = [DEFINITIONS_ALONE["command"], *DEFINITIONS_ALONE["args"]]
        kept = subprocess.run(command, input=text, text=True, capture_output=True, check=True).stdout
        return manifests(kept)

    def of(self, *kinds: str) -> list[Manifest]:
        """The objects of some kinds."""
        return [each for each in self.manifests if each["kind"] in kinds]


def helm(*arguments: str) -> str:
    """The output of Helm. Raises NotRendered with what it says."""
    done = subprocess.run([str(which("helm")), *arguments], capture_output=True, text=True, check=False)
    if done.returncode:
        raise NotRendered(done.stderr)
    return done.stdout


def manifests(text: str) -> tuple[Manifest, ...]:
    """The objects of a rendering; lists are taken apart."""
    found: list[Manifest] = []
    for document in yaml.load_all(text, Loader):
        found += document.get("items", [document]) if document else []
    return tuple(found)


def plain(value: Any) -> Any:
    """A planned value as YAML holds it. What is known only after `up` is a text."""
    match value:
        case Mapping():
            return {key: plain(item) for key, item in value.items()}
        case list() | tuple():
            return [plain(item) for item in value]
        case _:
            return UNKNOWN_TEXT if value is UNKNOWN else value


def planned_values(planner: Any) -> dict[str, Mapping[str, Any]]:
    """The values of every chart of the release row by its name."""
    found = {name: values() for name, values in OF_NO_SAMPLE.items()}
    for stack in (*PLATFORMS, *TEAMS):
        for each in planner.plan(stack).of(HELM_RELEASE):
            found.setdefault(each.inputs["name"], each.inputs.get("values", {}))
    return found


def charts(planner: Any, scratch: Path) -> Iterator[RenderedChart]:
    """Every chart of the release row that is at hand, with the values of a sample."""
    values = planned_values(planner)
    for chart in CHARTS:
        folder = source(chart.name, scratch)
        if folder:
            yield RenderedChart(chart.name, chart.namespace, values[chart.name], folder)


def source(name: str, scratch: Path) -> Path | None:
    """The folder of a chart's source; None where a folder of sources lacks it. Raises NotRendered."""
    where = os.environ[SOURCES]
    if where != "online":
        folder = Path(where) / name
        return folder if (folder / "Chart.yaml").exists() else None
    [chart] = [each for each in CHARTS if each.name == name]
    reference, repository = location(chart)
    options = ["--repo", str(repository.repo)] if repository else []
    helm(
        "pull", reference, "--version", RELEASE.charts[name], "--untar", "--untardir", str(scratch), *options
    )
    return scratch / name
