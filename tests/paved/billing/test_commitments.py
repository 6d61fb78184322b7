"""A covered team pays for its use: commitments are spread over what they cover, and what they waste is said."""

import csv
from datetime import date
from decimal import Decimal
from io import StringIO

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from benchmarks.billing import COLUMNS
from paved.billing.as_csv import as_csv
from paved.billing.as_html import as_html
from paved.billing.as_json import as_json
from paved.billing.as_text import as_text
from paved.billing.bill_line import Actuals, BillLine, Commitment, bill
from paved.billing.focus import read_focus
from paved.billing.metric import METRICS
from paved.billing.month import Month
from paved.billing.month_estimate import MonthEstimate, StackEstimate
from paved.billing.report import ReportOptions, month_report
from paved.cost.stack_cost import Costs
from paved.errors import BadInput
from paved.plan.planner import Planner
from reference.prices import packaged_prices
from stacks.checks.folder import Folder
from tests.conftest import STACKS

AS_OF = date(2026, 11, 21)

NOVEMBER = Month.read("2026-11")
CLOSED = date(2026, 12, 31)
PROD = "111122223333"
PLAN = "arn:aws:savingsplans::111122223333:savingsplan/plan-1"

DAYS = 30
"""November, in which every day of the hand-made month is like the other."""

COMMITTED, OF_LIST = Decimal(1440), Decimal("0.75")
"""Sixty dollars an hour for a day, a quarter off what is covered: the plan that vision-prod declares."""


def plan(status="", **given):
    return {
        "CommitmentDiscountId": PLAN,
        "CommitmentDiscountType": "Savings Plan",
        "CommitmentDiscountStatus": status,
        "SubAccountId": PROD,
        **given,
    }


def costs(billed, effective, listed):
    return {
        "BilledCost": str(billed),
        "EffectiveCost": str(effective),
        "ListCost": str(listed),
        "ContractedCost": str(effective),
    }


def covered_day(line, day):
    """A day of 1,600 dollars of use at list price, 1,200 of which the plan covers, for 900 of its 1,440."""
    fee = plan(
        ChargeCategory="Purchase",
        ChargeFrequency="Recurring",
        SkuMeter="",
        ServiceName="Savings Plans for AWS Compute usage",
    )
    yield line(day=day, **costs(0, 900, 1200), **plan("Used"))
    yield line(day=day, **costs(400, 400, 400), SubAccountId=PROD)
    yield line(day=day, team="", stack="", **costs(COMMITTED, 0, 0), **fee)
    yield line(day=day, team="", stack="", **costs(0, 540, 0), **plan("Unused", SkuMeter=""))


@pytest.fixture
def covered(write, line):
    """The bill of a November in which all of vision's use is covered, or nearly."""
    lines = [each for day in NOVEMBER.days for each in covered_day(line, day)]
    return read_focus(write(*lines, columns=(*COLUMNS,)), NOVEMBER, CLOSED)


def report_of(actuals, owners, **options):
    return month_report(NOVEMBER, CLOSED, actuals, owners, options=ReportOptions(**options))


def team_line(month, team="vision"):
    return next(line for line in month.tables.teams.lines if line.label == team)


def test_a_covered_team_is_charged_what_its_use_is_worth(covered, owners):
    # Its use for 900 + 400 a day, and what nobody used of the plan in its own account: 540.
    assert team_line(report_of(covered, owners)).actual == (900 + 400 + 540) * DAYS
    assert team_line(report_of(covered, owners, metric="list")).actual == (1200 + 400) * DAYS
    assert team_line(report_of(covered, owners, metric="billed")).actual == (1440 + 400) * DAYS


def test_a_plan_of_another_account_is_paid_there_and_its_use_is_the_teams(write, line, owners):
    lines = [
        line(**costs(0, 900, 1200), **plan("Used")),
        line(team="", stack="", **costs(1440, 0, 0), **plan(ChargeCategory="Purchase", SubAccountId="9")),
    ]
    actuals = read_focus(write(*lines), NOVEMBER, CLOSED)
    month = report_of(actuals, owners)
    assert (month.total, sum(month.outside.values()), month.invoice) == (900, 0, 1440)
    assert team_line(report_of(actuals, owners, metric="billed")).actual == 0


