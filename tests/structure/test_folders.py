"""The folders of components form a graph without a circle, so that each can be read after those it stands on."""

from collections.abc import Mapping
from graphlib import CycleError, TopologicalSorter

import pytest

from tests.structure.test_dependencies import MODULES, imports

FOLDERS = {name.rpartition(".")[0] for name in MODULES if name.startswith("components.")}
SOURCES = {
    name: path.read_text(encoding="utf-8") for name, path in MODULES.items() if name.startswith("components.")
}


def folder(module: str) -> str:
    return module if module in FOLDERS else module.rpartition(".")[0]


def graph(sources: Mapping[str, str]) -> dict[str, set[str]]:
    """Folder -> the other folders of components that its modules import."""
    edges: dict[str, set[str]] = {}
    for module, source in sources.items():
        named = {folder(name) for name in imports(source) if name.startswith("components.")}
        edges.setdefault(folder(module), set()).update(named - {folder(module)})
    return edges


def circle(sources: Mapping[str, str]) -> list[str]:
    """The folders of one circle, in its order; empty without any."""
    try:
        TopologicalSorter(graph(sources)).prepare()
    except CycleError as error:
        return list(error.args[1])
    return []


def test_the_folders_of_components_form_no_circle():
    assert circle(SOURCES) == []


def test_folders_and_their_edges_are_found():
    edges = graph(SOURCES)
    assert {"components.identity", "components.security"} <= edges["components.cluster"]
    assert "components" in edges["components.identity"]  # account.py stands in the folder above


@pytest.mark.parametrize(
    "source",
    [
        "from components.cluster.cluster import Cluster",
        "from components.cluster import cluster",
        "import components.cluster.cluster",
        "def late():\n    from components.cluster.cluster import Cluster",
    ],
)
def test_a_planted_circle_is_found(source):
    found = circle({**SOURCES, "components.security.planted": source})
    assert {"components.cluster", "components.security"} <= set(found)


def test_a_circle_over_several_folders_is_found():
    planted = "from components.registry.registry import Registry"
    found = circle({**SOURCES, "components.identity.planted": planted})
    assert found[0] == found[-1]
    assert "components.identity" in found
