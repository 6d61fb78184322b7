"""Conservation: every cent of the bill is with somebody, or said to be with nobody."""

import csv
from datetime import date
from decimal import Decimal
from io import StringIO

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from paved.billing.as_csv import as_csv
from paved.billing.bill_line import Actuals, BillLine, bill
from paved.billing.cost_owner import CostOwner, line_owner
from paved.billing.month import Month
from paved.billing.report import ReportOptions, month_report
from paved.billing.utilisation import PoolUse, read_utilisation
from paved.errors import BadInput

AS_OF = date(2026, 11, 21)
NOVEMBER = Month.read("2026-11")
TAGS = (
    "vision",
    "ranking",
    "risk",
    "platform",
    "",
    "Vision ",
    "mallory",
    "<script>alert(1)</script>",
    "=1+1",
)
STACKS = ("vision-prod", "ranking-dev", "risk-prod", "foundation-prod", "platform-risk", "", "gone-prod")
SERVICES = ("Amazon Elastic Compute Cloud - Compute", "Amazon Simple Storage Service", "EC2 - Other", "Tax")


def bill_line(team="vision", stack="vision-prod", cost="1.00", **given):
    amount = Decimal(cost)
    return BillLine(
        **{
            "month": NOVEMBER,
            "day": date(2026, 11, 2),
            "team": team,
            "stack": stack,
            "account": "",
            "service": SERVICES[0],
            "service_category": "Compute",
            "category": "Usage",
            "kind": "usage",
            "instance_type": "p5.48xlarge",
            "billed": amount,
            "effective": amount,
            "listed": amount,
            "contracted": amount,
            **given,
        }
    )


def report_of(owners, *lines, uses=None, **options):
    actuals = Actuals(source="test", currency="USD", payer="1", rows=len(lines), lines=tuple(lines))
    options = ReportOptions(uses=tuple(uses or ()), **options)
    return month_report(NOVEMBER, AS_OF, actuals, owners, options=options)


def csv_rows(month):
    return list(csv.DictReader(StringIO(as_csv(month))))


LINES = st.builds(
    bill_line,
    team=st.sampled_from(TAGS),
    stack=st.sampled_from(STACKS),
    cost=st.decimals(min_value=-(10**6), max_value=10**7, places=12),
    day=st.dates(date(2026, 11, 1), date(2026, 11, 20)),
    service=st.sampled_from(SERVICES),
    category=st.sampled_from(("Usage", "Credit", "Tax")),
    instance_type=st.sampled_from(("", "p5.48xlarge", "g6e.4xlarge", "m7i.xlarge")),
)
USES = st.builds(
    lambda hours, idle: PoolUse(
        stack="vision-prod", pool="h100", gpu_hours=hours + idle, used_gpu_hours=hours
    ),
    st.decimals(min_value=0, max_value=30_000, places=3),
    st.decimals(min_value=0, max_value=30_000, places=3),
)

IDLING = PoolUse(stack="vision-prod", pool="h100", gpu_hours=Decimal(3), used_gpu_hours=Decimal(1))


@settings(deadline=None, max_examples=150)
@given(lines=st.lists(LINES, min_size=1, max_size=40), use=st.none() | USES)
@example(lines=[bill_line(cost="10.005"), bill_line(cost="-3.333333", category="Credit")], use=IDLING)
def test_whatever_is_billed_every_table_adds_up_to_the_bill(owners, lines, use):
    month = report_of(owners, *lines, uses=None if use is None else [use])
    whole = bill(lines)
    assert month.total == month.invoice == whole
    assert month.showback.is_conserved
    for table in month.tables.every:
        assert sum(line.actual for line in table.lines) == whole == table.total.actual
        if month.forecast is not None:
            assert sum(line.forecast for line in table.lines) == month.forecast.amount
    rows = csv_rows(month)
    assert sum(Decimal(row["BilledCost"]) for row in rows) == whole
    assert sum(Decimal(row["EffectiveCost"]) for row in rows) == whole


@pytest.mark.parametrize(
    ("team", "stack", "whose"),
    [
        ("vision", "vision-prod", CostOwner(kind="team", team="vision", stack="vision-prod")),
        (" Vision ", "VISION-PROD", CostOwner(kind="team", team="vision", stack="vision-prod")),
        ("vision", "", CostOwner(kind="team", team="vision", stack="vision-prod")),
        ("", "vision-prod", CostOwner(kind="team", team="vision", stack="vision-prod")),
        ("vision", "ranking-dev", CostOwner(kind="team", team="vision", stack="vision-prod")),
        ("platform", "platform-prod", CostOwner(kind="shared", team="platform", stack="platform-prod")),
        ("platform", "", CostOwner(kind="shared", team="platform")),
        ("", "", CostOwner(kind="unallocated")),
        ("mallory", "", CostOwner(kind="unallocated", tag="mallory")),
        ("mallory", "vision-prod", CostOwner(kind="unallocated", tag="mallory")),
    ],
)
def test_tags_name_the_owner_of_a_bill_line(owners, team, stack, whose):
    assert line_owner(bill_line(team=team, stack=stack), owners) == whose


def test_a_platform_is_shared_by_those_who_stand_on_it_and_nobody_else(owners):
    month = report_of(
        owners,
        bill_line(cost="100.00"),
        bill_line(team="risk", stack="risk-prod", cost="1.00"),
        bill_line(team="platform", stack="platform-risk", cost="7.00"),
        bill_line(team="platform", stack="foundation-prod", cost="9.00"),
    )
    shared = {share.owner.stack: share.shared for share in month.showback.teams}
    assert shared == {"vision-prod": Decimal("9.00"), "risk-prod": Decimal("7.00"), "ranking-dev": 0}