def test_the_total_reconciles_to_the_invoice_by_its_parts(covered, owners):
    found = report_of(covered, owners).reconciliation
    assert {part.label: part.amount for part in found.parts} == {
        "fees of commitments": 1440 * DAYS,
        "use that commitments cover": -900 * DAYS,
        "commitments that nobody used": -540 * DAYS,
    }
    assert found.total + sum(part.amount for part in found.parts) == found.invoice == 1840 * DAYS


def test_coverage_utilisation_and_waste_are_told(covered, owners):
    commitments = report_of(covered, owners).commitments
    (use,) = commitments.each
    assert (use.id, use.type) == (PLAN, "Savings Plan")
    assert (use.fee, use.used, use.unused) == (1440 * DAYS, 900 * DAYS, 540 * DAYS)
    assert use.utilisation_percent == Decimal("62.5")  # 900 of 1,440
    assert commitments.coverage_percent == Decimal("75.0")  # 1,200 of 1,600 at list price
    assert commitments.unused == 540 * DAYS


def test_aws_says_in_the_line_of_the_fee_what_is_unused(write, line, owners):
    """Its exports have the amortised cost of an unused commitment in the line of the recurring fee."""
    fee = plan(ChargeCategory="Purchase", ChargeFrequency="Recurring", SkuMeter="")
    lines = (
        line(**costs(0, 900, 1200), **plan("Used")),
        line(team="", stack="", **costs(1440, 540, 0), **fee),
    )
    month = report_of(read_focus(write(*lines), NOVEMBER, CLOSED), owners)
    (use,) = month.commitments.each
    assert (use.fee, use.used, use.unused) == (1440, 900, 540)
    assert month.reconciliation.is_exact
    assert month.total == month.invoice == 1440


def test_spot_use_could_not_be_covered(write, line, owners):
    spot = line(**costs(5, 5, 20), PricingCategory="Dynamic", SubAccountId=PROD)
    month = report_of(
        read_focus(write(line(**costs(0, 1, 2), **plan("Used")), spot), NOVEMBER, CLOSED), owners
    )
    assert month.commitments.coverage_percent == 100


def test_a_source_that_tells_no_commitment_has_no_data_on_them(write, line, owners):
    columns = tuple(column for column in COLUMNS if not column.startswith("CommitmentDiscount"))
    month = report_of(read_focus(write(line(), columns=columns), NOVEMBER, CLOSED), owners)
    assert month.commitments is None
    assert as_json(month)["commitments"] is None
    for text in (as_text(month), as_html(month)):
        assert "Savings Plans and reservations: no data." in text


def test_a_recurring_fee_of_a_day_goes_on_and_one_paid_up_front_does_not(write, line):
    fee = {**plan(ChargeCategory="Purchase"), **costs(24, 0, 24)}
    lines = (line(ChargeFrequency="Recurring", **fee), line(ChargeFrequency="One-Time", **fee))
    kinds = {each.kind for each in read_focus(write(lines[0]), NOVEMBER, CLOSED).lines}
    assert kinds == {"usage"}
    assert {each.kind for each in read_focus(write(lines[1]), NOVEMBER, CLOSED).lines} == {"once"}


def test_every_rendering_says_which_metric_its_figures_are_in(covered, owners):
    for metric, column in (("effective", "EffectiveCost"), ("billed", "BilledCost"), ("list", "ListCost")):
        month = report_of(covered, owners, metric=metric)
        assert as_json(month)["metric"] == column
        assert f"({column})" in as_text(month).splitlines()[0]
        assert f"<dt>So far, {column}</dt>" in as_html(month)


def test_a_source_without_list_cost_is_refused_for_it(write, line, owners):
    actuals = read_focus(write(line(ListCost="")), NOVEMBER, CLOSED)
    with pytest.raises(BadInput, match="`--metric list` needs ListCost"):
        report_of(actuals, owners, metric="list")


