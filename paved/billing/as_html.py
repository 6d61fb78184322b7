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
    from markupsafe import Markup

    # The only markup that is not escaped is made by the chart library, which escapes every text in it.
    markup = {name: Markup(svg) for name, svg in _charts(report).items()}
    return rendered("report.html", report=report, charts=markup, narrative=narrative, absent=ABSENT)


def rendered(template: str, *packages: str, **values: Any) -> str:
    """A page by a template of this package, or of others that share its style."""
    from jinja2 import ChoiceLoader, Environment, PackageLoader, StrictUndefined

    # A field that a template misspells is an error, and no gap in the page.
    environment = Environment(
        loader=ChoiceLoader([PackageLoader(package) for package in ("paved.billing", *packages)]),
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
    page: str = environment.get_template(template).render(**values)
    return page


def _charts(report: MonthReport) -> dict[str, str]:
    """The charts by name; of those that a phone has no room for, a narrow one too."""
    svgs = {
        "daily": charts.daily_chart(report),
        "daily_narrow": charts.daily_chart(report, charts.NARROW),
        "budgets": charts.budget_chart(report),
        "budgets_narrow": charts.budget_chart(report, charts.NARROW),
    }
    if report.drivers.changed:
        svgs["changes"] = charts.change_chart(report)
    themed: dict[str, str] = {}
    for name, svg in svgs.items():
        themed[name] = charts.themed(name, svg, f"{name.removesuffix('_narrow')}-told")
    return themed


def _name(text: str) -> str:
    """A name that a stranger may have written into a tag, without what turns or hides text."""
    return text if text == ABSENT else shown(text, limit=LABEL)
