"""`paved cost`: the monthly cost of a stack, before anything exists."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from paved.cli.as_of import AsOf, as_of_date
from paved.cli.output import json_text, show
from paved.cli.project import Json, NoCache, StacksDir, plan_cache, stacks_dir
from paved.errors import BadInput, Refused

if TYPE_CHECKING:
    from paved.cost.stack_cost import SharedCost, StackCost
    from policies.evaluation import PolicyReport
    from pricing.changes import Comparison

Prices = Annotated[
    Path | None,
    typer.Option(
        "--prices",
        metavar="DIR",
        envvar="PAVED_PRICES",
        help="A folder of prices, as `paved prices refresh` writes it; by default those of this release.",
        show_default=False,
    ),
]
Against = Annotated[
    str | None,
    typer.Option(
        metavar="REF|FILE",
        help="Print what changes against the stack files at a git revision, or a plan of `paved plan --json`.",
        show_default=False,
    ),
]


def cost(
    stack: Annotated[str, typer.Argument(metavar="STACK", help="The stack to price.", show_default=False)],
    against: Against = None,
    markdown: Annotated[bool, typer.Option("--markdown", help="Print Markdown, for a pull request.")] = False,
    prices: Prices = None,
    json: Json = False,
    stacks: StacksDir = None,
    as_of: AsOf = None,
    no_cache: NoCache = False,
) -> int:
    """Print what a month of a stack costs: floor, expected and ceiling. Fails where that is more than it may."""
    if json and markdown:
        raise BadInput("`--json` and `--markdown` are two answers: ask for one")
    from paved.cost.book import book_of
    from paved.cost.stack_cost import Costs
    from paved.plan.planner import Planner
    from paved.policy.plan_evaluator import PlanEvaluator

    day, folder = as_of_date(as_of), stacks_dir(stacks)
    planner = Planner.of_folder(folder, as_of=day, cache=plan_cache(no_cache))
    costs = Costs(planner, book_of(prices), day)
    evaluator = PlanEvaluator(planner, folder, day, costs.estimated_of)
    plan = planner.plan(stack)
    found = costs.of(stack, plan)
    report = evaluator.cost_report(plan)
    form = "json" if json else "markdown" if markdown else "text"
    if against is None:
        show(_alone(found, costs.shares(stack), report, form))
    else:
        from paved.cost.against import compared

        comparison = compared(found, plan, costs, against, folder)
        show(_changed(comparison, against, report, form))
    return _exit_code(report)


def _exit_code(report: "PolicyReport") -> int:
    """0, where the stack may cost what it costs. Raises Refused with every reason where it may not."""
    if not report.violations:
        return 0
    first = report.violations[0]
    raise Refused(
        "\n".join(f"{report.stack}: {finding.message}" for finding in report.violations),
        hint=f"`paved policy show {first.rule}` says why, and how `{first.resource}` may be excepted for a while",
    )


def _alone(found: "StackCost", shares: "tuple[SharedCost, ...]", report: "PolicyReport", form: str) -> str:
    from paved.cost.data import cost_data
    from paved.cost.markdown import cost_markdown
    from paved.cost.view import view

    match form:
        case "json":
            return json_text(cost_data(found, shares, report))
        case "markdown":
            return cost_markdown(found, report)
        case _:
            return view(found, shares, report)


def _changed(comparison: "Comparison", against: str, report: "PolicyReport", form: str) -> str:
    from paved.cost.changes_view import changes_markdown, changes_view
    from paved.cost.data import comparison_data

    match form:
        case "json":
            return json_text(comparison_data(comparison, against))
        case "markdown":
            return changes_markdown(comparison, against, report)
        case _:
            return changes_view(comparison, against)
