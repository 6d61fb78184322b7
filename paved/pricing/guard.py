"""Whether a stack may cost what it may cost: against what was approved, what is budgeted, and how late AWS tells."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal

from paved.pricing.estimate import Estimate
from paved.pricing.money import HOURS_A_MONTH, usd

ALERT_HOURS = (8, 24)
"""How late AWS Budgets is: its figures are 8 to 24 hours old when it compares them."""


@dataclass(frozen=True, kw_only=True)
class Limits:
    """What finance approved for a month at every pool's maximum, and what a month is budgeted at."""

    approved_ceiling_usd: Decimal
    monthly_usd: Decimal


@dataclass(frozen=True, kw_only=True)
class Finding:
    """Why a plan is refused: the rule, and a sentence for a team lead."""

    rule: str
    message: str


def findings(estimate: Estimate, totals: Mapping[str, Decimal], limits: Limits | None) -> tuple[Finding, ...]:
    """Every reason to refuse an estimate. `totals` has the figures `expected` and `ceiling`, after all discounts."""
    return (*_unknown(estimate), *(_excess(estimate, totals, limits) if limits else ()))


def hours_to_burn(ceiling: Decimal, monthly: Decimal) -> Decimal | None:
    """How many hours a month's budget lasts at the ceiling; None where it lasts the month or longer."""
    if ceiling <= monthly:
        return None
    return monthly * HOURS_A_MONTH / ceiling


def spoken(hours: Decimal) -> str:
    """A duration as a person says it, rounded down."""
    minutes = int(hours * 60)
    days, rest = divmod(minutes, 24 * 60)
    return f"{days} d {rest // 60} h" if days else f"{rest // 60} h {rest % 60} min"


def _unknown(estimate: Estimate) -> Iterator[Finding]:
    rates = (rate for line in estimate.missing for rate in line.charge.rates)
    reasons = sorted({rate.why for rate in rates if rate.fails_closed})
    if reasons:
        yield Finding(
            rule="price-known",
            message=f"there is no total: {'; '.join(reasons)}; read what is missing with `paved prices refresh`, or "
            "choose what has a price",
        )


def _excess(estimate: Estimate, totals: Mapping[str, Decimal], limits: Limits) -> Iterator[Finding]:
    ceiling, expected = totals["ceiling"], totals["expected"]
    if ceiling > limits.approved_ceiling_usd:
        yield Finding(
            rule="ceiling-approved",
            message=f"at its maximum it costs {usd(ceiling)} USD a month, {usd(ceiling - limits.approved_ceiling_usd)} "
            f"more than the {usd(limits.approved_ceiling_usd)} that finance approved{_largest(estimate)}; lower "
            "`max_gpus`, or ask finance to approve more and raise `budget.approved_ceiling_usd`",
        )
    if expected > limits.monthly_usd:
        yield Finding(
            rule="expected-budgeted",
            message=f"the work that is expected costs {usd(expected)} USD a month, "
            f"{usd(expected - limits.monthly_usd)} more than the {usd(limits.monthly_usd)} of its budget; "
            "expect less in `usage`, or have "
            "`budget.monthly_usd` raised",
        )
    burn = hours_to_burn(ceiling, limits.monthly_usd)
    if burn is not None and burn < ALERT_HOURS[1]:
        yield Finding(
            rule="alert-in-time",
            message=f"at its maximum the month's budget is spent in {spoken(burn)}, and AWS Budgets tells of it after "
            f"{ALERT_HOURS[0]} to {ALERT_HOURS[1]} hours{_largest(estimate)}; lower `max_gpus`",
        )


def _largest(estimate: Estimate) -> str:
    """The line that the ceiling is mostly made of."""
    priced = [(line.amount.ceiling, line.name) for line in estimate.lines if line.amount]
    if not priced:
        return ""
    amount, name = max(priced)
    return f" ({name} alone is {usd(amount)})"
