"""A bill is read exactly or refused: what a reader would have to guess is an error that says where."""

import csv
import gzip
import subprocess
import sys
from datetime import date
from decimal import Decimal
from pathlib import Path

import duckdb
import pytest

from benchmarks.billing import COLUMNS
from paved.billing.bill_line import bill
from paved.billing.focus import read_focus
from paved.billing.month import Month
from paved.errors import BadInput

AS_OF = date(2026, 11, 21)
NOVEMBER = Month.read("2026-11")


def read(path, **options):
    return read_focus(path, NOVEMBER, AS_OF, **options)


def refusal(path, **options):
    with pytest.raises(BadInput) as refused:
        read(path, **options)
    return str(refused.value)


def test_charges_add_up_exactly(write, line):
    path = write(
        line(cost="0.1"), line(cost="0.2", day=date(2026, 11, 3)), line(cost="0.000000000001", stack="")
    )
    assert sum(found.billed for found in read(path).lines) == Decimal("0.300000000001")


def test_a_sample_month_comes_to_what_its_lines_come_to(sample_bill):
    with sample_bill.open(encoding="utf-8") as file:
        lines = [row for row in csv.DictReader(file) if row["BillingPeriodStart"].startswith("2026-11")]
    actuals = read(sample_bill)
    assert bill(actuals.of_month(NOVEMBER)) == sum(Decimal(row["BilledCost"]) for row in lines).quantize(
        Decimal("0.01")
    )
    assert actuals.rows == len(lines)


@pytest.mark.parametrize("key", ["team", "user:team", "user_team", "resourceTags/user:team"])
def test_the_team_tag_is_found_however_an_export_spells_its_key(write, line, key):
    (found,) = read(write(line(Tags=f'{{"{key}": " vision "}}'))).lines
    assert found.team.strip() == "vision"


def test_parquet_reads_as_the_same_bill(tmp_path, sample_bill):
    path = tmp_path / "bill.parquet"
    select = f"""SELECT * REPLACE (BilledCost::DOUBLE AS BilledCost, EffectiveCost::DOUBLE AS EffectiveCost,
        ChargePeriodStart::TIMESTAMP AS ChargePeriodStart, ChargePeriodEnd::TIMESTAMPTZ AS ChargePeriodEnd,
        CASE WHEN Tags <> '' THEN from_json(Tags, '"MAP(VARCHAR, VARCHAR)"') END AS Tags)
        FROM read_csv('{sample_bill}', all_varchar = true)"""
    duckdb.sql("SET TimeZone = 'UTC'")
    duckdb.sql(f"COPY ({select}) TO '{path}' (FORMAT parquet)")
    parquet, text = read(path), read(sample_bill)
    assert bill(parquet.of_month(NOVEMBER)) == bill(text.of_month(NOVEMBER))
    assert [(c.team, c.stack, c.day, c.kind) for c in parquet.lines] == [
        (c.team, c.stack, c.day, c.kind) for c in text.lines
    ]


def test_gzip_and_parts_in_folders_read_as_one_bill(tmp_path, write, line):
    first = write(line(cost="1.00"), name="export/BILLING_PERIOD=2026-11/part-1.csv")
    second = write(line(cost="2.00"), name="second.csv")
    packed = first.with_name("part-2.csv")
    packed.write_bytes(second.read_bytes())
    assert bill(read(tmp_path / "export").lines) == 3
    zipped = tmp_path / "bill.csv.gz"
    zipped.write_bytes(gzip.compress(second.read_bytes(), mtime=0))
    assert bill(read(zipped).lines) == 2


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig"])
@pytest.mark.parametrize("newline", ["\n", "\r\n"])
def test_a_byte_order_mark_and_line_ends_change_nothing(write, line, encoding, newline):
    assert bill(read(write(line(), encoding=encoding, newline=newline)).lines) == 1


@pytest.mark.parametrize("encoding", ["utf-16", "latin-1"])
def test_another_encoding_is_refused(write, line, encoding):
    path = write(line(ServiceName="Café", ChargeDescription="é"), encoding=encoding)
    assert "UTF-8" in refusal(path) or "unicode" in refusal(path).lower()


