"""The table of labels that something selects by, held to every selector of the sample stacks."""

from collections.abc import Iterator, Mapping
from typing import Any

import pytest

from components.platform.admission_labels import APP_LABEL, OF_OWNER, RESERVED
from paved.plan.planner import Planner
from reference.vocabulary import WORKER_LABEL
from stacks.schema import Team

ANYBODYS = {WORKER_LABEL}
"""Labels by which the pods of jobs find each other, which members set themselves."""
PODS_OF_OTHERS = {"k8s-app", "kubernetes.io/metadata.name"}
"""Labels of pods and namespaces that are not a team's."""


def keys(selector: Any) -> Iterator[str]:
    """The labels that selectors anywhere in an object look for."""
    if isinstance(selector, Mapping):
        for name, part in selector.items():
            if name in ("matchLabels", "selector") and isinstance(part, Mapping):
                yield from (key for key in part if not isinstance(part[key], (Mapping, list)))
            if name == "matchExpressions":
                yield from (each["key"] for each in part)
            yield from keys(part)
    if isinstance(selector, (list, tuple)):
        for part in selector:
            yield from keys(part)


def of_namespace(resource: Any) -> bool:
    """Whether a resource is an object of a team's namespace that selects pods."""
    kind = resource.type.rpartition(":")[2]
    return kind in {
        "InferenceService",
        "NetworkPolicy",
        "PodDisruptionBudget",
        "PodMonitor",
        "ScaledJob",
        "Service",
        "ServiceMonitor",
    }


@pytest.mark.slow
def test_every_label_that_a_stack_selects_by_belongs_to_somebody(planner: Planner):
    found: set[str] = set()
    for stack in planner.names:
        if isinstance(planner.config(stack).stack, Team):
            for resource in filter(of_namespace, planner.plan(stack).resources):
                found.update(keys(resource.inputs.get("spec", {})))
    starts = (*RESERVED, APP_LABEL, *OF_OWNER)
    nobodys = {key for key in found if not key.startswith(starts)} - ANYBODYS - PODS_OF_OTHERS
    assert not {key for key in nobodys if not key.startswith("calls.")}
    assert "paved.dev/trigger" in found and "serving.kserve.io/inferenceservice" in found


def test_a_selector_is_found_wherever_it_is():
    spec = {"a": [{"podSelector": {"matchLabels": {"x": "y"}}}], "selector": {"z": "1"}}
    assert set(keys(spec)) == {"x", "z"}