def test_what_no_stack_is_named_for_is_shared_by_own_cost(owners):
    month = report_of(
        owners,
        bill_line(cost="3.00"),
        bill_line(team="risk", stack="risk-prod", cost="1.00"),
        bill_line(team="platform", stack="", cost="2.00"),
    )
    shared = {share.owner.stack: share.shared for share in month.showback.teams}
    assert shared["vision-prod"] == Decimal("1.50")
    assert shared["risk-prod"] == Decimal("0.50")


def test_idle_gpus_are_a_line_of_their_own_with_the_owner_of_the_pool(owners):
    use = PoolUse(stack="vision-prod", pool="h100", gpu_hours=Decimal(80), used_gpu_hours=Decimal(60))
    month = report_of(
        owners, bill_line(cost="550.40"), bill_line(cost="10.00", instance_type="m7i.xlarge"), uses=[use]
    )
    (share,) = [each for each in month.showback.teams if each.owner.team == "vision"]
    assert (share.used, share.idle) == (Decimal("422.80"), Decimal("137.60"))
    (pool,) = month.showback.pools
    assert pool.per_used_gpu_hour == Decimal("9.17")
    rows = [row for row in csv_rows(month) if row["x_AllocationMethod"] == "idle"]
    assert [(row["x_Team"], row["BilledCost"]) for row in rows] == [("vision", "137.60")]
    assert sum(Decimal(row["BilledCost"]) for row in csv_rows(month)) == month.invoice


def test_without_a_source_idle_is_absent_and_not_zero(owners):
    from paved.billing.as_json import as_json

    month = report_of(owners, bill_line(cost="5.00"))
    assert not month.showback.idle_known
    assert {team["idle"] for team in as_json(month)["showback"]["teams"]} == {None}


@pytest.mark.parametrize(
    "name",
    [
        "=HYPERLINK(1)",
        "+1",
        "-1",
        "@SUM(A1)",
        "\t=1",
        "|cmd",
        "\N{FULLWIDTH EQUALS SIGN}1",
        "\N{FULLWIDTH PLUS SIGN}1",
        "\N{FULLWIDTH HYPHEN-MINUS}1",
        "\N{FULLWIDTH COMMERCIAL AT}SUM(A1)",
        "\N{SMALL EQUALS SIGN}1",
        "\N{SUPERSCRIPT PLUS SIGN}1",
        "\N{MINUS SIGN}1",
        "\N{ZERO WIDTH SPACE}=1",
        "\N{ZERO WIDTH NO-BREAK SPACE}\N{FULLWIDTH EQUALS SIGN}1",
    ],
)
def test_no_tag_becomes_a_formula_of_a_spreadsheet(owners, name):
    # A tag is stripped of blanks before it is shown, so a leading tab never arrives.
    rows = csv_rows(report_of(owners, bill_line(team=name, stack="", cost="-2.00")))
    (row,) = [row for row in rows if row["x_AllocationMethod"] == "unallocated"]
    assert row["x_Team"] == f"'{name.strip()}"
    assert row["BilledCost"] == "-2.00"


def utilisation(tmp_path, *lines):
    path = tmp_path / "use.csv"
    path.write_text(
        "month,stack,pool,gpu_hours,used_gpu_hours\n" + "".join(f"{each}\n" for each in lines),
        encoding="utf-8",
    )
    return path


def test_the_use_of_other_months_is_left_out(tmp_path, owners):
    path = utilisation(tmp_path, "2026-10,vision-prod,h100,9,9", "2026-11,vision-prod,h100,10,7.5")
    (use,) = read_utilisation(path, NOVEMBER, owners)
    assert use.idle_share == Decimal("0.25")


@pytest.mark.parametrize(
    ("given", "says"),
    [
        ("2026-11,vision-prod,h200,1,1", "vision-prod/h200 is no pool"),
        ("2026-11,visoin-prod,h100,1,1", "is no pool"),
        ("2026-11,vision-prod,h100,1,2", "`used_gpu_hours` must be at most"),
        ("2026-11,vision-prod,h100,-1,-2", "`gpu_hours` must be a number"),
        ("2026-11,vision-prod,h100,NaN,1", "`gpu_hours` must be a number"),
        ("2026-11,vision-prod,h100,1_0,1", "`gpu_hours` must be a number"),
        ("2026-11,vision-prod,h100", "`gpu_hours` must be a number"),
        ("2026-10,vision-prod,h100,1,1", "tells of no pool in 2026-11"),
    ],
)
def test_use_that_does_not_fit_the_stacks_is_refused(tmp_path, owners, given, says):
    with pytest.raises(BadInput, match=says):
        read_utilisation(utilisation(tmp_path, given), NOVEMBER, owners)


def test_a_pool_that_is_there_twice_is_refused(tmp_path, owners):
    path = utilisation(tmp_path, "2026-11,vision-prod,h100,2,1", "2026-11,vision-prod,h100,2,1")
    with pytest.raises(BadInput, match="line 3: vision-prod/h100 is told twice"):
        read_utilisation(path, NOVEMBER, owners)


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("month,stack,pool,gpu_hours\n", "lacks the columns `used_gpu_hours`"),
        ("month,stack,pool,gpu_hours,used_gpu_hours,gpu_hours\n", "repeats the columns `gpu_hours`"),
        ("month,stack,pool,gpu_hours,used_gpu_hours\n2026-11," + "x" * 200_000, "line 1: field larger than"),
    ],
)
def test_a_file_of_hours_that_cannot_be_read_is_refused(tmp_path, owners, text, says):
    path = tmp_path / "hours.csv"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(BadInput, match=says):
        read_utilisation(path, NOVEMBER, owners)
