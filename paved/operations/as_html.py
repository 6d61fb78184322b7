"""A page as HTML: no request, no script, readable on a screen, on paper and aloud."""

from collections.abc import Iterator
from typing import TYPE_CHECKING

from paved.operations.goodput import USES
from paved.operations.organisation import WHOLE
from paved.operations.page import Page
from paved.operations.page_parts import NO_DATA, Bar, Columns

if TYPE_CHECKING:
    from markupsafe import Markup

FULL = 1000
"""The width of a bar in its own units."""


def as_html(page: Page, others: tuple[str, ...]) -> str:
    """The page, the same bytes for the same report. `others` are the scopes that have a page beside it."""
    from jinja2 import ChoiceLoader, Environment, PackageLoader, StrictUndefined

    # A field that a template misspells is an error, and no gap in the page. The style is that of the cost report.
    environment = Environment(
        loader=ChoiceLoader([PackageLoader("paved.operations"), PackageLoader("paved.billing")]),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
    )
    environment.filters["marked"] = marked
    template = environment.get_template("operations.html")
    text: str = template.render(
        page=page,
        others=[(file_of(name), "platform" if name == WHOLE else f"team {name}") for name in others],
        uses=USES,
        parts=parts_of,
        chart_columns=columns_of,
        no_data=NO_DATA,
    )
    return text


def marked(text: str) -> "Markup":
    """A sentence of ours, with what stands between backticks as code."""
    from markupsafe import Markup, escape

    parts = [escape(part) for part in text.split("`")]
    return Markup("").join(
        Markup("<code>{}</code>").format(part) if n % 2 else part for n, part in enumerate(parts)
    )


def file_of(scope: str) -> str:
    """The file of a scope's page. A team's name is a slug."""
    return "operations.html" if scope == WHOLE else f"operations-{scope}.html"


def parts_of(bar: Bar) -> Iterator[tuple[str, float, float]]:
    """The parts of a bar: name, beginning and width."""
    begin = 0.0
    for name, part in bar.parts:
        width = part * FULL
        if width:
            yield name, round(begin, 2), round(width, 2)
        begin += width


def columns_of(chart: Columns) -> Iterator[tuple[int, float | None, str]]:
    """The columns of a chart: place, height of 0 to 100, and what it says."""
    most = max((value for _, value, _ in chart.months if value is not None), default=0)
    for place, (month, value, said) in enumerate(chart.months):
        height = None if value is None else round(100 * value / most, 2) if most else 0.0
        yield place, height, f"{month}: {said}"
