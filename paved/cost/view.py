"""The cost of a stack as text for a terminal."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from datetime import date
from decimal import Decimal

from rich.table import Table

from paved.cost.stack_cost import SharedCost, StackCost
from paved.table_text import table_text
from policies.evaluation import PolicyReport
from pricing.ageing import age, ageing, outdated
from pricing.cost_components import CostKind
from pricing.cost_range import CostRange
from pricing.estimate import Estimate, EstimateLine, total
from pricing.general_nodes import GeneralUse
from pricing.guard import ALERT_DELAY, spoken
from pricing.money import HOURS_A_MONTH, usd
from pricing.provenance import counts, expected_by_basis
from pricing.units import UnitPrice
from reference.prices import BASE_REGION, Basis

LESS_SURE = {
    Basis.DERIVED: f"prices derived from {BASE_REGION} by the ratio of their family",
    Basis.SECONDARY: "prices that somebody quotes",
    Basis.REMEMBERED: "prices from memory",
}
"""The origins of prices that are in no list, in words."""


def view(cost: StackCost, shares: Sequence[SharedCost], judged: PolicyReport) -> str:
    """The estimate by area, component and resource; then what it is compared with, and what is missing from it."""
    sections = [
        _heading(cost.estimate),
        _lines(cost),
        *(_section(title, rows) for title, rows in _sections(cost, shares, judged) if rows),
        _coverage(cost.estimate),
    ]
    return "\n\n".join(sections)


def price_line(priced: Estimate) -> str:
    """Return the days of the prices and how many are of which origin."""
    prices = priced.prices
    if not prices:
        return "no price was used"
    origins = ", ".join(f"{count} {basis}" for basis, count in counts(prices).items())
    return f"list prices of {_days(price.as_of for price in prices)} in {priced.region}: {origins}"


def rest_line(priced: Estimate) -> str:
    """Say how much of the expected total rests on prices that are in no list; empty where all of it is."""
    total_, parts = priced.total.expected, []
    for basis, part in expected_by_basis(priced).items():
        if basis in LESS_SURE and part:
            share = _percent(part, total_) if part * 100 >= total_ else "under 1%"
            parts.append(f"{usd(part)} ({share}) rests on {LESS_SURE[basis]}")
    return f"of {usd(total_)} expected, {'; '.join(parts)}" if parts else ""


def coverage_line(priced: Estimate) -> str:
    """Count the resources of each kind."""
    words = {
        CostKind.BASELINE: "priced by the plan",
        CostKind.ASSUMED: "by expected work",
        CostKind.USAGE: "partly by use that nobody declared",
        CostKind.UNPRICED: "partly or wholly without a price",
        CostKind.FREE: "free",
    }
    found = priced.coverage
    said = ", ".join(f"{found[kind]} {text}" for kind, text in words.items() if found[kind])
    return f"{sum(found.values())} resources: {said}"


def _days(days: Iterable[date]) -> str:
    found = sorted(set(days))
    return str(found[0]) if len(found) == 1 else f"{found[0]} to {found[-1]}"


def _heading(priced: Estimate) -> str:
    return (
        f"{priced.stack}: what a month of {HOURS_A_MONTH} hours costs, in US dollars before tax\n"
        f"{price_line(priced)}; judged as of {priced.as_of}"
    )


def _lines(cost: StackCost) -> str:
    table = Table.grid(padding=(0, 2))
    table.add_column(no_wrap=True)
    for _ in range(3):
        table.add_column(justify="right", no_wrap=True)
    table.add_column()
    table.add_row("", "floor", "expected", "ceiling", "")
    priced = [line for line in cost.estimate.lines if line.charge.kind is not CostKind.FREE]
    for area, of_area in grouped(priced, lambda line: line.area or "stack"):
        _area(table, area, of_area)
        for component, of_component in grouped(of_area, lambda line: line.component.partition("/")[2]):
            table.add_row(f"  {component}", "", "", "", "")
            for what, same in grouped(of_component, lambda line: line.charge.what):
                _charge(table, what, same)
    for title, figures in _totals(cost):
        _row(table, title, figures)
    return table_text(table)


def _totals(cost: StackCost) -> Iterator[tuple[str, CostRange | None]]:
    priced = cost.estimate
    yield "", None
    yield "baseline, by the plan alone", total(priced.of(CostKind.BASELINE))
    yield "assumed, by expected work", total(priced.of(CostKind.ASSUMED))
    gaps = "" if not priced.of(CostKind.UNPRICED, CostKind.USAGE) else ", of what has a figure"
    title = priced.stack if priced.is_complete else "there is no total; the rest"
    yield f"{title}{gaps}", priced.total
    if old := outdated(priced.prices, priced.as_of):
        yield f"  at prices {age(old, priced.as_of)}", None


def _area(table: Table, area: str, lines: list[EstimateLine]) -> None:
    """The sum of an area, where any of it has a figure."""
    _row(table, area, total(lines) if any(line.amount for line in lines) else None)


def notices(priced: Estimate) -> Iterator[str]:
    """Yield what changes by itself one day: support that ends, prices that grow too old."""
    yield from priced.notices
    yield from ageing(priced.prices, priced.as_of)


def _charge(table: Table, what: str, lines: list[EstimateLine]) -> None:
    """One row for a charge of a component, whichever of its resources it is of."""
    times = f" ({len(lines)})" if len(lines) > 1 else ""
    star = "*" if any(line.charge.starred for line in lines) else ""
    notes = sorted({line.charge.note for line in lines if line.amount and line.charge.note})
    missing = {line.charge.kind for line in lines if not line.amount}
    if missing:
        said = "by use" if missing == {CostKind.USAGE} else "unpriced"
        table.add_row(f"    {what}{times}", said, said, said, "")
    else:
        figures = total(lines)
        low = f"from {usd(figures.low)}" if figures.low != figures.expected else ""
        note = "; ".join((*notes[:2], *filter(None, (low,))))
        _row(table, f"    {what}{times}", figures, star, note)


def _row(table: Table, title: str, figures: CostRange | None, star: str = "", note: str = "") -> None:
    if figures is None:
        table.add_row(title)
        return
    expected = f"{usd(figures.expected)}{star}"
    table.add_row(title, usd(figures.floor), expected, usd(figures.ceiling), note)


def _sections(
    cost: StackCost, shares: Sequence[SharedCost], judged: PolicyReport
) -> Iterator[tuple[str, list[tuple[str, str]]]]:
    yield "Allowed", list(_allowed(cost))
    yield "Excepted", [(each.resource, each.message) for each in judged.excepted]
    yield "Units, in the cheapest to the dearest type of the pool", [_unit(each) for each in cost.units]
    yield (
        "Shared, on top: by the monthly budgets of the teams, and on the platform's bill",
        [_share(each) for each in shares],
    )
    yield (
        "General nodes, of the platform: on its bill, in no budget of this stack and in none of the figures above",
        [_general(each) for each in cost.general],
    )
    yield "To know", [("!", notice) for notice in notices(cost.estimate)]
    yield "Without a price", list(_grouped_notes(cost.estimate.of(CostKind.UNPRICED)))
    yield "By use that nobody declared", list(_grouped_notes(cost.estimate.of(CostKind.USAGE)))


def _general(use: GeneralUse) -> tuple[str, str]:
    if use.amount is None:
        return use.name, f"unpriced; {use.note}"
    floor, expected, ceiling = (
        usd(each) for each in (use.amount.floor, use.amount.expected, use.amount.ceiling)
    )
    star = "*" if use.is_default else ""
    return use.name, f"floor {floor}, expected {expected}{star}, ceiling {ceiling}: {use.note}"


def _allowed(cost: StackCost) -> Iterator[tuple[str, str]]:
    if cost.discounts:
        said = ", ".join(f"{percent:f}% off {family}" for family, percent in sorted(cost.discounts.items()))
        yield "discounts", f"{said}, taken off the prices above"
    if cost.savings and cost.estimate.is_complete:
        covered, total_ = cost.savings.covered["expected"], cost.savings.total["expected"]
        yield (
            "savings plan",
            f"{usd(cost.savings.commitment)} committed, covers {usd(covered)} of what is expected, "
            f"which makes {usd(total_)}, and {usd(cost.savings.total['ceiling'])} at the ceiling",
        )
    if cost.limits and cost.estimate.is_complete:
        approved, monthly = cost.limits.approved_ceiling_usd, cost.limits.monthly_usd
        ceiling, expected = cost.totals["ceiling"], cost.totals["expected"]
        yield (
            "ceiling",
            f"{usd(ceiling)} of {usd(approved)} that finance approved ({_percent(ceiling, approved)})",
        )
        yield "expected", f"{usd(expected)} of {usd(monthly)} budgeted ({_percent(expected, monthly)})"
        burn = cost.hours_to_burn
        lasts = "the month" if burn is None else spoken(burn)
        yield "at the ceiling", f"the budget lasts {lasts}; AWS Budgets tells of it after {ALERT_DELAY}"


def _percent(part: Decimal, whole: Decimal) -> str:
    return f"{100 * part / whole:.0f}%"


def _unit(each: UnitPrice) -> tuple[str, str]:
    if each.low is None or each.high is None:
        return each.subject, f"unpriced a {each.unit}"
    low, high = _small(each.low), _small(each.high)
    return each.subject, f"{low if low == high else f'{low} to {high}'} a {each.unit}"


def _small(amount: Decimal) -> str:
    """An amount that may be a fraction of a cent."""
    return usd(amount) if amount >= 1 else f"{amount:.4f}"


def _share(share: SharedCost) -> tuple[str, str]:
    who = f"{share.percent:.1f}% of {share.stack}, shared by {', '.join(share.teams)}"
    if not share.is_complete:
        return share.stack, f"{who}: unpriced"
    figures = "floor {}, expected {}, ceiling {}".format(
        *(usd(share.amounts[figure]) for figure in ("floor", "expected", "ceiling"))
    )
    return share.stack, f"{who}: {figures}"


def _grouped_notes(lines: Iterable[EstimateLine]) -> Iterator[tuple[str, str]]:
    for what, same in grouped(lines, lambda line: line.charge.what):
        yield f"{what} ({len(same)})", "; ".join(sorted({line.charge.note for line in same}))


def grouped(
    lines: Iterable[EstimateLine], key: Callable[[EstimateLine], str]
) -> list[tuple[str, list[EstimateLine]]]:
    """Lines by what a key says of them, sorted by it."""
    groups: dict[str, list[EstimateLine]] = {}
    for line in lines:
        groups.setdefault(key(line), []).append(line)
    return sorted(groups.items())


def _coverage(priced: Estimate) -> str:
    lines = [coverage_line(priced), *filter(None, [rest_line(priced)])]
    if any(line.charge.starred for line in priced.lines):
        lines.append("* a default: nobody declared it in `paved:usage`")
    if any(line.amount and line.amount.low != line.amount.expected for line in priced.lines):
        lines.append("expected is at the dearest type a pool may choose, on demand; `from` is the cheapest")
    return "\n".join(lines)


def _section(title: str, rows: list[tuple[str, str]]) -> str:
    table = Table.grid(padding=(0, 2))
    table.add_column(no_wrap=True)
    table.add_column()
    for name, said in rows:
        table.add_row(f"  {name}", said)
    return f"{title}\n{table_text(table)}"
