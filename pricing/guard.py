"""The limits on a stack's cost: the approved ceiling, the budget, and the delay of AWS Budgets."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from decimal import Decimal

from pricing.ageing import REFRESH, ageing, outdated
from pricing.estimate import Estimate
from pricing.money import HOURS_A_MONTH, usd

ALERT_HOURS = (8, 24)
"""The delay of AWS Budgets: its figures are 8 to 24 hours old when it compares them."""

ALERT_DELAY = f"{ALERT_HOURS[0]} to {ALERT_HOURS[1]} hours"


@dataclass(frozen=True, kw_only=True)
class Limits:
    """The ceiling that finance approved for a month with every pool at its maximum, and the month's budget."""

    approved_ceiling_usd: Decimal
    monthly_usd: Decimal


@dataclass(frozen=True, kw_only=True)
class AccountBudget:
    """A month's budget of a whole account, and what is spoken for in it beside one stack that teams share.

    `teams_usd` are the budgets of the account's teams together, `beside_usd` what the foundation is expected to cost.
    """

    monthly_usd: Decimal
    teams_usd: Decimal
    beside_usd: Decimal


@dataclass(frozen=True, kw_only=True)
class Estimated:
    """As much of an estimate as it takes to refuse a stack. Amounts are of a month, after all discounts.

    `unpriced` says by URN which prices are missing without which there is no total, and what to do about it;
    `outdated` which prices the total rests on that are older than their family allows.
    `limits` are None for a stack that no team's budget pays for, `account` for one that teams do not share.
    """

    expected_usd: Decimal
    ceiling_usd: Decimal
    limits: Limits | None = None
    account: AccountBudget | None = None
    largest: str = ""
    unpriced: Mapping[str, str] = field(default_factory=dict)
    outdated: tuple[str, ...] = ()


def estimated(
    estimate: Estimate,
    totals: Mapping[str, Decimal],
    limits: Limits | None,
    account: AccountBudget | None = None,
) -> Estimated:
    """Reduce an estimate to what a refusal depends on. `totals` has `expected` and `ceiling`, after all discounts."""
    return Estimated(
        expected_usd=totals["expected"],
        ceiling_usd=totals["ceiling"],
        limits=limits,
        account=account,
        largest=_largest(estimate),
        unpriced={line.urn: _missing(line.urn, estimate) for line in estimate.missing},
        outdated=tuple(ageing(outdated(estimate.prices, estimate.as_of), estimate.as_of)),
    )


def above_ceiling(cost: Estimated) -> Iterator[str]:
    """Yield a reason where the ceiling exceeds what finance approved."""
    if cost.limits and cost.ceiling_usd > (approved := cost.limits.approved_ceiling_usd):
        yield (
            f"at its maximum it costs {usd(cost.ceiling_usd)} USD a month, {usd(cost.ceiling_usd - approved)} "
            f"more than the {usd(approved)} that finance approved{cost.largest}; lower `max_gpus` or `max_vcpus`, or "
            "ask finance to approve more and raise `budget.approved_ceiling_usd`"
        )


def above_budget(cost: Estimated) -> Iterator[str]:
    """Yield a reason where the budget is too small for the expected work, or spent before AWS Budgets can warn."""
    if cost.limits is None:
        return
    monthly = cost.limits.monthly_usd
    if cost.expected_usd > monthly:
        yield (
            f"the work that is expected costs {usd(cost.expected_usd)} USD a month, "
            f"{usd(cost.expected_usd - monthly)} more than the {usd(monthly)} of its budget; expect less in `usage`, "
            "or have `budget.monthly_usd` raised"
        )
    burn = hours_to_burn(cost.ceiling_usd, monthly)
    if burn is not None and burn < ALERT_HOURS[1]:
        yield (
            f"at its maximum the month's budget is spent in {spoken(burn)}, and AWS Budgets tells of it after "
            f"{ALERT_DELAY}{cost.largest}; lower `max_gpus` or `max_vcpus`"
        )


def above_account(cost: Estimated) -> Iterator[str]:
    """Yield a reason where what teams share does not fit the account's budget beside their own."""
    account = cost.account
    if account is None:
        return
    over = cost.expected_usd + account.beside_usd + account.teams_usd - account.monthly_usd
    if over > 0:
        beside = f" with {usd(account.beside_usd)} of its foundation" if account.beside_usd else ""
        yield (
            f"it is expected to cost {usd(cost.expected_usd)} USD a month{beside}, and with the "
            f"{usd(account.teams_usd)} of the teams' budgets that is {usd(over)} more than the "
            f"{usd(account.monthly_usd)} of the account's{cost.largest}; take a pool away, or have "
            "`guardrails.budget.monthly_usd` raised"
        )


def idle_freeze(cost: Estimated, percent: Decimal) -> Iterator[str]:
    """Yield a reason where no month can cost as much as a freeze waits for."""
    if cost.limits is None:
        return
    monthly = cost.limits.monthly_usd
    acts = freeze_usd(monthly, percent)
    if acts > cost.ceiling_usd:
        most = int(100 * cost.ceiling_usd / monthly)
        yield (
            f"it acts at {percent.normalize():f}% of {usd(monthly)} USD, which is {usd(acts)}, and a month at the "
            f"maximum costs {usd(cost.ceiling_usd)}: it never acts; lower `budget.freeze.percent` to {most} or less, "
            "or leave `budget.freeze` out"
        )


def freeze_usd(monthly: Decimal, percent: Decimal) -> Decimal:
    """The spend of a month at which a freeze acts."""
    return monthly * percent / 100


def hours_to_freeze(cost: Estimated, percent: Decimal) -> Decimal | None:
    """Return the hours of a month at the ceiling after which a freeze acts; None where it does not."""
    if cost.limits is None:
        return None
    return hours_to_burn(cost.ceiling_usd, freeze_usd(cost.limits.monthly_usd, percent))


def hours_to_burn(ceiling: Decimal, monthly: Decimal) -> Decimal | None:
    """Return the hours that a month's budget lasts at the ceiling; None where it lasts the month or longer."""
    if ceiling <= monthly:
        return None
    return monthly * HOURS_A_MONTH / ceiling


def spoken(hours: Decimal) -> str:
    """A duration as a person says it, rounded down."""
    minutes = int(hours * 60)
    days, rest = divmod(minutes, 24 * 60)
    return f"{days} d {rest // 60} h" if days else f"{rest // 60} h {rest % 60} min"


def _missing(urn: str, estimate: Estimate) -> str:
    """Name the prices that a resource lacks for a total, and how to get them."""
    reasons: set[str] = set()
    for line in estimate.missing:
        if line.urn == urn:
            reasons |= {rate.why for rate in line.charge.rates if rate.fails_closed}
    return f"there is no total: {'; '.join(sorted(reasons))}; {REFRESH}, or choose what has a price"


def _largest(estimate: Estimate) -> str:
    """The line that the ceiling is mostly made of."""
    priced = [(line.amount.ceiling, line.name) for line in estimate.lines if line.amount]
    if not priced:
        return ""
    amount, name = max(priced)
    return f" ({name} alone is {usd(amount)})"
