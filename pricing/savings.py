"""A part of a Compute Savings Plan: a commitment that is paid in any case, and the usage that it covers."""

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal

from pricing.cost_range import FIGURES
from pricing.estimate import Estimate, EstimateLine
from pricing.money import HOURS_A_MONTH, cents
from reference.prices import Family

COVERED = frozenset({Family.ACCELERATORS, Family.COMPUTE})


@dataclass(frozen=True, kw_only=True)
class SavingsPlan:
    """US dollars an hour that are committed, and the percentage off the on-demand price of what they cover."""

    hourly_usd: Decimal
    percent: Decimal


@dataclass(frozen=True, kw_only=True)
class Savings:
    """The totals of a month by figure: what the plan covers of them, and what is paid instead."""

    commitment: Decimal
    covered: dict[str, Decimal]
    total: dict[str, Decimal]


def savings(estimate: Estimate, plan: SavingsPlan) -> Savings:
    """Price a month under a Savings Plan. An hour that does not use the commitment up loses the rest of it.

    What runs in the same hours is not known, so pools are taken to run together: the busiest hours hold all of
    them, which uses the least of the commitment.
    """
    room = plan.hourly_usd / (1 - plan.percent / 100)
    commitment = cents(plan.hourly_usd * HOURS_A_MONTH)
    covered = {figure: cents(_covered(_rates(estimate.lines, figure), room)) for figure in FIGURES}
    total = {figure: getattr(estimate.total, figure) - covered[figure] + commitment for figure in FIGURES}
    return Savings(commitment=commitment, covered=covered, total=total)


def _rates(lines: Iterable[EstimateLine], figure: str) -> list[tuple[Decimal, Decimal]]:
    """List the covered lines: the hours of the month that each runs, and its cost in one of them."""
    found = []
    for line in lines:
        families = {rate.family for rate in line.charge.rates}
        if line.amount and families and families <= COVERED:
            hours = line.charge.hours if figure in ("low", "expected") else HOURS_A_MONTH
            found.append((hours, getattr(line.amount, figure) / hours))
    return found


def _covered(rates: list[tuple[Decimal, Decimal]], room: Decimal) -> Decimal:
    """The on-demand price of what is covered, hour by hour, when shorter work falls into the hours of longer work."""
    total, rest = Decimal(0), sorted(rates)
    start = Decimal(0)
    while rest:
        end = rest[0][0]
        total += (end - start) * min(room, sum((usd for _, usd in rest), Decimal(0)))
        start = end
        rest = [each for each in rest if each[0] > end]
    return total
