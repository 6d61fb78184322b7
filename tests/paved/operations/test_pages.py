"""The pages of a month: what they say, that nothing in them is markup of others, and that they need nothing else."""

import json
import re
from decimal import Decimal
from html.parser import HTMLParser

import pytest
from markdown_it import MarkdownIt

from paved.operations.as_html import as_html, columns_of, parts_of
from paved.operations.as_json import as_json
from paved.operations.as_markdown import as_markdown
from paved.operations.building import operations_report
from paved.operations.commits import GitLog
from paved.operations.gpu_prices import gpu_prices
from paved.operations.page import page_of
from paved.operations.page_parts import Bar, Columns, plain, short_duration
from paved.operations.sources import read_sources
from paved.operations.summary import read_earlier
from paved.operations.utilisation_file import utilisation_csv
from tests.paved.operations.sample_month import HOSTILE, write_month
from tests.paved.operations.world import Folder, Repository, period


@pytest.fixture(scope="module")
def sources(tmp_path_factory, organisation):
    """The sample month, with the log of its repository."""
    folder = Folder(tmp_path_factory.mktemp("month") / "exports")
    repository = Repository(tmp_path_factory.mktemp("repository") / "stacks-of-all")
    write_month(folder, repository)
    read = read_sources(folder.path, organisation, period())
    return read, GitLog.of(repository.stacks)


@pytest.fixture(scope="module")
def report(sources):
    read, log = sources
    prices = gpu_prices(read.stated_prices, read.billed_prices, dict, set(read.stated_prices))
    return operations_report(read, log, prices)


def texts(html):
    """The text of a page, and the names of its elements and attributes."""
    found, elements, attributes = [], set(), set()

    class Reader(HTMLParser):
        def handle_starttag(self, tag, attrs):
            elements.add(tag)
            attributes.update(name for name, _ in attrs)

        def handle_data(self, data):
            found.append(data)

    Reader().feed(html)
    return "".join(found), elements, attributes


def test_a_page_needs_no_script_and_no_request(report):
    for scope in report.scopes:
        _, elements, attributes = texts(as_html(page_of(scope, report), ("vision",)))
        assert not elements & {"script", "link", "img", "iframe", "form"}
        assert not {name for name in attributes if name.startswith("on") or name == "src"}


def test_hostile_text_is_text(report):
    page = page_of(report.platform, report)
    said, _, _ = texts(as_html(page, ()))
    assert HOSTILE in said
    html = MarkdownIt("commonmark", {"html": True}).enable("table").render(as_markdown(page))
    assert "<script>" not in html
    assert "<a " not in html
    cells = re.findall(r"<td[^>]*>(.*?)</td>", html)
    assert "<code>&lt;script&gt;alert(1)&lt;/script&gt; | [x](javascript:1) 'a' @all</code>" in cells


def test_the_same_files_make_the_same_bytes(report, sources):
    read, log = sources
    again = operations_report(read, log, report.prices)
    for one, other in zip(report.scopes, again.scopes, strict=True):
        assert as_html(page_of(one, report), ()) == as_html(page_of(other, again), ())
    assert json.dumps(as_json(report)) == json.dumps(as_json(again))


def test_the_platform_says_its_month_in_a_few_sentences(report):
    assert page_of(report.platform, report).lead == (
        "16 deployments to production, of which 3 failed. 3 incidents, restored after 50 min at the median."
        " 1 of 1 objective was met; 1 more is not measured. 85 % of 13,211 GPU-hours were useful."
    )


def test_a_section_without_a_source_says_which_is_missing(report):
    risk = next(scope for scope in report.scopes if scope.scope == "risk")
    said, _, _ = texts(as_html(page_of(risk, report), ()))
    assert (
        "No data: history-<stack>.json, the output of pulumi stack history --json --page-size 1000 is not"
        in said
    )
    tiles = {tile.label: tile.value for tile in page_of(risk, report).tiles}
    assert tiles["Time to restore"] == tiles["Deployments a week"] == tiles["Useful GPU-hours"] == "no data"


