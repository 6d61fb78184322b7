"""Registrations of a stack, in one form whether the engine or a plan tells them."""

import hashlib
import json
import re
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from paved.plan.model import Plan, PlannedResource
from paved.runtime.values import UNKNOWN_ID, as_json

Registrations = dict[str, dict[str, Any]]
"""By URN: what the program asked the engine for."""

FOLDER = Path(__file__).parents[1] / "fixtures" / "registrations"
PROVIDER = "pulumi:providers:"
ENGINE_ADDS = {"__internal", "version"}
"""Inputs of a provider that the engine writes itself, from the version that the SDK asks for."""

UNKNOWN = {"$unknown": True}
SECONDS = {"h": 3600, "m": 60, "s": 1}


def of_preview(steps: list[dict[str, Any]]) -> Registrations:
    """The registrations behind the steps of a preview. A step without a new state deletes."""
    return _sorted(
        {
            state["urn"]: {
                "type": state["type"],
                "parent": state.get("parent"),
                "custom": state["custom"],
                "protect": state.get("protect", False),
                "provider": _provider(state),
                "depends_on": sorted(state.get("dependencies", [])),
                "property_dependencies": _without_empty(state.get("propertyDependencies", {})),
                "delete_timeout_seconds": state.get("customTimeouts", {}).get("delete"),
                "inputs": _inputs(state),
            }
            for state in (step["newState"] for step in steps if "newState" in step)
        }
    )


def of_plan(plan: Plan) -> Registrations:
    """The registrations of a plan."""
    return _sorted({resource.urn: _of_resource(resource) for resource in plan.resources})


def differences(planned: Any, engine: Any, *, planned_offline: bool = False) -> list[str]:
    """The differences between a plan and the engine, one line each; none where they agree.

    What is planned offline, from plans of the stacks below, may be unknown where the engine knows it.
    """
    return list(_differing(planned, engine, (), planned_offline))


def write(
    folder: Path,
    stack: str,
    registrations: Registrations,
    outputs: Mapping[str, Any],
    *,
    derived: bool = False,
) -> None:
    """Record what the engine registered for a stack, and the outputs that it had after its `up`.

    What is derived from a plan instead says so, by the digest of what was derived.
    """
    lines = ",\n".join(f"  {json.dumps(urn)}: {json.dumps(asked)}" for urn, asked in registrations.items())
    exported = json.dumps(outputs, sort_keys=True)
    mark = f'"derived": {json.dumps(digest(registrations, outputs))},\n' if derived else ""
    text = f'{{\n{mark}"outputs": {exported},\n"registrations": {{\n{lines}\n}}\n}}\n'
    (folder / f"{stack}.json").write_text(text, encoding="utf-8")


def read(stack: str, folder: Path = FOLDER) -> tuple[Registrations, dict[str, Any]]:
    """The recorded registrations of a stack, and its outputs."""
    recorded = json.loads((folder / f"{stack}.json").read_text(encoding="utf-8"))
    return recorded["registrations"], recorded["outputs"]


def derived_mark(stack: str, folder: Path = FOLDER) -> str | None:
    """The digest of what was derived of a stack from a plan; None where all of it is the engine's."""
    recorded = json.loads((folder / f"{stack}.json").read_text(encoding="utf-8"))
    mark: str | None = recorded.get("derived")
    return mark


def digest(registrations: Registrations, outputs: Mapping[str, Any]) -> str:
    """The digest of registrations and outputs."""
    text = json.dumps([registrations, outputs], sort_keys=True)
    return f"sha256:{hashlib.sha256(text.encode()).hexdigest()}"


def _differing(planned: Any, engine: Any, path: tuple[Any, ...], lenient: bool) -> Iterator[str]:
    if lenient and planned == UNKNOWN:
        return
    if isinstance(planned, dict) and isinstance(engine, dict):
        for key in sorted(planned.keys() | engine.keys()):
            yield from _differing(planned.get(key), engine.get(key), (*path, key), lenient)
    elif isinstance(planned, list) and isinstance(engine, list) and len(planned) == len(engine):
        for index, pair in enumerate(zip(planned, engine, strict=True)):
            yield from _differing(*pair, (*path, index), lenient)
    elif planned != engine:
        shown = ["{…}" if isinstance(value, dict) else repr(value) for value in (planned, engine)]
        yield f"{' '.join(map(str, path))}: {shown[0]} in the plan, {shown[1]} in the engine"


def _of_resource(resource: PlannedResource) -> dict[str, Any]:
    return {
        "type": resource.type,
        "parent": resource.parent,
        "custom": resource.custom,
        "protect": resource.protect,
        "provider": resource.provider,
        "depends_on": list(resource.depends_on),
        "property_dependencies": _without_empty(resource.property_dependencies),
        "delete_timeout_seconds": _seconds(resource.delete_timeout),
        "inputs": as_json(resource.inputs),
    }


def _inputs(state: Mapping[str, Any]) -> Any:
    skipped = ENGINE_ADDS if state["type"].startswith(PROVIDER) else set()
    return _plain({key: value for key, value in state.get("inputs", {}).items() if key not in skipped})


def _plain(value: Any) -> Any:
    match value:
        case dict():
            return {key: _plain(item) for key, item in sorted(value.items())}
        case list():
            return [_plain(item) for item in value]
        case str() if value == UNKNOWN_ID:
            return UNKNOWN
        case "[secret]":
            return {"$secret": True}
        case _:
            return value


def _provider(state: Mapping[str, Any]) -> str | None:
    """The provider's URN, without its id. A stack reference has the engine's own, which nobody registers."""
    urn = state.get("provider", "").rpartition("::")[0]
    return None if not urn or f"::{PROVIDER}pulumi::" in urn else urn


def _without_empty(dependencies: Mapping[str, Any]) -> dict[str, list[str]]:
    return {key: sorted(urns) for key, urns in sorted(dependencies.items()) if urns}


def _seconds(duration: str | None) -> int | None:
    if duration is None:
        return None
    return sum(int(count) * SECONDS[unit] for count, unit in re.findall(r"(\d+)([hms])", duration))


def _sorted(registrations: Registrations) -> Registrations:
    return dict(sorted(registrations.items()))
