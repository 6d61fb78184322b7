"""The cost of a stack as Markdown for a pull request or a page."""

from collections.abc import Iterator

from paved.cost.stack_cost import StackCost
from paved.cost.view import coverage_line, grouped, price_line, rest_line
from policies.evaluation import PolicyReport
from pricing.cost_components import CostKind
from pricing.cost_range import CostRange
from pricing.estimate import total
from pricing.money import usd


def cost_markdown(cost: StackCost, judged: PolicyReport) -> str:
    """The estimate by component, its total, and what refuses it."""
    priced = cost.estimate
    lines = [
        f"### Cost of `{priced.stack}`, in US dollars a month before tax",
        "",
        "| | floor | expected | ceiling |",
        "|---|---:|---:|---:|",
        *_rows(cost),
        "",
        *verdicts(judged),
        f"{coverage_line(priced)}.",
        f"{price_line(priced)}.".capitalize(),
        *(f"{line}.".capitalize() for line in filter(None, [rest_line(priced)])),
    ]
    return "\n".join(lines)


def verdicts(judged: PolicyReport) -> Iterator[str]:
    """Yield the refusals of the cost rule, and the exceptions to it."""
    yield from (f"> **Refused:** {finding.message}\n" for finding in judged.findings)
    yield from (f"> **Excepted:** {finding.message}\n" for finding in judged.excepted)


def _rows(cost: StackCost) -> Iterator[str]:
    priced = [line for line in cost.estimate.lines if line.charge.kind is not CostKind.FREE]
    for component, lines in grouped(priced, lambda line: line.component or "stack"):
        known = [line for line in lines if line.amount]
        gaps = sum(line.charge.kind is CostKind.UNPRICED for line in lines)
        without = f" ({gaps} without a price)" if gaps else ""
        yield _row(f"`{component}`{without}", total(known) if known else None)
    yield _row(f"**{cost.estimate.stack}**", cost.estimate.total if cost.estimate.is_complete else None)


def _row(title: str, figures: CostRange | None) -> str:
    if figures is None:
        return f"| {title} | unpriced | unpriced | unpriced |"
    return f"| {title} | {usd(figures.floor)} | {usd(figures.expected)} | {usd(figures.ceiling)} |"
