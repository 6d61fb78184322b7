from dataclasses import replace
from datetime import date
from decimal import Decimal
from itertools import pairwise
from types import SimpleNamespace

import pytest
from botocore.session import get_session
from hypothesis import given
from hypothesis import strategies as st

from components.account import Account
from components.budgets.budget import (
    MAX_NOTIFICATIONS,
    MAX_SUBSCRIBERS,
    Budget,
    BudgetArgs,
    Planned,
    dollars,
    notifications,
    planned_months,
)

ACCOUNT = Account(id="111122223333", region="us-east-1", partition="aws")
ARGS = BudgetArgs(
    account=ACCOUNT,
    stack="vision-prod",
    team="vision",
    monthly_usd=Decimal(180000),
    actual_percent=(80, 50, 100),
    forecast_percent=(100,),
    notify=("ml-vision@example.com", "finops@example.com"),
)
MODEL = get_session().get_service_model("budgets")


@pytest.fixture
def planned(plan_program):
    return plan_program(lambda: Budget("vision-prod", ARGS))


@pytest.fixture
def inputs(planned):
    return planned.one("aws:budgets/budget:Budget").inputs


def test_plan_matches_golden(planned, golden):
    golden("components/budget.json", planned.as_json()["resources"])


def test_a_budget_is_monthly_cost_in_dollars_and_cents(inputs):
    assert (inputs["budgetType"], inputs["timeUnit"]) == ("COST", "MONTHLY")
    assert (inputs["limitAmount"], inputs["limitUnit"]) == ("180000.00", "USD")


def test_a_budget_counts_the_teams_tag_and_no_other(inputs):
    assert inputs["costFilters"] == [{"name": "TagKeyValue", "values": ["user:team$vision"]}]


def test_a_budget_without_a_team_counts_everything_in_the_account(plan_program):
    whole = replace(ARGS, team=None)
    inputs = plan_program(lambda: Budget("foundation-prod", whole)).one("aws:budgets/budget:Budget").inputs
    assert not inputs.get("costFilters")


def test_planned_months_stand_in_for_the_one_limit(plan_program):
    seasons = tuple(Decimal(1000 + month) for month in range(12))
    args = replace(ARGS, planned=Planned(first_month="2026-11", monthly_usd=seasons))
    inputs = plan_program(lambda: Budget("vision-prod", args)).one("aws:budgets/budget:Budget").inputs
    assert "limitAmount" not in inputs and "limitUnit" not in inputs
    limits = inputs["plannedLimits"]
    assert [limit["startTime"] for limit in limits[:3]] == [
        "2026-11-01_00:00",
        "2026-12-01_00:00",
        "2027-01-01_00:00",
    ]
    assert (limits[-1]["startTime"], limits[-1]["amount"]) == ("2027-10-01_00:00", "1011.00")


@given(st.integers(2000, 2099), st.integers(1, 12))
def test_planned_months_are_twelve_in_a_row_whatever_the_first(year, month):
    months = list(planned_months(Planned(first_month=f"{year}-{month:02}", monthly_usd=(Decimal(1),) * 12)))
    days = [date.fromisoformat(f"{each}-01") for each in months]
    assert days[0] == date(year, month, 1)
    assert all(28 <= (later - earlier).days <= 31 for earlier, later in pairwise(days))
    assert len(set(months)) == 12


@pytest.mark.parametrize("amounts", [0, 11, 13])
def test_a_planned_year_has_twelve_months(amounts):
    with pytest.raises(ValueError, match=f"12 months, got {amounts}"):
        planned_months(Planned(first_month="2026-11", monthly_usd=(Decimal(1),) * amounts))


def test_use_counts_at_its_amortised_cost_and_nothing_hides_it(inputs):
    types = inputs["costTypes"]
    assert types["useAmortized"] and not types["useBlended"]
    counted = {name for name, value in types.items() if value and name != "useAmortized"}
    assert counted == {
        f"include{part}" for part in ("Discount", "OtherSubscription", "Recurring", "Subscription", "Upfront")
    }


def test_every_cost_type_that_aws_knows_is_given(inputs):
    members = get_session().get_service_model("budgets").shape_for("CostTypes").members
    assert set(inputs["costTypes"]) == {name[0].lower() + name[1:] for name in members}


