"""The rates at which burning an error budget alerts: the multi-window rates of the SRE workbook."""

from dataclasses import dataclass
from decimal import ROUND_CEILING, Decimal
from typing import Literal

from reference.durations import duration

PERIOD_DAYS = 30
Urgency = Literal["page", "ticket"]


@dataclass(frozen=True, kw_only=True)
class BurnRate:
    """Alert when both windows burn the budget `factor` times as fast as the period allows.

    The short window is a twelfth of the long one: it ends the alert soon after the errors end.
    """

    urgency: Urgency
    long: str
    short: str
    hours: int  # of the long window
    factor: Decimal


# The factor is the share of the budget times the period by the long window.
# In 30 days: 2 % of the budget in 1 h, 5 % in 6 h, 10 % in 1 day, 10 % in 3 days.
BURN_RATES = (
    BurnRate(urgency="page", long="1h", short="5m", hours=1, factor=Decimal("14.4")),
    BurnRate(urgency="page", long="6h", short="30m", hours=6, factor=Decimal(6)),
    BurnRate(urgency="ticket", long="1d", short="2h", hours=24, factor=Decimal(3)),
    BurnRate(urgency="ticket", long="3d", short="6h", hours=72, factor=Decimal(1)),
)


def seconds(window: str) -> int:
    """The seconds of a window such as `5m`, `6h` or `3d`."""
    return int(duration(window).total_seconds())


def error_budget(percent: Decimal) -> Decimal:
    """The share of requests that may fail in the period.

    Raises ValueError when no error rate could reach the fastest burn rate, or nothing may fail at all.
    """
    budget = 1 - percent / 100
    # A share above 1 is never reached: below 93.06 % the fastest alert could not fire in a total outage.
    if not 0 < budget * BURN_RATES[0].factor < 1:
        raise ValueError(f"an objective must be above 93.06 % and below 100 %, got {percent}")
    return budget


def threshold(burn: BurnRate, percent: Decimal) -> Decimal:
    """The share of failed requests above which a window burns too fast."""
    return burn.factor * error_budget(percent)


def min_requests_per_hour(percent: Decimal) -> int:
    """The traffic under which a single failed request would alert. Ask for at least as much."""
    least = [1 / (threshold(burn, percent) * burn.hours) for burn in BURN_RATES]
    return int(max(least).to_integral_value(ROUND_CEILING))


def promql_number(number: Decimal) -> str:
    """A number as PromQL reads it: all its digits, no exponent and no trailing zeros."""
    return f"{number.normalize():f}"
