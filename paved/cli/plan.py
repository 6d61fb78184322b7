"""`paved plan`: the resources of a stack, before anything exists."""

from collections.abc import Collection
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Literal

import typer

from paved.cli.as_of import AsOf, as_of_date
from paved.cli.cost import Prices
from paved.cli.output import hint, show, show_json
from paved.cli.project import Json, NoCache, Outputs, StacksDir, deployed_outputs, plan_cache, stacks_dir
from paved.errors import BadInput

if TYPE_CHECKING:
    from paved.cost.stack_cost import Costs
    from paved.plan.planner import Planner
    from paved.policy.plan_evaluator import PlanEvaluator
    from policies.evaluation import PolicyReport


Kind = Literal["foundation", "platform", "team"]


@dataclass(frozen=True, kw_only=True)
class Filter:
    """The stacks of a folder that are shown: of one kind, or refused ones alone."""

    kind: Kind | None
    refused: bool

    def takes(self, report: "PolicyReport", kind: str) -> bool:
        """Whether a stack is shown."""
        return self.kind in (None, kind) and (bool(report.violations) or not self.refused)

    @property
    def in_words(self) -> str:
        """The stacks that are shown, after `is`."""
        return f"a {'refused ' if self.refused else ''}{self.kind}" if self.kind else "refused"


def plan(
    stack: Annotated[
        str | None, typer.Argument(metavar="STACK", help="The stack to plan.", show_default=False)
    ] = None,
    all_stacks: Annotated[bool, typer.Option("--all", help="Plan every stack of the folder.")] = False,
    outputs: Outputs = None,
    kind: Annotated[
        Kind | None,
        typer.Option(help="Of all stacks, show those of one kind.", show_default=False),
    ] = None,
    refused: Annotated[
        bool, typer.Option("--refused", help="Of all stacks, show those that a mandatory rule refuses.")
    ] = False,
    json: Json = False,
    stacks: StacksDir = None,
    as_of: AsOf = None,
    prices: Prices = None,
    no_cache: NoCache = False,
) -> int:
    """Print what a stack would create: areas, components, protected resources, endpoints, capacity, budget."""
    _refuse_mixtures(stack, all_stacks, chosen=bool(kind or refused))
    from paved.plan.planner import Planner
    from paved.policy.plan_evaluator import PlanEvaluator

    deployed = deployed_outputs(outputs or [])
    folder, day = stacks_dir(stacks), as_of_date(as_of)
    planner = Planner.of_folder(folder, deployed, as_of=day, cache=plan_cache(no_cache))
    _refuse_unused(deployed.keys() - planner.bases(stack), stack)
    costs = _costs(planner, prices)
    evaluator = PlanEvaluator(planner, folder, day, costs.estimated_of)
    if stack is not None:
        return _plan_one(planner, costs, evaluator, stack, json)
    return _plan_all(planner, costs, evaluator, Filter(kind=kind, refused=refused), json)


def _refuse_mixtures(stack: str | None, all_stacks: bool, *, chosen: bool) -> None:
    """Raise BadInput where it is not plain which stacks are meant."""
    if (stack is None) != all_stacks:
        raise BadInput(
            "name one STACK, or all of them with `--all`", hint="`paved validate` lists the stacks"
        )
    if chosen and not all_stacks:
        raise BadInput("`--kind` and `--refused` choose among all stacks", hint="add `--all`")


def _refuse_unused(deployed: Collection[str], stack: str | None) -> None:
    for name in deployed:
        raise BadInput(f"`--outputs {name}=…` is of no use: {stack or 'no stack'} refers to no `{name}`")


def _plan_one(planner: "Planner", costs: "Costs", evaluator: "PlanEvaluator", stack: str, json: bool) -> int:
    from paved.cost.plan_money import plan_money
    from paved.plan.capacity import shared_capacity
    from paved.plan.summary import summary_rows
    from paved.plan.view import view
    from paved.policy.security_view import security_view
    from paved.policy.view import report_view

    planned = planner.plan(stack)
    cost = costs.of(stack, planned)
    shared, report = shared_capacity(planner, stack), evaluator.report(planned)
    security, money = evaluator.security_result(report), plan_money(cost)
    if json:
        data = {
            **planned.as_json(),
            "warnings": [*shared.warnings, *money.warnings],
            "policies": report.as_json(),
            "security": security.as_json(),
        }
        show_json(data)
    else:
        verdict = f"{report_view(report)}\n\n{security_view(security)}"
        warnings = len(shared.warnings) + len(money.warnings)
        summary = tuple(summary_rows(planned, cost, report, security, warnings))
        show(view(planned, planner.config(stack), shared, money, verdict, summary))
    code = evaluator.exit_code([report])
    if not json:
        hint(f"try it on an in-memory account with `paved rehearse {stack}`")
    return code


def _plan_all(
    planner: "Planner", costs: "Costs", evaluator: "PlanEvaluator", chosen: Filter, json: bool
) -> int:
    from paved.plan.fleet import plan_fleet
    from paved.plan.fleet_view import fleet_view
    from paved.policy.security_view import fleet_security_view
    from paved.policy.view import fleet_report_view

    judged = [(planned, evaluator.report(planned)) for planned in plan_fleet(planner)]
    shown = [each for each in judged if chosen.takes(each[1], planner.config(each[0].stack).stack.kind)]
    if not shown and not json:
        show(f"none of {len(judged)} stacks is {chosen.in_words}")
        return evaluator.exit_code([report for _, report in judged])
    plans, reports = [planned for planned, _ in shown], [report for _, report in shown]
    security = [evaluator.security_result(report) for report in reports]
    if json:
        data = [
            {**planned.as_json(), "policies": report.as_json(), "security": result.as_json()}
            for planned, report, result in zip(plans, reports, security, strict=True)
        ]
        show_json({"schema_version": "1", "plans": data})
    else:
        costed = [costs.of(planned.stack, planned) for planned in plans]
        show(
            f"{fleet_view(plans, costed, reports)}\n\n{fleet_report_view(reports)}\n\n{fleet_security_view(security)}"
        )
    # A filter chooses what is shown: what is refused is refused all the same.
    code = evaluator.exit_code([report for _, report in judged])
    if not json:
        hint("`paved plan STACK` shows one of them whole")
    return code


def _costs(planner: "Planner", prices: Path | None) -> "Costs":
    from paved.cost.book import book_of
    from paved.cost.stack_cost import Costs

    return Costs(planner, book_of(prices), planner.as_of or as_of_date(None))
