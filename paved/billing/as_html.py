"""The report as one HTML page: no request, no script, readable on a screen, on paper and aloud."""

from typing import Any

from paved.billing import charts, narrative
from paved.billing.formatting import (
    ABSENT,
    day_in_words,
    dollars,
    percent,
    whole_dollars,
    yes_or_no,
)
from paved.billing.report import MonthReport
from stacks.reading.problems import shown

LABEL = 80


def as_html(report: MonthReport) -> str:
    """The page, the same bytes for the same report."""
    from jinja2 import Environment, PackageLoader, StrictUndefined
    from markupsafe import Markup

    # A field that a template misspells is an error, and no gap in the page.
    environment = Environment(
        loader=PackageLoader("paved.billing"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
    )
    filters: dict[str, Any] = {
        "money": dollars,
        "whole": whole_dollars,
        "percent": percent,
        "yes_or_no": yes_or_no,
        "day": day_in_words,
        "name": _name,
    }
    environment.filters.update(filters)
    svgs = {"daily": charts.daily_chart(report), "budgets": charts.budget_chart(report)}
    if report.drivers.changed:
        svgs["changes"] = charts.change_chart(report)
    # The only markup that is not escaped is made by the chart library, which escapes every text in it.
    markup = {name: Markup(charts.themed(name, svg)) for name, svg in svgs.items()}
    template = environment.get_template("report.html")
    page: str = template.render(report=report, charts=markup, narrative=narrative, absent=ABSENT)
    return page


def _name(text: str) -> str:
    """A name that a stranger may have written into a tag, without what turns or hides text."""
    return text if text == ABSENT else shown(text, limit=LABEL)
