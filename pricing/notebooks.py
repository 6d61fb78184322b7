"""A team's notebooks on the platform's general nodes: its hub all month, and people's for the hours they are open."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from pricing.pricing_inputs import PricingInputs
from pricing.resources import at, cores, gib, items, number
from reference.vocabulary import GENERAL_POOL, HELM_RELEASE, POOL_LABEL

CHART = "jupyterhub"
PARTS = (("hub",), ("proxy", "chp"))
"""The values of the chart's parts that run all month."""


@dataclass(frozen=True, kw_only=True)
class NotebookDemand:
    """The requests of a hub with its proxy, and the largest of the notebooks that people open on general nodes."""

    hub: tuple[Decimal, Decimal]  # vCPUs and GiB
    notebook: tuple[Decimal, Decimal] | None
    people: int


def notebooks(pricing_inputs: PricingInputs) -> Iterator[NotebookDemand]:
    """The notebooks of a plan, of which a team has one hub at most."""
    for release in pricing_inputs.resources.of(HELM_RELEASE):
        if at(release.inputs, "name") == CHART:
            yield _demand(at(release.inputs, "values") or {})


def _demand(values: Mapping[str, Any]) -> NotebookDemand:
    parts = [at(values, *path, "resources", "requests") for path in PARTS]
    hub = [(cores(at(each, "cpu")) or Decimal(0), gib(at(each, "memory")) or Decimal(0)) for each in parts]
    sizes = [*_on_general_nodes(values)]
    largest = (max(cpu for cpu, _ in sizes), max(memory for _, memory in sizes)) if sizes else None
    return NotebookDemand(
        hub=(sum((cpu for cpu, _ in hub), Decimal(0)), sum((memory for _, memory in hub), Decimal(0))),
        notebook=largest,
        people=int(number(at(values, "hub", "activeServerLimit")) or 0),
    )


def _on_general_nodes(values: Mapping[str, Any]) -> Iterator[tuple[Decimal, Decimal]]:
    for row in items(at(values, "singleuser", "profileList")):
        size = at(row, "kubespawner_override")
        if at(size, "node_selector", POOL_LABEL) == GENERAL_POOL:
            # KubeSpawner's G is a GiB.
            memory = str(at(size, "mem_guarantee")).removesuffix("G")
            yield number(at(size, "cpu_guarantee")) or Decimal(0), number(memory) or Decimal(0)