def test_everyone_is_notified_of_each_percentage(inputs):
    found = [(n["notificationType"], n["threshold"]) for n in inputs["notifications"]]
    assert found == [("ACTUAL", 50), ("ACTUAL", 80), ("ACTUAL", 100), ("FORECASTED", 100)]
    assert all(n["comparisonOperator"] == "GREATER_THAN" for n in inputs["notifications"])
    assert all(n["thresholdType"] == "PERCENTAGE" for n in inputs["notifications"])
    assert all(
        n["subscriberEmailAddresses"] == ["finops@example.com", "ml-vision@example.com"]
        for n in inputs["notifications"]
    )


def test_a_topic_is_notified_of_each_percentage_besides_everyone():
    topic = SimpleNamespace(topic_arn="arn:aws:sns:us-east-1:111122223333:alerts")
    ten = tuple(f"{n}@example.com" for n in range(10))
    found = notifications(
        replace(ARGS, actual_percent=(50,), forecast_percent=(100,), notify=ten, topic=topic)
    )
    assert [each.subscriber_sns_topic_arns for each in found] == [[topic.topic_arn]] * 2
    assert all(len(each.subscriber_email_addresses) == MAX_SUBSCRIBERS for each in found)


def test_what_finance_reads_is_known_before_anything_exists(plan_program):
    seen = []
    plan_program(lambda: seen.append(Budget("vision-prod", ARGS).budget_arn))
    assert seen == ["arn:aws:budgets::111122223333:budget/paved-vision-prod-monthly"]


def test_the_limits_are_those_of_the_published_api():
    assert MODEL.shape_for("NotificationWithSubscribersList").metadata["max"] == MAX_NOTIFICATIONS
    # The eleventh subscriber of a notification can only be an SNS topic.
    assert MODEL.shape_for("Subscribers").metadata["max"] == MAX_SUBSCRIBERS + 1


def test_the_words_are_those_of_the_published_api(inputs):
    for shape, field in [
        ("NotificationType", "notificationType"),
        ("ComparisonOperator", "comparisonOperator"),
        ("ThresholdType", "thresholdType"),
    ]:
        assert {n[field] for n in inputs["notifications"]} <= set(MODEL.shape_for(shape).enum)
    assert inputs["budgetType"] in MODEL.shape_for("BudgetType").enum
    assert inputs["timeUnit"] in MODEL.shape_for("TimeUnit").enum


def test_the_name_has_no_character_that_aws_refuses_and_fits(plan_program):
    long = BudgetArgs(**{**vars(ARGS), "stack": "a" * 120})
    name = plan_program(lambda: Budget("x", long)).one("aws:budgets/budget:Budget").inputs["name"]
    assert len(name) <= MODEL.shape_for("BudgetName").metadata["max"]
    assert not set(name) & {":", "\\", "/", "@"}


def test_an_eleventh_notification_is_refused():
    tens = tuple(range(10, 110, 10))
    assert len(notifications(replace(ARGS, actual_percent=tens[:5], forecast_percent=tens[5:]))) == 10
    with pytest.raises(ValueError, match="at most 10 notifications, got 11"):
        notifications(replace(ARGS, actual_percent=tens, forecast_percent=(100,)))


@pytest.mark.parametrize("addresses", [0, 11])
def test_a_notification_has_one_to_ten_readers(addresses):
    notify = tuple(f"{number}@example.com" for number in range(addresses))
    with pytest.raises(ValueError, match=f"got {addresses}"):
        notifications(replace(ARGS, notify=notify))


@given(st.decimals(min_value="0.01", max_value="100000000", places=2))
def test_money_is_written_with_two_decimals_and_reads_back_the_same(amount):
    text = dollars(amount)
    assert Decimal(text) == amount
    assert text.partition(".")[2].isdigit() and len(text.partition(".")[2]) == 2
    assert "E" not in text


@pytest.mark.parametrize(
    ("amount", "text"), [("5E+4", "50000.00"), ("0.5", "0.50"), ("180000", "180000.00"), ("99.990", "99.99")]
)
def test_money_is_plain_however_it_was_written(amount, text):
    assert dollars(Decimal(amount)) == text


def test_a_fraction_of_a_cent_is_refused_not_rounded():
    with pytest.raises(ValueError, match=r"at most two decimals, got 10\.005"):
        dollars(Decimal("10.005"))