def test_a_pool_without_a_price_is_named(report):
    gpus = next(each for each in page_of(report.platform, report).sections if each.id == "gpus")
    assert any(note.startswith("No price of ranking-dev/l4:") for note in gpus.notes)


def test_money_divides_the_cost_to_the_cent(report):
    rows = {row.label: row for row in report.platform.figures.gpus}
    assert rows["ranking"].cost is None
    vision = rows["vision"]
    # Seven runs of 538 steps on 32 GPUs at $6.88, and four GPUs all month at $3.00424.
    by_hand = 7 * 32 * Decimal(538) / 12 * Decimal("6.88") + 4 * 720 * Decimal("3.00424")
    assert sum(vision.costs.values()) == vision.cost == round(by_hand, 2)


def test_the_data_of_a_month_is_an_earlier_month_of_the_next(report, tmp_path):
    path = tmp_path / "operations-2026-11.json"
    path.write_text(json.dumps(as_json(report)), encoding="utf-8")
    read = read_earlier(path)
    assert read.scopes == {scope.scope: scope.summary for scope in report.scopes}


def test_the_use_of_pools_is_what_the_cost_report_reads(report, sources, tmp_path):
    from paved.billing.budget_owners import read_budget_owners
    from paved.billing.utilisation import read_utilisation
    from stacks.checks.folder import Folder as StackFolder
    from tests.paved.operations.conftest import STACKS

    read, _ = sources
    path = tmp_path / "utilisation.csv"
    path.write_text(utilisation_csv(report.goodput, read.organisation, report.period), encoding="utf-8")
    owners = read_budget_owners(StackFolder.read(STACKS, as_of=report.as_of))
    uses = {(use.stack, use.pool): use for use in read_utilisation(path, report.period.month, owners)}
    assert set(uses) == {("ranking-dev", "l4"), ("vision-prod", "h100"), ("vision-prod", "l40s-serving")}
    h100 = uses["vision-prod", "h100"]
    assert (
        sum(use.gpu_hours for use in uses.values()) == Decimal(report.platform.figures.gpu_total.total) / 12
    )
    assert 0 < h100.used_gpu_hours < h100.gpu_hours


def test_a_trend_has_twelve_months_and_the_year_so_far(report):
    trend = report.platform.trend
    assert [str(each.month) for each in trend][::11] == ["2025-12", "2026-11"]
    told = [str(each.month) for each in trend if each.summary]
    assert "2026-06" not in told
    assert report.platform.year_months == len(told) == 10
    assert report.platform.year.incidents == sum(each.summary.incidents for each in trend if each.summary)
    said = next(each for each in page_of(report.platform, report).sections if each.id == "trend").notes
    assert "Objectives met of 2026-01 to 2026-10 are of availability: no other was judged." in said
    # The median of all times, and not of the months' medians.
    assert report.platform.year.restore_time == 7500


def test_a_bar_is_whole_and_a_month_without_a_figure_is_a_gap():
    bar = Bar(label="vision", parts=(("useful", 0.75), ("repeated", 0.0), ("idle", 0.25)))
    assert list(parts_of(bar)) == [("useful", 0.0, 750.0), ("idle", 750.0, 250.0)]
    chart = Columns(title="Useful", months=(("2026-10", None, "no data"), ("2026-11", 0.5, "50 %")))
    assert list(columns_of(chart)) == [(0, None, "2026-10: no data"), (1, 100.0, "2026-11: 50 %")]


def test_text_that_hides_or_turns_is_shown_as_such():
    assert plain("a\u202eb\x00c\nd", limit=20) == "a\N{REPLACEMENT CHARACTER}b\N{REPLACEMENT CHARACTER}c d"
    assert plain("Größe" * 10, limit=8) == "GrößeGr…"
    assert [short_duration(each) for each in (None, 90, 7 * 3600, 3 * 86400)] == [
        "no data",
        "2 min",
        "7.0 h",
        "3.0 d",
    ]
