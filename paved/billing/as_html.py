"""The report as one HTML page: no request, no script, readable on a screen, on paper and aloud."""

from decimal import Decimal
from typing import Any

from paved.billing import charts, narrative
from paved.billing.dividing import dollars, whole_dollars
from paved.billing.report import MonthReport
from stacks.reading.problems import shown

LABEL = 80


def as_html(report: MonthReport) -> str:
    """The page, the same bytes for the same report."""
    from jinja2 import Environment, PackageLoader, StrictUndefined
    from markupsafe import Markup

    environment = Environment(
        loader=PackageLoader("paved.billing"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
    )
    filters: dict[str, Any] = {
        "money": _money,
        "whole": _whole,
        "percent": narrative.percent,
        "day": narrative.day,
        "name": _name,
    }
    environment.filters.update(filters)
    drawn = {
        "daily": charts.daily_chart(report),
        "budgets": charts.budget_chart(report),
        "changes": charts.change_chart(report) if report.drivers.changed else "",
    }
    # The only markup that is not escaped is made by the chart library, which escapes every text in it.
    pictures = {name: Markup(charts.themed(name, svg)) if svg else "" for name, svg in drawn.items()}
    page: str = environment.get_template("report.html").render(
        report=report, charts=pictures, narrative=narrative
    )
    return page


def _money(amount: Decimal | None) -> str:
    return narrative.ABSENT if amount is None else dollars(amount)


def _whole(amount: Decimal | None) -> str:
    return narrative.ABSENT if amount is None else whole_dollars(amount)


def _name(text: str) -> str:
    """A name that a stranger may have written into a tag, without what turns or hides text."""
    return text if text == narrative.ABSENT else shown(text, limit=LABEL)
