"""`paved plan`: what a stack would create, before anything exists."""

import json as jsonlib
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from paved.cli.as_of import AsOf, as_of_date
from paved.cli.cost import Prices, refuse
from paved.cli.output import show
from paved.cli.project import Json, StacksDir, stacks_dir
from paved.errors import BadInput

if TYPE_CHECKING:
    from paved.cost.stack_cost import Costs
    from paved.plan.planner import Planner


def plan(
    stack: Annotated[
        str | None, typer.Argument(metavar="STACK", help="The stack to plan.", show_default=False)
    ] = None,
    all_stacks: Annotated[bool, typer.Option("--all", help="Plan every stack of the folder.")] = False,
    outputs: Annotated[
        list[str] | None,
        typer.Option(
            metavar="STACK=FILE",
            help="Take a referenced stack's outputs from a file (`pulumi stack output --json`) instead of its plan.",
            show_default=False,
        ),
    ] = None,
    json: Json = False,
    stacks: StacksDir = None,
    as_of: AsOf = None,
    prices: Prices = None,
) -> int:
    """Print what a stack would create: areas, components, protected resources, endpoints, capacity, budget."""
    if (stack is None) != all_stacks:
        raise BadInput(
            "name one STACK, or all of them with `--all`", hint="`paved validate` lists the stacks"
        )
    from paved.plan.planner import Planner

    deployed = _deployed(outputs or [])
    planner = Planner.of_folder(stacks_dir(stacks), deployed, as_of=as_of_date(as_of))
    for name in deployed.keys() - planner.bases(stack):
        raise BadInput(f"`--outputs {name}=…` is of no use: {stack or 'no stack'} refers to no `{name}`")
    costs = _costs(planner, prices)
    return _plan_all(planner, costs, json) if stack is None else _plan_one(planner, costs, stack, json)


def _plan_one(planner: "Planner", costs: "Costs", stack: str, json: bool) -> int:
    from paved.cost.plan_money import plan_money
    from paved.plan.capacity import shared_capacity
    from paved.plan.view import view

    planned = planner.plan(stack)
    shared, cost = shared_capacity(planner, stack), costs.of(stack, planned)
    if json:
        data = {**planned.as_json(), "warnings": list(shared.warnings)}
        show(jsonlib.dumps(data, indent=2, sort_keys=True))
    else:
        show(view(planned, planner.config(stack), shared, plan_money(cost)))
    refuse([cost])
    return 0


def _plan_all(planner: "Planner", costs: "Costs", json: bool) -> int:
    from paved.plan.fleet import plan_fleet
    from paved.plan.view import fleet_view

    plans = plan_fleet(planner)
    if json:
        data = {"schema_version": "1", "plans": [planned.as_json() for planned in plans]}
        show(jsonlib.dumps(data, indent=2, sort_keys=True))
    else:
        show(fleet_view(plans))
    refuse([costs.of(planned.stack, planned) for planned in plans])
    return 0


def _costs(planner: "Planner", prices: Path | None) -> "Costs":
    from paved.cost.book import book_of
    from paved.cost.stack_cost import Costs

    return Costs(planner, book_of(prices), planner.as_of or as_of_date(None))


def _deployed(given: list[str]) -> dict[str, dict[str, Any]]:
    deployed: dict[str, dict[str, Any]] = {}
    for item in given:
        stack, separator, file = item.partition("=")
        if not separator or not stack or not file:
            raise BadInput(f"`--outputs` takes STACK=FILE, got `{item}`")
        try:
            data = jsonlib.loads(Path(file).read_text(encoding="utf-8"))
        except OSError as error:
            raise BadInput(f"`{file}` cannot be read: {error.strerror}") from error
        except ValueError as error:
            raise BadInput(f"`{file}` is not JSON: {error}") from error
        if not isinstance(data, dict):
            raise BadInput(f"`{file}` must hold a mapping of outputs, got {type(data).__name__}")
        deployed[stack] = data
    return deployed
