"""Completeness of a bill: whether every day that should be in it is, in every account of the stacks."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from paved.billing.bill_line import BillLine
from paved.billing.forecast import SETTLED_DAYS
from paved.billing.month import Month


@dataclass(frozen=True, kw_only=True)
class Completeness:
    """The days up to `through` of which a bill holds no use, in all accounts or in one, and accounts that it lacks."""

    through: date
    missing: tuple[date, ...]
    missing_by_account: Mapping[str, tuple[date, ...]]
    absent: tuple[str, ...]

    @property
    def is_whole(self) -> bool:
        """Whether nothing is missing."""
        return not (self.missing or self.missing_by_account or self.absent)


def judge_bill(lines: Iterable[BillLine], month: Month, as_of: date, accounts: Iterable[str]) -> Completeness:
    """Find what is missing of a month: at all, and in each of the accounts."""
    through = min(month.last, as_of - timedelta(days=SETTLED_DAYS))
    expected = [day for day in month.days if day <= through]
    used = _days_of_use(lines)
    seen = {day for days in used.values() for day in days}
    missing = tuple(day for day in expected if day not in seen)
    ours = sorted(accounts)
    by_account: dict[str, tuple[date, ...]] = {}
    for account in ours:
        days = _missing(used.get(account, set()), expected, missing)
        if account in used and days:
            by_account[account] = days
    absent = tuple(account for account in ours if expected and not used.get(account, set()) & set(expected))
    return Completeness(
        through=through,
        missing=missing,
        missing_by_account={name: days for name, days in by_account.items() if name not in absent},
        absent=absent,
    )


def _days_of_use(lines: Iterable[BillLine]) -> dict[str, set[date]]:
    days: dict[str, set[date]] = {}
    for line in lines:
        if line.kind == "usage":
            days.setdefault(line.account, set()).add(line.day)
    return days


def _missing(used: set[date], expected: Sequence[date], missing: Sequence[date]) -> tuple[date, ...]:
    """The expected days without use, from the account's first one in the source on: before it, it was not there."""
    first = min(used, default=date.max)
    return tuple(day for day in expected if day > first and day not in used and day not in missing)