@pytest.mark.parametrize(
    "cost",
    [
        "NaN",
        "inf",
        "-Infinity",
        "",
        "NULL",
        "1,000.00",
        "$5",
        "+5",
        "1_000",
        "12345678901234",
        "٣",
        "0x10",
        "=1+1",
        "1e99",
    ],
)
def test_a_cost_that_is_no_plain_number_is_refused_with_its_row(write, line, cost):
    message = refusal(write(line(), line(cost=cost, day=date(2026, 11, 3))))
    assert "row 2 below the header: `BilledCost` must be a plain number" in message


def test_a_cost_as_parquet_writes_small_doubles_is_a_number(write, line):
    (found,) = read(write(line(cost="1.5E-7"))).lines
    assert found.billed == Decimal("0.00000015")


def test_credits_and_refunds_lower_the_bill_and_are_charged_once(write, line):
    path = write(
        line(cost="10.00"),
        line(cost="-4.00", ChargeCategory="Credit"),
        line(cost="-1.00", ChargeClass="Correction"),
    )
    actuals = read(path)
    assert bill(actuals.lines) == 5
    assert sum(found.billed for found in actuals.lines if found.kind == "once") == -5


def test_missing_columns_are_all_named(write, line):
    path = write(line(), columns=("BilledCost", "EffectiveCost", "ListCost", "ContractedCost"))
    message = refusal(path)
    assert "`BillingCurrency`" in message
    assert "`Tags`" in message


def test_mixed_currencies_are_refused(write, line):
    assert "EUR, USD" in refusal(write(line(), line(BillingCurrency="EUR")))


def test_one_foreign_currency_is_refused_too(write, line):
    assert "is in EUR" in refusal(write(line(BillingCurrency="EUR")))


def test_lines_that_are_there_twice_are_refused_unless_they_are_meant(write, line):
    path = write(line(), line(), line(day=date(2026, 11, 3)))
    assert "holds 1 lines more than once" in refusal(path)
    kept = read(path, keep_duplicates=True)
    assert bill(kept.lines) == 3
    assert any("were counted, as asked" in note for note in kept.notes)


def test_a_line_that_differs_in_a_column_nobody_reads_is_no_duplicate(write, line):
    assert bill(read(write(line(ResourceId="a"), line(ResourceId="b"))).lines) == 2


def test_a_charge_of_the_future_is_refused(write, line):
    message = refusal(write(line(day=date(2026, 11, 22))))
    assert "`ChargePeriodStart` starts after the day" in message


def test_a_fee_for_the_whole_month_is_none_of_the_future(write, line):
    fee = line(day=date(2026, 11, 1), ChargePeriodEnd="2026-12-01T00:00:00Z", ChargeCategory="Purchase")
    (found,) = read(write(fee)).lines
    assert found.kind == "once"


def test_other_months_are_left_out_and_noted(write, line):
    actuals = read(write(line(), line(day=date(2026, 3, 1))))
    assert bill(actuals.lines) == 1
    assert actuals.notes == ("1 lines of bills before 2026-09 or after 2026-11 were left out.",)


def test_a_file_without_the_month_says_what_it_holds(write, line):
    assert refusal(write(line(day=date(2026, 3, 1)))).endswith("holds no charge of 2026-11; it holds 2026-03")


def test_a_file_without_a_line_is_refused(write):
    assert refusal(write()).endswith("it holds no line at all")


@pytest.mark.parametrize(
    ("given", "column"),
    [
        ({"BillingPeriodStart": "yesterday"}, "BillingPeriodStart"),
        ({"ChargePeriodStart": "2026-11-31T00:00:00Z"}, "ChargePeriodStart"),
        ({"ChargePeriodStart": "2026-11-02T00:00:00+05:00"}, "ChargePeriodStart"),
        ({"ChargePeriodEnd": "2026-11-01T00:00:00Z"}, "ChargePeriodEnd"),
        ({"ChargeCategory": "Gift"}, "ChargeCategory"),
        ({"BillingCurrency": " "}, "BillingCurrency"),
        ({"ServiceName": ""}, "ServiceName"),
        ({"Tags": "{team: vision}"}, "Tags"),
        ({"Tags": '["vision"]'}, "Tags"),
    ],
)
def test_a_value_that_cannot_be_read_is_refused_by_column(write, line, given, column):
    assert f"`{column}` must" in refusal(write(line(**given)))


