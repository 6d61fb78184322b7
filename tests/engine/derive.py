"""Recorded registrations brought up to date from plans, where no engine is at hand: `make fixtures`.

A plan knows every registration of a stack, and no output that a provider makes up: those stay as recorded. A file that
is written here says so, and a run with the engine records it anew.
"""

import sys
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from paved.plan.planner import Planner
from paved.runtime.values import as_json
from tests.engine import registrations
from tests.engine.chains import CHAINS
from tests.engine.project import SAMPLES

ABSENT = object()
AGAIN = "RECORD_REGISTRATIONS=1 .venv/bin/python -m pytest tests/engine/test_deployment.py"


@dataclass(frozen=True, kw_only=True)
class Derived:
    """The registrations of a stack by its plan. `kept` are outputs as recorded, `missing` those of no record."""

    registrations: registrations.Registrations
    outputs: dict[str, Any]
    kept: tuple[str, ...]
    missing: tuple[str, ...]


def main(folder: Path = registrations.FOLDER, stacks: Path = SAMPLES) -> int:
    """Derive every stack whose plan is not as recorded. Ends with 1 where the engine has to be asked first."""
    needed: list[str] = []
    for chain in CHAINS:
        needed += derive_chain(chain, folder, stacks)
    for message in needed:
        sys.stderr.write(f"error: {message}\n")
    if needed:
        sys.stderr.write(f"hint: with `pulumi` on PATH: {AGAIN}\n")
    return 1 if needed else 0


def derive_chain(chain: tuple[str, ...], folder: Path, stacks: Path) -> Iterator[str]:
    """Derive the stacks of a chain from its foundation up. Yields what only the engine knows, and stops there."""
    outputs: dict[str, dict[str, Any]] = {}
    for name in chain:
        recorded, before = registrations.read(name, folder)
        found = derive(Planner.of_folder(stacks, outputs), name, before)
        outputs[name] = found.outputs
        if found.missing:
            yield f"{name} has outputs that only the engine knows: {', '.join(found.missing)}"
            return
        if registrations.digest(recorded, before) != registrations.digest(found.registrations, found.outputs):
            registrations.write(folder, name, found.registrations, found.outputs, derived=True)
            sys.stdout.write(f"{name} is derived from its plan, {len(found.kept)} outputs are as recorded\n")


def derive(planner: Planner, name: str, recorded: Mapping[str, Any]) -> Derived:
    """The registrations of a stack, and its outputs as far as its plan or the record knows them."""
    plan = planner.plan(name)
    kept: list[str] = []
    missing: list[str] = []
    outputs = _merged(as_json(plan.outputs), recorded, (), kept, missing)
    return Derived(
        registrations=registrations.of_plan(plan),
        outputs=outputs,
        kept=tuple(kept),
        missing=tuple(missing),
    )


def _merged(planned: Any, recorded: Any, path: tuple[str, ...], kept: list[str], missing: list[str]) -> Any:
    if planned == registrations.UNKNOWN:
        (missing if recorded is ABSENT else kept).append(".".join(path))
        return planned if recorded is ABSENT else recorded
    if isinstance(planned, dict):
        before = recorded if isinstance(recorded, dict) else {}
        return {
            key: _merged(value, before.get(key, ABSENT), (*path, key), kept, missing)
            for key, value in planned.items()
        }
    if isinstance(planned, list):
        before = recorded if isinstance(recorded, list) and len(recorded) == len(planned) else []
        pairs = zip(planned, before or [ABSENT] * len(planned), strict=True)
        return [
            _merged(value, old, (*path, str(index)), kept, missing)
            for index, (value, old) in enumerate(pairs)
        ]
    return planned


if __name__ == "__main__":
    sys.exit(main())
