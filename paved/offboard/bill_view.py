"""The final bill as text for a terminal, as data, and as a page that finance files."""

from collections.abc import Sequence
from decimal import Decimal
from typing import Any

from rich.table import Table

from paved.billing.as_html import rendered
from paved.billing.formatting import day_in_words, dollars
from paved.offboard.final_bill import FinalBill
from paved.table_text import table_text


def bill_view(bill: FinalBill) -> str:
    """The bill as text."""
    owner = bill.owner
    heading = [
        f"Final bill of {owner.stack}, team {owner.team}, cost center {owner.cost_center}, account {owner.account}",
        f"{bill.month}, {bill.column} of {bill.source}, as of {day_in_words(bill.as_of)}; last day {bill.last_day}",
        *(f"Not to be filed yet: {reason}" for reason in bill.open_because),
    ]
    owed = [*((label, dollars(amount)) for label, amount in parts(bill)), ("owed", dollars(bill.owed))]
    areas = [(each.area, dollars(each.until_last_day), dollars(each.after)) for each in bill.areas]
    coming = [(each.what, dollars(each.monthly), each.note) for each in bill.to_come]
    coming.append(("known part", dollars(bill.monthly), f"{bill.unknown} without a figure"))
    blocks = [
        "\n".join(heading),
        _table(("what", "USD"), owed),
        _table(("own use", "until the last day", "after"), areas),
        _table(("still to come", "a month", ""), coming),
        "\n".join(bill.rules),
    ]
    return "\n\n".join(blocks)


def bill_data(bill: FinalBill) -> dict[str, Any]:
    """The same as JSON data; amounts are texts, so that nobody rounds them."""
    return {
        "schema_version": "1",
        "stack": bill.owner.stack,
        "team": bill.owner.team,
        "cost_center": bill.owner.cost_center,
        "account": bill.owner.account,
        "last_day": bill.last_day.isoformat(),
        "as_of": bill.as_of.isoformat(),
        "month": bill.month,
        "source": bill.source,
        "metric": bill.column,
        "rehearsed": bill.is_rehearsed,
        "final": not bill.open_because,
        "open_because": list(bill.open_because),
        "owed_usd": f"{bill.owed:f}",
        "parts_usd": {label: f"{amount:f}" for label, amount in parts(bill)},
        "areas": [
            {
                "area": each.area,
                "until_last_day_usd": f"{each.until_last_day:f}",
                "after_usd": f"{each.after:f}",
            }
            for each in bill.areas
        ],
        "to_come": [
            {
                "what": each.what,
                "monthly_usd": None if each.monthly is None else f"{each.monthly:f}",
                "note": each.note,
            }
            for each in bill.to_come
        ],
    }


def bill_page(bill: FinalBill) -> str:
    """The bill as one HTML page without a script or a request."""
    return rendered("final_bill.html", "paved.offboard", bill=bill, parts=parts(bill))


def parts(bill: FinalBill) -> Sequence[tuple[str, Decimal]]:
    """The parts of what is owed, which add up to it."""
    share = bill.share
    found = [("its own use", share.used)]
    if share.idle is not None:
        found.append(("GPUs that idled", share.idle))
    found += [("its part of the shared platform", share.shared)]
    found += [("its part of tax, support and plan fees", share.common)]
    return found


def _table(titles: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    table = Table.grid(padding=(0, 2))
    for title in titles:
        table.add_column(
            title,
            justify="right" if "USD" in title or title.startswith(("until", "after", "a m")) else "left",
        )
    table.add_row(*titles)
    for row in rows:
        table.add_row(*row)
    return table_text(table)
