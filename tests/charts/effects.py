"""Values of a chart that change nothing of what it renders: a key that is misspelt, or that the chart took away."""

import copy
from collections.abc import Iterator, Mapping
from typing import Any

from tests.charts.rendering import NotRendered, RenderedChart, plain

Path = tuple[str, ...]

SEEN_BY_NO_RENDERING = {
    ("aws-load-balancer-controller", "keepTLSSecret"): "the chart looks the secret up in the cluster",
    (
        "kube-prometheus-stack",
        "grafana.enabled",
    ): "a condition of a subchart, which sources without it do not have",
    ("kube-prometheus-stack", "crds.enabled"): "it decides on a folder that Pulumi tells Helm to skip",
}
"""Values whose effect cannot be seen here, and why."""


def without_effect(chart: RenderedChart) -> list[str]:
    """The dotted paths of values by whose removal and change the rendering stays as it is."""
    values = plain(chart.values)
    before = _rendered(chart, values)
    paths = [path for path in leaves(values) if (chart.name, ".".join(path)) not in SEEN_BY_NO_RENDERING]
    return [".".join(path) for path in paths if not _has_effect(chart, values, path, before)]


def leaves(values: Any, path: Path = ()) -> Iterator[Path]:
    """The paths of values that are no mappings. An empty mapping is a value."""
    if isinstance(values, Mapping) and values:
        for key, item in values.items():
            yield from leaves(item, (*path, key))
    elif path:
        yield path


def _has_effect(chart: RenderedChart, values: Mapping[str, Any], path: Path, before: object) -> bool:
    changed = [_changed(values, path, other) for other in others(_at(values, path))]
    return any(_rendered(chart, each) != before for each in [_removed(values, path), *changed])


def others(value: Any) -> list[Any]:
    """Values of the same type that differ from one."""
    match value:
        case bool():
            return [not value]
        case int():
            return [value + 1]
        case str():
            return [f"{value}-x", "1"]
        case list():
            return [value[:-1]]
        case _:
            return []


def _rendered(chart: RenderedChart, values: Mapping[str, Any]) -> object:
    """The lines that are the same each time; keys and certificates that a chart makes up are left out."""
    try:
        lines = chart.text(values).splitlines()
    except NotRendered as error:
        return str(error)  # the chart reads the value, and refuses it
    if "unstable" not in chart.cache:
        again = [chart.text(chart.values).splitlines() for _ in range(2)]
        chart.cache["unstable"] = {_key(line) for line in {*again[0]} ^ {*again[1]}}
    unstable = chart.cache["unstable"]
    return [line for line in lines if _key(line) not in unstable]


def _key(line: str) -> str:
    return line.partition(":")[0].strip()


def _at(values: Any, path: Path) -> Any:
    for key in path:
        values = values[key]
    return values


def _removed(values: Mapping[str, Any], path: Path) -> dict[str, Any]:
    copied = copy.deepcopy(dict(values))
    del _at(copied, path[:-1])[path[-1]]
    return copied


def _changed(values: Mapping[str, Any], path: Path, other: Any) -> dict[str, Any]:
    copied = copy.deepcopy(dict(values))
    _at(copied, path[:-1])[path[-1]] = other
    return copied
