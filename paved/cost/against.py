"""The same stack as it was: at another revision of the stack files, or in a plan that was written down."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from paved.cost.stack_cost import Costs, StackCost
from paved.errors import BadInput
from paved.files import read_json
from paved.git import stacks_at
from paved.plan.model import Plan
from paved.plan.planner import Planner
from pricing.changes import Comparison, compare
from stacks.reading.problems import ConfigError, shown


@dataclass(frozen=True, kw_only=True)
class Recorded:
    """A resource of a plan that was written down as JSON."""

    urn: str
    type: str
    name: str
    parent: str | None
    custom: bool
    inputs: Mapping[str, Any]


def compared(now: StackCost, plan: Plan, costs: Costs, against: str, folder: Path) -> Comparison:
    """Compare the stack's cost with what it was. `against` is a file of `paved plan --json`, or a git revision.

    A revision is that of the stack files: they are planned and priced with today's code and prices. Raises
    BadInput where it cannot be read.
    """
    path = Path(against)
    if path.is_file() or path.is_fifo():
        name = now.estimate.stack
        before = costs.priced(name, recorded_resources(path, name))
    else:
        before = _at_revision(now, costs, against, folder)
    return compare(before, now.estimate, plan.renamed)


def recorded_resources(path: Path, stack: str) -> tuple[Recorded, ...]:
    """The resources of a plan of `stack` in a file. Raises BadInput for a file that holds none."""
    data = read_json(path)
    if not isinstance(data, dict) or not isinstance(data.get("resources"), list):
        raise BadInput(f"`{path}` is no plan", hint="write one with `paved plan STACK --json`")
    if data.get("stack") != stack:
        raise BadInput(f"`{path}` is a plan of `{data.get('stack')}`, not of `{stack}`")
    keys = ("urn", "type", "name", "parent", "custom", "inputs")
    found: list[Recorded] = []
    try:
        for each in data["resources"]:
            fields = {key: each[key] for key in keys}
            found.append(Recorded(**fields))
    except (KeyError, TypeError) as error:
        raise BadInput(f"`{path}` is no plan: a resource of it lacks one of {', '.join(keys)}") from error
    for resource in found:
        texts = (resource.urn, resource.type, resource.name)
        if not isinstance(resource.inputs, dict) or not all(isinstance(text, str) for text in texts):
            raise BadInput(f"`{path}` is no plan: {shown(str(resource.urn), limit=80)} is no resource")
    return tuple(found)


def _at_revision(now: StackCost, costs: Costs, revision: str, folder: Path) -> Any:
    name = now.estimate.stack
    with stacks_at(revision, folder) as earlier:
        try:
            planner = Planner.of_folder(earlier, as_of=costs.as_of, cache=costs.plan_cache)
            return Costs(planner, costs.book, costs.as_of).of(name).estimate
        except ConfigError as error:
            said = "; ".join(problem.message for problem in error.problems)
            raise BadInput(f"`{name}` at {revision} cannot be planned with today's code: {said}") from error
