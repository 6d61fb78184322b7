"""The page as text: complete, inert, and the same bytes every time."""

import re
from dataclasses import replace
from datetime import date
from decimal import Decimal
from html.parser import HTMLParser

import pytest

from paved.billing.as_html import as_html
from paved.billing.focus import read_focus
from paved.billing.month import Month
from paved.billing.report import month_report

AS_OF = date(2026, 11, 21)
NOVEMBER = Month.read("2026-11")


@pytest.fixture(scope="module")
def actuals(sample_bill):
    return read_focus(sample_bill, NOVEMBER, AS_OF)


@pytest.fixture(scope="module")
def html(actuals, owners):
    return as_html(month_report(NOVEMBER, AS_OF, actuals, owners))


class Page(HTMLParser):
    """Tags with their attributes, and the text of cells."""

    def __init__(self, text):
        super().__init__()
        self.tags = []
        self.feed(text)

    def handle_starttag(self, tag, attrs):
        self.tags.append((tag, dict(attrs)))

    def all(self, name):
        return [attributes for tag, attributes in self.tags if tag == name]


def test_nothing_of_the_page_is_fetched_or_run(html):
    page = Page(html)
    assert {"script", "link", "img", "iframe", "object", "form", "base"} & {
        tag for tag, _ in page.tags
    } == set()
    targets = [of[key] for _, of in page.tags for key in ("src", "href", "xlink:href") if key in of]
    assert all(target.startswith("#") for target in targets)
    assert "@import" not in html
    assert [url for url in re.findall(r"url\(([^)]*)\)", html) if not url.startswith("#")] == []
    (policy,) = [
        each["content"] for each in page.all("meta") if each.get("http-equiv") == "Content-Security-Policy"
    ]
    assert policy.startswith("default-src 'none'")


def test_every_table_has_a_caption_and_every_header_its_scope(html):
    page = Page(html)
    assert len(page.all("caption")) == len(page.all("table")) >= 8
    assert {attributes.get("scope") for attributes in page.all("th")} == {"col", "row"}


def test_every_chart_has_a_name_and_ids_are_there_once(html):
    page = Page(html)
    ids = [attributes["id"] for _, attributes in page.tags if "id" in attributes]
    assert len(ids) == len(set(ids))
    charts = page.all("svg")
    assert len(charts) == 5  # three, and two of them again for a phone
    assert all(chart["role"] == "img" and chart["aria-labelledby"] in ids for chart in charts)


def test_no_colour_of_a_chart_is_left_without_the_page(html):
    drawn = "".join(re.findall(r"<svg.*?</svg>", html, re.DOTALL))
    assert re.findall(r"#[0-9a-f]{6}\b", drawn) == []
    assert "var(--mark)" in drawn


def test_the_page_shows_the_bill_to_the_cent(html, actuals, owners):
    month = month_report(NOVEMBER, AS_OF, actuals, owners)
    assert f"<strong>${month.total:,.2f}</strong> EffectiveCost" in html
    assert f"= ${month.invoice:,.2f} BilledCost, the invoice" in html


def test_the_same_report_is_the_same_page(html, actuals, owners):
    assert as_html(month_report(NOVEMBER, AS_OF, actuals, owners)) == html


@pytest.mark.parametrize(
    "name",
    [
        "<script>document.title='owned'</script>",
        '"><img src=x onerror="document.title=\'owned\'">',
        "</svg><b>bold</b>",
        "{{ 7 * 7 }}{% raw %}",
        "\u202egnitset\u200b",
        "$\\frac{1}{2}$",
    ],
)
def test_a_hostile_team_name_is_only_text(actuals, owners, name):
    lines = tuple(
        replace(line, team=name, stack="", account="", effective=line.effective + Decimal(900))
        if not line.team
        else line
        for line in actuals.lines
    )
    page = as_html(month_report(NOVEMBER, AS_OF, replace(actuals, lines=lines, source=name), owners))
    tags = {tag for tag, _ in Page(page).tags}
    assert {"script", "img", "b"} & tags == set()
    assert "49" not in re.findall(r"tagged ([^,]*),", page)
    assert "\u202e" not in page
    assert "\u200b" not in page


def test_a_month_without_history_or_forecast_is_a_page_too(actuals, owners):
    alone = replace(actuals, lines=actuals.of_month(NOVEMBER))
    assert "nothing can be compared" in as_html(month_report(NOVEMBER, AS_OF, alone, owners))
    first = date(2026, 11, 1)
    empty = replace(actuals, lines=())
    assert "too little is known to forecast it" in as_html(month_report(NOVEMBER, first, empty, owners))


def test_rehearsed_figures_say_so_first(actuals, owners):
    page = as_html(month_report(NOVEMBER, AS_OF, replace(actuals, rehearsed=True), owners))
    assert page.index("billed to nobody") < page.index('class="lead"')
