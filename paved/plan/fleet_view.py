"""Plans of many stacks: one line each."""

from collections.abc import Sequence

from rich.table import Table

from paved.cost.stack_cost import StackCost
from paved.plan.model import Plan
from paved.plan.summary import protected
from paved.plan.view import counts
from paved.table_text import counted, table_text
from policies.evaluation import PolicyReport
from pricing.money import usd

FIGURES = ("expected", "ceiling")


def fleet_view(plans: Sequence[Plan], costs: Sequence[StackCost], reports: Sequence[PolicyReport]) -> str:
    """Size, protection, cost in US dollars a month and verdict of each stack."""
    table = Table(box=None, pad_edge=False, show_edge=False)
    table.add_column("stack", no_wrap=True)
    for title in ("aws", "kubernetes", "protected", *FIGURES):
        table.add_column(title, justify="right", no_wrap=True)
    table.add_column("verdict")
    for plan, cost, report in zip(plans, costs, reports, strict=True):
        size = counts(plan)
        numbers = (str(size["aws"]), str(size["kubernetes"]), str(protected(plan)))
        table.add_row(plan.stack, *numbers, *_figures(cost), _status(report))
    return f"{table_text(table)}\n\n{counted(len(plans), 'stack')} planned; US dollars a month, before tax"


def _figures(cost: StackCost) -> tuple[str, ...]:
    if not cost.estimate.is_complete:
        return ("unpriced",) * len(FIGURES)
    return tuple(usd(cost.totals[figure]) for figure in FIGURES)


def _status(report: PolicyReport) -> str:
    return "refused" if report.violations else "allowed"
