"""The page in a real browser: contrast, keyboard, narrow screens, print, and no request at all."""

import shutil
from dataclasses import replace
from datetime import date
from decimal import Decimal

import pytest

from paved.billing.as_html import as_html
from paved.billing.focus import read_focus
from paved.billing.month import Month
from paved.billing.report import month_report

playwright = pytest.importorskip("playwright.sync_api", reason="Playwright is not installed")
CHROMIUM = shutil.which("chromium") or shutil.which("google-chrome")
pytestmark = pytest.mark.skipif(CHROMIUM is None, reason="no Chromium on PATH (`apt-get install chromium`)")

AS_OF = date(2026, 11, 21)
NOVEMBER = Month.read("2026-11")
NAMES = (
    "<script>document.title='owned'</script>",
    '"><img src="http://127.0.0.1:9/x" onerror="document.title=\'owned\'">',
    "a" * 200,
)

CONTRAST = """() => {
  const channel = v => { v /= 255; return v <= 0.03928 ? v / 12.92 : ((v + 0.055) / 1.055) ** 2.4; };
  const rgb = text => text.match(/[\\d.]+/g).map(Number);
  const light = ([r, g, b]) => 0.2126 * channel(r) + 0.7152 * channel(g) + 0.0722 * channel(b);
  const paper = rgb(getComputedStyle(document.body).backgroundColor);
  const found = [];
  const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  while (walker.nextNode()) {
    const text = walker.currentNode.textContent.trim(), parent = walker.currentNode.parentElement;
    if (!text || !parent.getClientRects().length || parent.closest("style")) continue;
    const style = getComputedStyle(parent);
    const ink = rgb(parent instanceof SVGElement ? style.fill : style.color);
    const [a, b] = [light(ink), light(paper)].sort((x, y) => y - x);
    found.push([(a + 0.05) / (b + 0.05), text]);
  }
  return found;
}"""


LABELS = "all => all.map(each => each.getAttribute('aria-label'))"
WIDER = "all => all.filter(each => each.scrollWidth > each.clientWidth + 1).map(each => each.textContent)"
RIGHTS = "all => all.map(each => each.getBoundingClientRect().right)"


@pytest.fixture(scope="module")
def html(sample_bill, owners):
    actuals = read_focus(sample_bill, NOVEMBER, AS_OF)
    untagged = [line for line in actuals.of_month(NOVEMBER) if not line.team and line.kind == "usage"]
    hostile = tuple(replace(untagged[0], team=name, effective=Decimal(9000)) for name in NAMES)
    return as_html(month_report(NOVEMBER, AS_OF, replace(actuals, lines=actuals.lines + hostile), owners))


@pytest.fixture(scope="module")
def browser():
    with playwright.sync_playwright() as started:
        opened = started.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox", "--disable-gpu"])
        yield opened
        opened.close()


@pytest.fixture
def opened(browser, html, tmp_path):
    """Open the page from a file; every request but that of the file itself fails the test."""
    path, asked, pages = tmp_path / "report.html", [], []
    path.write_text(html, encoding="utf-8")

    def page(**options):
        shown = browser.new_page(**options)
        shown.on("request", lambda request: asked.append(request.url))
        shown.on("console", lambda message: asked.append(message.text))
        shown.goto(path.as_uri())
        pages.append(shown)
        return shown

    yield page
    for each in pages:
        each.close()
    assert set(asked) == {path.as_uri()}


def test_names_are_text_and_run_nothing(opened):
    page = opened()
    page.wait_for_timeout(100)
    assert page.title() == "ML platform costs, November 2026"
    assert page.locator("img, script").count() == 0
    assert "tagged <script>document.title='owned'</script>, no team of ours" in page.inner_text("main")


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_every_text_stands_out_from_its_ground(opened, scheme):
    page = opened(color_scheme=scheme)
    found = page.evaluate(CONTRAST)
    assert len(found) > 200
    assert [(round(ratio, 2), text) for ratio, text in found if ratio < 4.5] == []


def test_light_and_dark_differ(opened):
    grounds = {
        opened(color_scheme=scheme).evaluate("() => getComputedStyle(document.body).backgroundColor")
        for scheme in ("light", "dark")
    }
    assert len(grounds) == 2


def test_every_table_that_may_scroll_is_reached_with_the_keyboard(opened):
    page = opened()
    seen = set()
    focused = "() => document.activeElement.getAttribute('aria-label') || document.activeElement.hash"
    for _ in range(60):
        page.keyboard.press("Tab")
        seen.add(page.evaluate(focused))
    assert set(page.eval_on_selector_all("[role=region]", LABELS)) <= seen
    assert {"#budget", "#method"} <= seen


def test_the_first_tab_skips_to_the_content(opened):
    page = opened()
    page.keyboard.press("Tab")
    assert page.evaluate("() => document.activeElement.textContent") == "Skip to the budgets"
    page.keyboard.press("Enter")
    assert page.evaluate("() => location.hash") == "#budget"


@pytest.mark.parametrize("width", [320, 768, 1280])
def test_the_page_itself_never_scrolls_sideways(opened, width):
    page = opened(viewport={"width": width, "height": 800})
    assert page.evaluate("() => document.documentElement.scrollWidth") <= width


def test_print_is_light_whole_and_without_navigation(opened):
    page = opened(color_scheme="dark")
    page.emulate_media(media="print", color_scheme="dark")
    assert page.evaluate("() => getComputedStyle(document.body).backgroundColor") == "rgb(255, 255, 255)"
    assert not page.locator("nav").is_visible()
    assert page.pdf(format="A4").startswith(b"%PDF")
    # The printed width of A4 between its margins, at 96 dots an inch.
    page.set_viewport_size({"width": 688, "height": 1000})
    assert page.eval_on_selector_all(".table", WIDER) == []


def test_numbers_of_a_column_end_at_one_line(opened):
    ends = opened().eval_on_selector_all(".table:first-of-type tbody td:nth-of-type(3)", RIGHTS)
    assert len(ends) > 3
    assert len(set(ends[:5])) == 1


def test_the_line_of_the_budget_is_on_the_screen_of_a_phone(opened):
    page = opened(viewport={"width": 390, "height": 844})
    (mark,) = [text for text in page.locator("svg:visible text").all() if text.text_content() == "budget"]
    box = mark.bounding_box()
    assert 0 < box["x"] < box["x"] + box["width"] <= 390
    assert page.locator("svg:visible").count() == 3