COMMITMENTS = st.none() | st.builds(
    Commitment, id=st.sampled_from(("a", "b")), status=st.sampled_from(("", "Used", "Unused"))
)
CENTS = st.decimals(min_value=-(10**5), max_value=10**6, places=6)
LINES = st.builds(
    BillLine,
    month=st.just(NOVEMBER),
    day=st.dates(date(2026, 11, 1), date(2026, 11, 30)),
    team=st.sampled_from(("vision", "ranking", "", "platform", "mallory")),
    stack=st.just(""),
    account=st.sampled_from(("", PROD, "999900001111", "123")),
    service=st.sampled_from(("Amazon Elastic Compute Cloud - Compute", "AWS Support (Business)")),
    service_category=st.just(""),
    category=st.sampled_from(("Usage", "Purchase", "Tax", "Credit")),
    kind=st.sampled_from(("usage", "once")),
    instance_type=st.sampled_from(("", "p5.48xlarge")),
    billed=CENTS,
    effective=CENTS,
    listed=CENTS,
    contracted=CENTS,
    commitment=COMMITMENTS,
)


# A busy machine takes long to make lines of so many fields, which is no fault of theirs.
@settings(deadline=None, max_examples=80, suppress_health_check=[HealthCheck.too_slow])
@given(
    lines=st.lists(LINES, min_size=1, max_size=25),
    metric=st.sampled_from(METRICS),
    key=st.sampled_from(("none", "use", "budget", "even")),
)
def test_every_metric_is_conserved_and_reconciles_to_the_cent(owners, lines, metric, key):
    actuals = Actuals(
        source="test", currency="USD", payer="1", rows=1, lines=tuple(lines), has_commitments=True
    )
    month = report_of(actuals, owners, metric=metric, distribute=key)
    assert month.showback.is_conserved
    assert month.invoice == bill(lines)
    assert month.reconciliation.is_exact
    assert month.total + sum(month.outside.values()) == month.reconciliation.total
    for table in month.tables.every:
        assert sum(line.actual for line in table.lines) == month.total
    rows = list(csv.DictReader(StringIO(as_csv(month))))
    for column in ("BilledCost", "EffectiveCost", "ListCost", "ContractedCost"):
        assert sum(Decimal(row[column]) for row in rows) == sum(month.costs[column].values())


@pytest.fixture(scope="module")
def sample_estimate():
    """What `paved cost vision-prod` expects, what of it the plan costs, and its list price of what the plan covers."""
    planner = Planner(Folder.read(STACKS, as_of=AS_OF))
    cost = Costs(planner, packaged_prices(), AS_OF).of("vision-prod")
    saved = cost.savings
    return cost.totals["expected"], saved.commitment, saved.covered["expected"]


def test_estimate_budget_and_report_of_a_covered_month_are_one_figure(write, line, owners, sample_estimate):
    """Vision's expected month, priced by its plan, and a bill of exactly that work under exactly that commitment."""
    expected, commitment, covered = sample_estimate
    used = (covered * OF_LIST).quantize(Decimal("0.01"))
    parts = {
        "used": line(**costs(0, used, covered), **plan("Used")),
        "on demand": line(**costs(*[expected - commitment] * 3), SubAccountId=PROD),
        "fee": line(team="", stack="", **costs(commitment, 0, 0), **plan(ChargeCategory="Purchase")),
        "unused": line(team="", stack="", **costs(0, commitment - used, 0), **plan("Unused", SkuMeter="")),
    }
    # Every day of every account has a line, or the bill would not be whole and no budget judged.
    days = [
        line(day=day, team="", stack="", cost="0.00", SubAccountId=account)
        for day in NOVEMBER.days
        for account in sorted(owners.accounts)
    ]
    actuals = read_focus(write(*parts.values(), *days), NOVEMBER, CLOSED)
    areas = {"GPU nodes": expected}
    stack = StackEstimate(floor=expected, expected=expected, ceiling=expected, areas=areas)
    estimate = MonthEstimate(prices_as_of="2026-07-20", stacks={"vision-prod": stack})
    found = team_line(month_report(NOVEMBER, CLOSED, actuals, owners, estimate=estimate))
    assert found.estimate == found.actual == found.forecast == expected
    assert found.variance == found.budget - expected > 0
