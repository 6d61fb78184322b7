"""The cost of a change: as text for a terminal, and as Markdown for a pull request."""

from collections.abc import Iterator
from decimal import Decimal

from rich.table import Table

from paved.cost.markdown import verdicts
from paved.cost.view import coverage_line, price_line
from paved.markdown_text import cell, code
from paved.table_text import table_text
from policies.evaluation import PolicyReport
from pricing.changes import Change, Comparison, Verb
from pricing.cost_range import CostRange
from pricing.money import HOURS_A_MONTH, usd

MARKS = {Verb.ADDED: "+", Verb.CHANGED: "~", Verb.REMOVED: "-"}
FIGURES = ("floor", "expected", "ceiling")


def signed(amount: Decimal | None) -> str:
    """A difference as a person reads it: always with its sign, `unpriced` where a side has no price."""
    if amount is None:
        return "unpriced"
    return "0.00" if not amount else f"{'+' if amount > 0 else '-'}{usd(abs(amount))}"


def changes_view(found: Comparison, against: str) -> str:
    """Each charge that differs, dearest first, and what the whole stack differs by."""
    table = Table.grid(padding=(0, 2))
    table.add_column(no_wrap=True)
    for _ in FIGURES:
        table.add_column(justify="right", no_wrap=True)
    table.add_column()
    table.add_row("", *FIGURES, "")
    for change in found.changes:
        deltas = (signed(change.delta(figure)) for figure in FIGURES)
        table.add_row(f"{MARKS[change.verb]} {change.name} {change.what}", *deltas, _said(change))
    table.add_row(found.after.stack, *(signed(found.delta(figure)) for figure in FIGURES), _percent(found))
    heading = (
        f"{found.after.stack}: what changes in a month of {HOURS_A_MONTH} hours against {against}, "
        "in US dollars before tax\n"
        f"{price_line(found.after)}; both sides at these prices; a git revision is planned with today's code"
    )
    now = f"was  {_totals(found.before.total)}\nnow  {_totals(found.after.total)}"
    body = table_text(table) if found.changes else "nothing changes that costs something"
    return "\n\n".join((heading, body, now, coverage_line(found.after)))


def changes_markdown(found: Comparison, against: str, judged: PolicyReport) -> str:
    """The same as a comment on a pull request."""
    total = found.after.stack
    lines = [
        f"### Cost of `{total}` against {code(against)}",
        "",
        f"**{signed(found.delta('expected'))} USD a month expected**, {signed(found.delta('ceiling'))} at the ceiling",
        "",
    ]
    if found.changes:
        lines += ["| | floor | expected | ceiling | |", "|---|---:|---:|---:|---|", *_rows(found)]
    else:
        lines += ["Nothing changes that costs something."]
    lines += ["", f"Was {_totals(found.before.total)}; is {_totals(found.after.total)}.", ""]
    lines += verdicts(judged)
    lines += [f"{coverage_line(found.after)}.", f"{price_line(found.after)}.".capitalize()]
    return "\n".join(lines)


def _rows(found: Comparison) -> Iterator[str]:
    for change in found.changes:
        deltas = " | ".join(signed(change.delta(figure)) for figure in FIGURES)
        name = f"{MARKS[change.verb]} {code(change.name)} {change.what}"
        yield f"| {name} | {deltas} | {cell(_said(change))} |"
    deltas = " | ".join(f"**{signed(found.delta(figure))}**" for figure in FIGURES)
    yield f"| **{found.after.stack}** | {deltas} | {_percent(found)} |"


def _said(change: Change) -> str:
    """Describe a change: its note now, and the one before where that is not the same."""
    before, after = change.notes
    renamed = f"was {change.was_urn.rpartition('::')[2]}" if change.was_urn else ""
    words = f"{before} → {after}" if before and after and before != after else after or before
    return "; ".join(filter(None, (renamed, words)))


def _percent(found: Comparison) -> str:
    before = found.before.total.expected
    return f"{100 * found.delta('expected') / before:+.1f}% expected" if before else ""


def _totals(figures: CostRange) -> str:
    return f"floor {usd(figures.floor)}, expected {usd(figures.expected)}, ceiling {usd(figures.ceiling)}"
