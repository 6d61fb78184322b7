"""Whose a cost is, whether the bill is whole, and when nothing may be said about budgets."""

import csv
from dataclasses import replace
from datetime import date
from decimal import Decimal
from io import StringIO

import pytest

from paved.billing.as_csv import as_csv
from paved.billing.as_html import as_html
from paved.billing.as_json import as_json
from paved.billing.as_text import as_text
from paved.billing.bill_line import Actuals
from paved.billing.cost_owner import CostOwner
from paved.billing.focus import read_focus
from paved.billing.month import Month
from paved.billing.narrative import gaps, headline, known_until
from paved.billing.report import ReportOptions, month_report

NOVEMBER = Month.read("2026-11")
CLOSED = date(2026, 12, 31)
PROD, DEV, RISK = "111122223333", "444455556666", "777788889999"


@pytest.fixture
def read(write):
    return lambda *lines: read_focus(write(*lines), NOVEMBER, CLOSED)


@pytest.fixture
def full(line):
    """A line of a dollar for every day of every account, but for those left out."""

    def lines(*left_out):
        return [
            line(day=day, team="", stack="", SubAccountId=account)
            for account in (PROD, DEV, RISK)
            for day in NOVEMBER.days
            if (account, day.day) not in left_out
        ]

    return lines


def report_of(actuals, owners, as_of=CLOSED, **options):
    return month_report(NOVEMBER, as_of, actuals, owners, options=ReportOptions(**options))


def owner_of(month):
    (owner,) = {key.owner for key in month.amounts}
    return owner


def test_what_has_no_tag_is_of_the_team_that_has_the_account_alone(read, line, owners):
    month = report_of(read(line(team="", stack="", SubAccountId=PROD)), owners)
    assert owner_of(month) == CostOwner(kind="team", team="vision", stack="vision-prod")
    assert any(f"{PROD} (vision)" in rule for rule in month.showback.rules)


def test_an_account_of_two_teams_is_nobodys_alone(read, line, owners, replaced):
    both = replaced("ranking-dev", account=PROD)
    month = report_of(read(line(team="", stack="", SubAccountId=PROD)), both)
    assert owner_of(month) == CostOwner(kind="unallocated")


def test_an_account_whose_platform_serves_another_team_is_nobodys_alone(read, line, owners, replaced):
    serving = replaced("platform-prod", serves=("ranking-dev", "vision-prod"))
    month = report_of(read(line(team="", stack="", SubAccountId=PROD)), serving)
    assert owner_of(month) == CostOwner(kind="unallocated")


def test_an_account_of_no_stack_is_outside_every_table(read, line, owners):
    month = report_of(
        read(line(cost="7.00"), line(team="", stack="", SubAccountId="1", cost="100.00")), owners
    )
    assert (month.total, month.invoice) == (7, 107)
    assert as_json(month)["outside"] == [{"holder": "account 1, of no stack", "amount": "100.00"}]
    assert "$100.00 of an account that no stack file names is outside" in as_text(month)


def test_a_tag_of_ours_in_an_account_of_no_stack_is_ours(read, line, owners):
    assert report_of(read(line(SubAccountId="1")), owners).total == 1


@pytest.mark.parametrize(("key", "shares"), [("even", (3, 3, 3)), ("use", (0, 0, 9)), ("none", (0, 0, 0))])
def test_common_charges_go_by_the_declared_key(read, line, owners, replaced, key, shares):
    both = replaced("ranking-dev", account=PROD)
    tax = line(team="", stack="", SubAccountId=PROD, ChargeCategory="Tax", ServiceName="Tax", cost="9.00")
    month = report_of(read(line(), tax), both, distribute=key)
    assert tuple(share.common for share in month.showback.teams) == shares
    assert sum(month.showback.undistributed.values()) == (9 if key == "none" else 0)


def test_common_charges_go_by_budgets_where_that_is_the_key(read, line, owners, replaced):
    both = replaced("ranking-dev", account=PROD)
    tax = line(team="", stack="", SubAccountId=PROD, ServiceName="AWS Support (Business)", cost="194.00")
    shares = report_of(read(tax), both, distribute="budget").showback.teams
    assert {share.owner.team: share.common for share in shares} == {"ranking": 4, "risk": 10, "vision": 180}


@pytest.fixture
def replaced(owners):
    """The sample organisation with one stack changed."""
    from dataclasses import replace

    def other(name, **changes):
        stacks = (replace(each, **changes) if each.stack == name else each for each in owners.stacks)
        return type(owners)(stacks=tuple(stacks))

    return other


def test_a_whole_bill_that_is_owned_has_a_verdict(read, full, owners):
    month = report_of(read(*full()), owners)
    assert month.completeness.is_whole
    assert "100.0 % of what is spent has an owner. Teams came in" in headline(month)
    assert known_until(month) == "The whole month is billed."


def test_below_the_owned_share_nothing_is_said_of_budgets(read, full, line, owners):
    lines = [*full(), line(team="mallory", cost="22.50", SubAccountId=PROD)]
    assert report_of(read(*lines), owners).ownership.is_judged  # 90 of 112.50 is 80 percent
    month = report_of(read(*lines, line(team="mallory", cost="0.20", SubAccountId=PROD)), owners)
    assert "No verdict on budgets is given where less than 80 % has an owner." in headline(month)
    assert {line.variance for line in month.tables.teams.lines} == {None}
    assert as_json(month)["budgets_judged"] is False
    assert "budgets-told" not in as_html(month)


