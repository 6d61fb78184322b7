"""What a plan says of money: the price of a GPU-hour by pool, and how long the budget lasts."""

from collections.abc import Mapping
from dataclasses import dataclass, field

Row = tuple[str, str]


@dataclass(frozen=True, kw_only=True)
class PlanMoney:
    """Prices of a GPU-hour by the URN of a pool, and rows of the budget, in words; and prices that are too old soon."""

    pools: Mapping[str, str] = field(default_factory=dict)
    budget: tuple[Row, ...] = ()
    warnings: tuple[str, ...] = ()


NO_MONEY = PlanMoney()
