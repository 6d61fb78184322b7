"""The parts of a page, which every rendering shares: sections, tables, bars, and figures as a person reads them."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from unicodedata import normalize

from paved.billing.formatting import MINUS, dollars

NO_DATA = "no data"
"""Stands for a figure that nobody told of. It is never written as zero."""


@dataclass(frozen=True)
class Told:
    """Text of a file that anybody may have written, such as a title, a pod's name or a commit's message."""

    text: str

    def __str__(self) -> str:
        return plain(self.text, limit=120)


Cell = str | Told


@dataclass(frozen=True, kw_only=True)
class Table:
    """A table. The first column heads its rows, those in `texts` hold text, and the others figures."""

    caption: str
    head: tuple[str, ...]
    rows: tuple[tuple[Cell, ...], ...]
    foot: tuple[Cell, ...] | None = None
    texts: frozenset[int] = frozenset()


@dataclass(frozen=True, kw_only=True)
class Bar:
    """A bar of parts that add up to its whole, as shares of 0 to 1 with the name of each."""

    label: str
    parts: tuple[tuple[str, float], ...]


@dataclass(frozen=True, kw_only=True)
class Columns:
    """Twelve months of one figure: its value, and as a person reads it; None where there is none."""

    title: str
    months: tuple[tuple[str, float | None, str], ...]


@dataclass(frozen=True, kw_only=True)
class PageSection:
    """A section of a page. `absent` says which source is missing, where it has nothing to tell."""

    id: str
    title: str
    absent: str | None = None
    says: tuple[str, ...] = ()
    bars: tuple[Bar, ...] = ()
    columns: tuple[Columns, ...] = ()
    tables: tuple[Table, ...] = ()
    notes: tuple[str, ...] = ()


@dataclass(frozen=True, kw_only=True)
class Tile:
    """A figure at the top of a page, and what stands under it."""

    label: str
    value: str
    note: str


def plain(text: str, *, limit: int) -> str:
    """Text on one line without what turns, hides or breaks it, and cut where it is long."""
    line = " ".join(normalize("NFC", text).split())
    shown = "".join(letter if letter.isprintable() else "\N{REPLACEMENT CHARACTER}" for letter in line)
    return shown if len(shown) <= limit else f"{shown[: limit - 1]}…"


def count(number: int | None) -> str:
    """A count with thousands marks."""
    return NO_DATA if number is None else f"{number:,}"


def share(part: float | None, digits: int = 1) -> str:
    """A share in percent."""
    if part is None:
        return NO_DATA
    sign = MINUS if round(part * 100, digits) < 0 else ""
    return f"{sign}{abs(part) * 100:.{digits}f} %"


def duration(seconds: float | None) -> str:
    """A time by its two largest units."""
    if seconds is None:
        return NO_DATA
    minutes = round(seconds / 60)
    if minutes < 60:
        return f"{minutes} min"
    if minutes < 48 * 60:
        return f"{minutes // 60} h {minutes % 60} min" if minutes % 60 else f"{minutes // 60} h"
    hours = round(seconds / 3600)
    return f"{hours // 24} d {hours % 24} h" if hours % 24 else f"{hours // 24} d"


def short_duration(seconds: float | None) -> str:
    """A time by one unit, for a narrow column."""
    if seconds is None:
        return NO_DATA
    if seconds < 90 * 60:
        return f"{round(seconds / 60)} min"
    return f"{seconds / 3600:.1f} h" if seconds < 48 * 3600 else f"{seconds / 86400:.1f} d"


def figure(number: float | Decimal | None, digits: int = 1) -> str:
    """A number with thousands marks."""
    return NO_DATA if number is None else f"{number:,.{digits}f}"


def money(amount: Decimal | None) -> str:
    """An amount to the cent."""
    return NO_DATA if amount is None else dollars(amount)


def day_and_time(moment: datetime) -> str:
    """A moment to the minute, in UTC."""
    return f"{moment:%Y-%m-%d %H:%M}"


def listed(names: Sequence[str]) -> str:
    """Names in a sentence."""
    return ", ".join(names) if len(names) < 3 else f"{', '.join(names[:-1])} and {names[-1]}"
