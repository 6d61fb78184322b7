"""Cost Explorer is asked for each dollar once, through boto3, and no page is paid for twice."""

from datetime import date
from decimal import Decimal

import boto3
import pytest
from botocore.stub import Stubber

from paved.aws.creating.memory import MemoryAws
from paved.billing.bill_line import Actuals, bill
from paved.billing.cost_explorer import INSTANCES, read_cost_explorer, requests
from paved.billing.cost_explorer_cache import CostExplorerCache
from paved.billing.month import Month
from paved.billing.month_estimate import MonthEstimate, StackEstimate
from paved.billing.rehearsed_bill import rehearsed_actuals
from paved.billing.report import month_report
from paved.errors import BadInput, Refused

AS_OF = date(2026, 11, 21)
NOVEMBER = Month.read("2026-11")


@pytest.fixture
def client():
    return boto3.client("ce", region_name="us-east-1", aws_access_key_id="test", aws_secret_access_key="test")


def group(tag, name, amount, unit="USD"):
    cost = {"Amount": amount, "Unit": unit}
    return {"Keys": [tag, name], "Metrics": {"UnblendedCost": cost, "AmortizedCost": cost}}


def page(*groups, day="2026-11-02", token=None, estimated=False):
    result = {
        "TimePeriod": {"Start": day, "End": "2026-11-03"},
        "Groups": list(groups),
        "Estimated": estimated,
    }
    return {"ResultsByTime": [result], **({"NextPageToken": token} if token else {})}


def answered(client, *pages, cache=None, as_of=AS_OF):
    """Cost Explorer whose client answers with these pages, and with nothing after them."""
    stub = Stubber(client)
    for each in pages:
        stub.add_response("get_cost_and_usage", each)
    stub.activate()
    return CostExplorerCache(client=client, account="111122223333", as_of=as_of, cache=cache)


EC2 = (group("service$vision-prod", "p5.48xlarge", "100.25"), group("service$gone", "NoInstanceType", "1"))
NO_TAG = (("999900001111", "Tax", "2"), ("111122223333", "EC2 - Other", "-0.75"))
FOUR = (
    page(group("service$vision-prod", "Amazon Simple Storage Service", "10.5")),
    page(*EC2, estimated=True),
    page(group("team$risk", "AmazonCloudWatch", "3")),
    page(*(group(*each) for each in NO_TAG)),
)


def test_four_queries_are_the_whole_bill(client):
    explorer = answered(client, *FOUR)
    actuals = read_cost_explorer(explorer, NOVEMBER, AS_OF)
    assert bill(actuals.lines) == Decimal("116.00")
    assert explorer.asked == 4
    assert explorer.cost == Decimal("0.04")
    assert actuals.notes == ("Cost Explorer calls 1 days of the month estimated: AWS may restate them.",)


def test_stack_instance_type_and_team_are_kept_apart(client):
    lines = read_cost_explorer(answered(client, *FOUR), NOVEMBER, AS_OF).lines
    kinds = {
        (each.team, each.stack or each.account, each.service, each.instance_type, each.kind) for each in lines
    }
    assert kinds == {
        ("", "vision-prod", "Amazon Simple Storage Service", "", "usage"),
        ("", "vision-prod", INSTANCES, "p5.48xlarge", "usage"),
        ("", "gone", INSTANCES, "", "usage"),
        ("risk", "", "AmazonCloudWatch", "", "usage"),
        ("", "999900001111", "Tax", "", "once"),
        ("", "111122223333", "EC2 - Other", "", "once"),
    }


def test_the_queries_divide_the_bill_and_overlap_nowhere():
    filters = {about: request["Filter"] for about, request in requests(NOVEMBER, AS_OF).items()}
    absent = {"Tags": {"Key": "service", "MatchOptions": ["ABSENT"]}}
    instance = {"Dimensions": {"Key": "SERVICE", "Values": [INSTANCES]}}
    no_team = {"Tags": {"Key": "team", "MatchOptions": ["ABSENT"]}}
    assert filters["untagged"] == {"And": [absent, no_team]}
    assert filters["teams"] == {"And": [absent, {"Not": no_team}]}
    assert filters["instances"] == {"And": [{"Not": absent}, instance]}
    assert filters["services"] == {"And": [{"Not": absent}, {"Not": instance}]}


def test_a_query_ends_with_the_day_of_the_report_or_the_month():
    (period,) = {tuple(each["TimePeriod"].values()) for each in requests(NOVEMBER, AS_OF).values()}
    assert period == ("2026-10-01", "2026-11-22")
    (period,) = {tuple(each["TimePeriod"].values()) for each in requests(NOVEMBER, date(2027, 1, 9)).values()}
    assert period == ("2026-10-01", "2026-12-01")


def test_all_pages_of_a_query_are_read(client):
    first = page(group("service$vision-prod", "AmazonCloudWatch", "1"), token="more")
    explorer = answered(client, first, FOUR[0], page(), page(), page())
    assert bill(read_cost_explorer(explorer, NOVEMBER, AS_OF).lines) == Decimal("11.50")
    assert explorer.asked == 5


def test_a_page_is_paid_for_once_a_day(client, tmp_path):
    first = read_cost_explorer(answered(client, *FOUR, cache=tmp_path), NOVEMBER, AS_OF)
    explorer = answered(boto3.client("ce", region_name="us-east-1"), cache=tmp_path)
    assert read_cost_explorer(explorer, NOVEMBER, AS_OF) == first
    assert (explorer.asked, explorer.kept) == (0, 4)


