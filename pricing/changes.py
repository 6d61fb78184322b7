"""Compare two estimates of a stack: signed differences by resource, renames followed."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum

from pricing.cost_range import FIGURES, CostRange
from pricing.estimate import Estimate, EstimateLine


class Verb(StrEnum):
    """The kind of change of a cost component."""

    ADDED = "added"
    CHANGED = "changed"
    REMOVED = "removed"


@dataclass(frozen=True, kw_only=True)
class Change:
    """One charge of one resource, before and after. An amount is None where there is none, or no price."""

    urn: str
    was_urn: str | None
    name: str
    component: str
    what: str
    verb: Verb
    before: CostRange | None
    after: CostRange | None
    notes: tuple[str, str]
    """The notes of the charge before and after."""

    def delta(self, figure: str) -> Decimal | None:
        """Return the increase of a figure; None where a side that is there has no price."""
        sides = {Verb.ADDED: [self.after], Verb.REMOVED: [self.before]}.get(
            self.verb, [self.before, self.after]
        )
        if None in sides:
            return None
        return _of(self.after, figure) - _of(self.before, figure)


@dataclass(frozen=True, kw_only=True)
class Comparison:
    """Two estimates of one stack and every charge that differs, dearest first."""

    before: Estimate
    after: Estimate
    changes: tuple[Change, ...]

    def delta(self, figure: str) -> Decimal:
        """Return the increase of the stack's total, of what has a price on either side."""
        return _of(self.after.total, figure) - _of(self.before.total, figure)


def compare(before: Estimate, after: Estimate, renamed: Mapping[str, str]) -> Comparison:
    """Compare two estimates line by line. `renamed` gives the earlier URN of a resource that bears another now."""
    old = {(line.urn, line.charge.what): line for line in before.lines}
    changes: list[Change] = []
    for line in after.lines:
        was = line.urn if (line.urn, line.charge.what) in old else renamed.get(line.urn, line.urn)
        changes += _change(old.pop((was, line.charge.what), None), line)
    for line in old.values():
        changes += _change(line, None)
    return Comparison(before=before, after=after, changes=tuple(sorted(changes, key=_order)))


def _change(before: EstimateLine | None, after: EstimateLine | None) -> Iterable[Change]:
    line = after or before
    if line is None or (before and after and _figures(before) == _figures(after)):
        return ()
    if not _of_interest(before) and not _of_interest(after):
        return ()
    verb = Verb.CHANGED if before and after else Verb.ADDED if after else Verb.REMOVED
    return (
        Change(
            urn=line.urn,
            was_urn=before.urn if before and before.urn != line.urn else None,
            name=line.name,
            component=line.component,
            what=line.charge.what,
            verb=verb,
            before=before.amount if before else None,
            after=after.amount if after else None,
            notes=(before.charge.note if before else "", after.charge.note if after else ""),
        ),
    )


def _figures(line: EstimateLine) -> tuple[CostRange | None, str]:
    return line.amount, line.charge.kind


def _of_interest(line: EstimateLine | None) -> bool:
    """Whether a charge is more than the statement that something is free."""
    return line is not None and line.charge.kind != "free"


def _of(figures: CostRange | None, figure: str) -> Decimal:
    return getattr(figures, figure) if figures else Decimal(0)


def _order(change: Change) -> tuple[Decimal, str, str]:
    deltas = [change.delta(figure) for figure in FIGURES]
    largest = max((abs(delta) for delta in deltas if delta is not None), default=Decimal("Infinity"))
    return (-largest, change.urn, change.what)