@pytest.mark.parametrize(
    "content", [b"", b"PAR1 and nothing more", b"\x1f\x8b broken", b"\x00\x01\x02", b"just text"]
)
def test_a_file_that_is_no_bill_is_refused(tmp_path, content):
    path = tmp_path / "bill.csv"
    path.write_bytes(content)
    assert "bill.csv" in refusal(path)


def test_a_line_with_too_few_cells_is_refused(write, line):
    path = write(line())
    path.write_text(path.read_text(encoding="utf-8") + "1,2,3\n", encoding="utf-8")
    assert "cannot be read" in refusal(path)


def test_a_column_that_is_there_twice_is_refused(write, line):
    path = write(line())
    path.write_text(
        path.read_text(encoding="utf-8").replace("EffectiveCost", "billedcost", 1), encoding="utf-8"
    )
    assert "names the column `BilledCost` twice" in refusal(path)


def test_hostile_text_of_a_file_does_not_reach_the_terminal(write, line):
    message = refusal(write(line(ChargeCategory="\x1b[31mred\u202e")))
    assert "\x1b" not in message
    assert "\u202e" not in message


def test_a_quote_in_the_name_of_a_file_is_only_a_name(write, line):
    assert bill(read(write(line(), name="it's a 'bill'.csv")).lines) == 1


def test_a_file_that_is_not_there_is_refused(tmp_path):
    assert "is no file or folder" in refusal(tmp_path / "none.csv")


@pytest.mark.parametrize("name", ["bill[1].csv", "bill?.csv", "bill*.csv", "parts[0-9]/bill.csv"])
def test_a_pattern_in_the_name_of_a_file_is_only_a_name(write, line, name):
    for other in ("bill1.csv", "bills.csv", "parts1/bill.csv"):
        write(line(cost="1000.00"), name=other)
    assert bill(read(write(line(), name=name)).lines) == 1


def test_the_line_ends_of_an_old_macintosh_are_refused(write, line):
    assert "has no header that can be read" in refusal(write(line(), newline="\r"))


def test_a_year_that_no_bill_has_is_refused_by_column(write, line):
    assert "`BillingPeriodStart` must" in refusal(write(line(), line(BillingPeriodStart="0000-01-01")))


def test_a_command_that_read_a_bill_ends_without_a_word_on_stderr(write, line):
    path = write(line())
    month = ["--month", "2026-11", "--as-of", "2026-11-21", "--no-estimate"]
    program = "import sys; from paved.cli import main; main()"
    command = [sys.executable, "-c", program, "report", *month, "--actuals", str(path)]
    done = subprocess.run(command, capture_output=True, text=True, check=True)
    assert done.stdout
    assert done.stderr == ""


SAMPLE = Path(__file__).parents[2] / "fixtures" / "billing" / "focus_sample.csv"
SEPTEMBER = Month.read("2024-09")


def test_the_sample_of_the_finops_foundation_is_read():
    """It writes NULL for an empty cell, leaves ContractedCost of Oracle empty, and is of FOCUS 1.0."""
    with SAMPLE.open(encoding="utf-8") as file:
        rows = list(csv.DictReader(file))
    actuals = read_focus(SAMPLE, SEPTEMBER, AS_OF)
    assert actuals.rows == len(rows) == 61
    assert bill(actuals.lines) == sum(Decimal(row["BilledCost"]) for row in rows).quantize(Decimal("0.01"))
    assert actuals.notes == ("ContractedCost is empty in 6 lines: the report does without it.",)
    assert {line.commitment.status for line in actuals.lines if line.commitment} == {"Used"}


@pytest.mark.parametrize("word", ["", "NULL", "null", "None"])
def test_a_cost_that_no_report_needs_may_be_empty(write, line, word):
    actuals = read(write(line(ListCost=word), line(day=date(2026, 11, 3))))
    assert [found.listed for found in actuals.lines] == [None, 1]
    assert actuals.notes == ("ListCost is empty in 1 lines: the report does without it.",)


def test_a_file_may_lack_the_costs_that_no_report_needs(write, line):
    columns = tuple(column for column in COLUMNS if column not in ("ListCost", "ContractedCost"))
    (found,) = read(write(line(), columns=columns)).lines
    assert (found.billed, found.listed, found.contracted) == (1, None, None)


def test_a_list_cost_that_is_no_number_is_refused_all_the_same(write, line):
    assert "row 1 below the header: `ListCost` must" in refusal(write(line(ListCost="lots")))