def test_tomorrow_is_another_answer_until_the_month_is_invoiced(client, tmp_path):
    later = date(2026, 12, 11)
    read_cost_explorer(answered(client, *FOUR, cache=tmp_path), NOVEMBER, AS_OF)
    explorer = answered(boto3.client("ce", region_name="us-east-1"), *FOUR, cache=tmp_path, as_of=later)
    read_cost_explorer(explorer, NOVEMBER, later)
    assert explorer.asked == 4
    explorer = answered(boto3.client("ce", region_name="us-east-1"), cache=tmp_path, as_of=date(2027, 2, 1))
    read_cost_explorer(explorer, NOVEMBER, date(2027, 2, 1))
    assert explorer.asked == 0


@pytest.mark.parametrize("broken", ["", "[]", "{", '{"asked_on": "never", "pages": []}'])
def test_a_cache_that_cannot_be_read_is_none(client, tmp_path, broken):
    read_cost_explorer(answered(client, *FOUR, cache=tmp_path), NOVEMBER, AS_OF)
    for path in tmp_path.iterdir():
        path.write_text(broken, encoding="utf-8")
    explorer = answered(boto3.client("ce", region_name="us-east-1"), *FOUR, cache=tmp_path)
    assert bill(read_cost_explorer(explorer, NOVEMBER, AS_OF).lines) == 116


@pytest.mark.parametrize(("amount", "unit"), [("NaN", "USD"), ("lots", "USD"), ("1", "EUR")])
def test_what_is_no_amount_of_dollars_is_refused(client, amount, unit):
    explorer = answered(client, page(group("service$x", "AmazonCloudWatch", amount, unit)))
    with pytest.raises(BadInput, match="Cost Explorer tells"):
        read_cost_explorer(explorer, NOVEMBER, AS_OF)


def test_a_refusal_of_aws_says_what_the_caller_needs(client):
    stub = Stubber(client)
    stub.add_client_error("get_cost_and_usage", "AccessDeniedException", "not authorized")
    stub.activate()
    with pytest.raises(Refused, match="AccessDeniedException: not authorized") as refused:
        read_cost_explorer(
            CostExplorerCache(client=client, account="1", as_of=AS_OF, cache=None), NOVEMBER, AS_OF
        )
    assert "ce:GetCostAndUsage" in refused.value.hint


def test_a_closed_month_without_cost_is_refused(client):
    with pytest.raises(BadInput, match="tells of no cost in 2026-11"):
        read_cost_explorer(answered(client, page(), page(), page(), page()), NOVEMBER, date(2027, 1, 9))


ESTIMATE = MonthEstimate(
    prices_as_of="2026-07-20",
    stacks={
        "vision-prod": StackEstimate(
            floor=Decimal(10),
            expected=Decimal("30150.00"),
            ceiling=Decimal(99999),
            areas={"GPU nodes": Decimal(30000), "Models and data": Decimal(150)},
        ),
        "foundation-prod": StackEstimate(
            floor=Decimal(900), expected=Decimal(900), ceiling=Decimal(900), areas={"Network": Decimal(900)}
        ),
    },
)


def test_rehearsed_actuals_come_near_the_estimate(owners):
    actuals = rehearsed_actuals(ESTIMATE, owners, NOVEMBER, date(2026, 12, 31))
    month = month_report(NOVEMBER, date(2026, 12, 31), actuals, owners, estimate=ESTIMATE)
    assert actuals.rehearsed
    assert abs(month.total / 31050 - 1) < Decimal("0.02")
    line = next(line for line in month.tables.teams.lines if line.label == "vision")
    assert line.estimate == Decimal("30150.00")
    assert {key.area for key in month.amounts} == {"GPU nodes", "Models and data", "Network"}


def test_rehearsed_actuals_are_the_same_every_time(owners):
    first, second = (rehearsed_actuals(ESTIMATE, owners, NOVEMBER, AS_OF) for _ in range(2))
    assert first == second


def test_an_account_is_asked_as_whoever_is_signed_in(tmp_path, monkeypatch):
    from paved.billing.cost_explorer_cache import account_cost_explorer, page_cache

    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    with MemoryAws():
        explorer = account_cost_explorer(AS_OF, page_cache())
        assert read_cost_explorer(explorer, NOVEMBER, AS_OF).lines == ()
    assert explorer.account == "123456789012"
    assert len(list((tmp_path / "paved" / "cost-explorer").iterdir())) == 4


def test_without_credentials_no_account_is_asked(tmp_path, monkeypatch):
    from paved.billing.cost_explorer_cache import account_cost_explorer

    for variable in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY", "AWS_PROFILE"):
        monkeypatch.delenv(variable, raising=False)
    monkeypatch.setenv("AWS_CONFIG_FILE", str(tmp_path / "none"))
    monkeypatch.setenv("AWS_SHARED_CREDENTIALS_FILE", str(tmp_path / "none"))
    monkeypatch.setenv("AWS_EC2_METADATA_DISABLED", "true")
    with pytest.raises(BadInput, match="no account can be asked"):
        account_cost_explorer(AS_OF, tmp_path)


def test_a_first_month_is_forecast_between_floor_and_ceiling(owners):
    nothing = Actuals(source="test", currency="USD", payer="1", rows=0, lines=())
    month = month_report(NOVEMBER, date(2026, 11, 1), nothing, owners, estimate=ESTIMATE)
    assert (month.forecast.amount, month.forecast.low, month.forecast.high) == (31050, 910, 100899)
    assert month.forecast.basis == "estimate"
    assert sum(line.forecast for line in month.tables.areas.lines) == 31050
    assert next(line.forecast for line in month.tables.teams.lines if line.label == "vision") == 30150
