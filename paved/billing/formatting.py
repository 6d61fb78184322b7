"""Amounts, percentages and days as every rendering of the report writes them, whatever the locale."""

from datetime import date
from decimal import ROUND_HALF_UP, Decimal, localcontext

from paved.billing.month import MONTH_NAMES
from pricing.money import DIGITS

MINUS = "\N{MINUS SIGN}"
ABSENT = "—"
"""Stands for a figure or a name that does not exist; a figure that is not known is never written as zero."""


def dollars(amount: Decimal | None) -> str:
    """An amount to the cent: `$1,234.50`, with a minus sign below zero."""
    if amount is None:
        return ABSENT
    sign = MINUS if amount < 0 else ""
    return f"{sign}${abs(amount):,.2f}"


def whole_dollars(amount: Decimal | None) -> str:
    """An amount to the dollar, for headlines and charts."""
    if amount is None:
        return ABSENT
    with localcontext(prec=DIGITS):
        rounded = amount.quantize(Decimal(1), rounding=ROUND_HALF_UP)
    sign = MINUS if rounded < 0 else ""
    return f"{sign}${abs(rounded):,.0f}"


def percent(amount: Decimal | None) -> str:
    """A percentage with one decimal and a sign."""
    if amount is None:
        return ABSENT
    sign = MINUS if amount < 0 else "+" if amount > 0 else ""
    return f"{sign}{abs(amount):.1f} %"


def percent_of(share: Decimal) -> str:
    """A share in percent, with one decimal and without a sign."""
    return f"{share:.1f} %"


def yes_or_no(answer: bool | None) -> str:
    """An answer as a word; None is a question without one."""
    if answer is None:
        return ABSENT
    return "yes" if answer else "no"


def day_in_words(day: date) -> str:
    """A day with the name of its month."""
    return f"{day.day} {MONTH_NAMES[day.month - 1]} {day.year}"
