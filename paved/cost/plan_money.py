"""The cost of a stack in its plan."""

from collections.abc import Iterator, Sequence
from decimal import Decimal

from paved.cost.stack_cost import StackCost
from paved.plan.capacity import Row
from paved.plan.view import PlanMoney
from pricing.ageing import age, ageing, outdated
from pricing.cost_range import NOTHING
from pricing.general_nodes import GeneralUse
from pricing.guard import ALERT_DELAY, ALERT_HOURS, hours_to_freeze, spoken
from pricing.money import HOURS_A_MONTH, usd
from pricing.scraped_series import ScrapedSeries

ALERTS = f"AWS Budgets tells of it after {ALERT_DELAY}"

NOT_KEPT = "in the cluster's own Prometheus alone, where they cost nothing more"
"""Stands for the price of series of a platform that keeps no metrics."""

LEFT_OUT = (
    "use beyond what is declared of data, requests, logs and objects, which nothing limits; a node more while one is "
    f"replaced; hours of a month beyond {HOURS_A_MONTH}, 1.9% of it at most"
)
"""The cost that the ceiling leaves out."""


def plan_money(cost: StackCost) -> PlanMoney:
    """Prices of GPU-hours, what the ceiling costs, and how long the budget lasts there."""
    return PlanMoney(
        pools={urn: _gpu_hour(both) for urn, both in cost.gpu_hours.items()},
        budget=tuple(_budget(cost)) if cost.limits else (),
        warnings=tuple(ageing(cost.estimate.prices, cost.estimate.as_of)),
        metrics=tuple(_metrics(cost)),
    )


def _metrics(cost: StackCost) -> Iterator[Row]:
    """The series that rules record and that are scraped, and what they cost where the platform keeps them."""
    if cost.series is not None:
        millions = (cost.series.samples / 1_000_000).quantize(Decimal("0.1"))
        price = _kept(cost.series.usd) if cost.keeps_metrics else NOT_KEPT
        said = f"by {cost.series.rules} rules, each one series or more: {millions} million samples a month"
        yield "recorded", f"{said}, {price}"
    if cost.scraped is not None:
        yield (
            "scraped",
            f"{_scraped(cost.scraped)}; {_kept_of(cost.scraped) if cost.keeps_metrics else NOT_KEPT}",
        )


def _scraped(found: ScrapedSeries) -> str:
    """The series of a team that uses all that it may, and what they are of."""
    parts = ", ".join(f"{part.series:,} of {part.count:,} {part.what}" for part in found.parts)
    uncounted = f"; nobody has counted those of {', '.join(found.uncounted)}" if found.uncounted else ""
    return f"about {found.series:,} series at its most ({parts}){uncounted}"


def _kept_of(found: ScrapedSeries) -> str:
    return f"{found.kept:,} of them are kept, {_kept(found.usd)}"


def _kept(amount: Decimal | None) -> str:
    price = "an unknown price" if amount is None else f"{usd(amount)} USD a month"
    return f"which is {price} on the foundation's bill"


def _gpu_hour(both: tuple[Decimal, Decimal] | None) -> str:
    if both is None:
        return "unpriced a GPU-hour"
    low, high = (usd(each) for each in both)
    return f"{low if low == high else f'{low} to {high}'} USD a GPU-hour"


def _budget(cost: StackCost) -> Iterator[Row]:
    if not cost.estimate.is_complete:
        yield "estimate", "unpriced: a pool has no price, so that there is no total"
        return
    ceiling, expected = cost.totals["ceiling"], cost.totals["expected"]
    old = outdated(cost.estimate.prices, cost.estimate.as_of)
    aged = f", at prices {age(old, cost.estimate.as_of)}" if old else ""
    yield (
        "estimate",
        f"{usd(expected)} USD a month expected, {usd(ceiling)} with every pool at its maximum{aged}",
    )
    yield "not in it", LEFT_OUT
    burn = cost.hours_to_burn
    lasts = "the month" if burn is None else spoken(burn)
    yield "at the ceiling", f"the month's budget lasts {lasts}; {ALERTS}"
    if cost.general:
        yield "general nodes", _general(cost.general)
    if cost.freeze_percent is not None:
        yield "freeze acts", _freeze(cost, cost.freeze_percent)


def _general(used: Sequence[GeneralUse]) -> str:
    """The part of the platform's general nodes that the team's pods take, and who pays for it."""
    amounts = [each.amount for each in used if each.amount]
    unpriced = "" if len(amounts) == len(used) else ", of what has a price"
    whole = sum(amounts, NOTHING)
    return (
        f"its pods may take {usd(whole.expected)} USD a month expected and {usd(whole.ceiling)} at most{unpriced}: "
        "on the platform's bill and in its figures, in no budget of this stack"
    )


def _freeze(cost: StackCost, percent: Decimal) -> str:
    """Say when a freeze would act at the ceiling, by the clock of AWS Budgets."""
    hours = hours_to_freeze(cost.estimated, percent)
    acts = f"at {percent:f}% of the budget"
    if hours is None:
        return f"{acts}, which a month at the ceiling does not cost: it never acts"
    late = hours + ALERT_HOURS[1]
    after = f"{acts}, which the ceiling costs after {spoken(hours)}; AWS Budgets sees it {ALERT_HOURS[1]} hours later"
    return f"{after}, when the month is over" if late >= HOURS_A_MONTH else after