def test_a_credit_of_nobody_does_not_make_up_for_a_cost_of_nobody(read, full, line, owners):
    nobody = [
        line(team="mallory", cost="90", SubAccountId=PROD),
        line(team="mallory", cost="-90", SubAccountId=PROD, ChargeCategory="Credit"),
    ]
    assert not report_of(read(*full(), *nobody), owners).ownership.is_judged


def test_a_day_without_use_in_any_account_is_missing(read, full, owners):
    month = report_of(read(*full((PROD, 4), (DEV, 4), (RISK, 4))), owners)
    assert gaps(month) == ("No use is billed for 2026-11-04.",)
    assert headline(month).startswith("This bill does not hold all of November 2026")
    assert "No verdict on budgets" in headline(month)
    assert known_until(month) == "The month is over."


def test_days_that_one_account_lacks_are_missing(read, full, owners):
    left_out = [(DEV, day) for day in range(25, 31)]
    month = report_of(read(*full(*left_out)), owners)
    days = "2026-11-25, 2026-11-26, 2026-11-27, 2026-11-28 and 2 more days"
    assert gaps(month) == (f"No use of account {DEV} is billed for {days}.",)


def test_an_account_that_is_new_lacks_nothing_of_the_days_before(read, full, owners):
    assert report_of(read(*full(*((DEV, day) for day in range(1, 15)))), owners).completeness.is_whole


def test_an_account_of_a_stack_that_the_bill_does_not_hold_is_named(read, full, owners):
    month = report_of(read(*full(*((RISK, day) for day in range(1, 31)))), owners)
    (gap,) = gaps(month)
    assert RISK in gap
    assert "risk-prod" in gap


def test_days_that_are_not_settled_are_not_missing(read, full, owners):
    left_out = [(account, day) for account in (PROD, DEV, RISK) for day in range(20, 31)]
    actuals = read(*full(*left_out))
    assert report_of(actuals, owners, as_of=date(2026, 11, 21)).completeness.is_whole
    assert not report_of(actuals, owners, as_of=date(2026, 11, 22)).completeness.is_whole


@pytest.mark.parametrize(
    ("tags", "reason"),
    [
        ('{"user:team": "Vision"}', "the tag's value is `Vision`"),
        ('{"user:Team": "vision"}', "the tag's key is `user:Team`"),
        ('{"team": "vision"}', "the tag's key is `team`"),
        ('{"user:service": "vision-prod"}', "no `team` tag; told by `service`"),
        ("", "no `team` tag; told by the account"),
    ],
)
def test_spend_that_the_budget_in_aws_does_not_count_is_told(read, line, owners, tags, reason):
    other = line(Tags=tags, cost="5.00", SubAccountId=PROD)
    month = report_of(read(line(), line(day=date(2026, 11, 3)), other), owners)
    (unseen,) = month.unseen
    assert (unseen.team, unseen.reason, unseen.amount) == ("vision", reason, 5)
    assert reason in as_text(month)


def test_a_source_that_tells_no_accounts_is_judged_by_days_alone(owners):
    nothing = Actuals(source="test", currency="USD", payer="1", rows=0, lines=())
    completeness = report_of(nothing, owners).completeness
    assert (len(completeness.missing), completeness.absent) == (30, ())


def test_the_share_that_has_an_owner_is_of_the_cost(read, line, owners):
    month = report_of(read(line(cost="3.00"), line(team="mallory", cost="1.00", SubAccountId=PROD)), owners)
    assert month.ownership.percent == Decimal("75.0")


def test_a_bill_of_other_accounts_alone_says_which_of_ours_it_lacks(read, line, owners):
    month = report_of(read(line(team="", stack="", SubAccountId="1")), owners)
    assert month.completeness.absent == (PROD, DEV, RISK)
    assert all(account in " ".join(gaps(month)) for account in (PROD, DEV, RISK))


def test_charges_that_are_distributed_keep_their_kind_in_the_csv(read, line, owners, replaced):
    both = replaced("ranking-dev", account=PROD)
    tax = line(team="", stack="", SubAccountId=PROD, ChargeCategory="Tax", ServiceName="Tax", cost="9.00")
    for key, category, method in (("none", "Tax", "undistributed"), ("even", "Adjustment", "distributed")):
        text = as_csv(report_of(read(line(), tax), both, distribute=key))
        rows = [row for row in csv.DictReader(StringIO(text)) if row["x_AllocationMethod"] == method]
        assert {row["ChargeCategory"] for row in rows} == {category}
        assert sum(Decimal(row["BilledCost"]) for row in rows) == 9


def test_a_source_without_team_tags_calls_no_spend_unseen_by_a_budget(read, line, owners):
    told = read(line(team="", stack="vision-prod", SubAccountId=PROD))
    assert report_of(told, owners).unseen
    month = report_of(replace(told, has_team_tags=False), owners)
    assert month.unseen is None
    assert as_json(month)["unseen_by_aws_budgets"] is None
    for text in (as_text(month), as_html(month)):
        assert "Cost Explorer tells stacks apart, and not their team tag" in text
