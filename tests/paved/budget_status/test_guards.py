"""A guard that would not act says so, and why."""

from dataclasses import replace

import pytest

from paved.budget_status.cost_tags import CostTag
from paved.budget_status.guards import FAILED, PENDING, BudgetFacts, all_armed, budget_guards
from paved.budget_status.view import guards_view

DECLARED = {
    "budget_name": "paved-vision-prod-monthly",
    "limit_usd": "180000.00",
    "actual_percent": [80, 100],
    "forecast_percent": [100],
    "freeze": {"percent": 110, "spend": "actual", "approval": "manual"},
}
SPENT = {"Amount": "1", "Unit": "USD"}
ARMED = BudgetFacts(
    budget={
        "BudgetLimit": {"Amount": "180000.0", "Unit": "USD"},
        "CalculatedSpend": {"ActualSpend": SPENT, "ForecastedSpend": SPENT},
    },
    notifications=[
        {"NotificationType": "ACTUAL", "Threshold": 80.0},
        {"NotificationType": "ACTUAL", "Threshold": 100.0},
        {"NotificationType": "FORECASTED", "Threshold": 100.0},
    ],
    actions=[{"ActionType": "APPLY_IAM_POLICY", "Status": "STANDBY"}],
    cost_tag=CostTag(key="team", status="active", since="2026-10-01"),
    readers=[{"Endpoint": "ml@example.com", "SubscriptionArn": "arn:aws:sns:us-east-1:1:alerts:2"}],
)


def unarmed(facts, declared=DECLARED):
    """The guards that would not act, or of which nobody knows."""
    return {guard.name: guard.why for guard in budget_guards(declared, facts) if guard.verdict != "armed"}


def test_what_is_whole_is_armed():
    found = budget_guards(DECLARED, ARMED)
    assert unarmed(ARMED) == {}
    assert all_armed(found)
    assert [guard.name for guard in found] == [
        "budget",
        "cost tag",
        "spent alert",
        "forecast alert",
        "freeze",
        "alert readers",
    ]


@pytest.mark.parametrize(
    ("changes", "guard", "why"),
    [
        ({"budget": None}, "budget", "no budget `paved-vision-prod-monthly`: deploy the stack"),
        (
            {"budget": {**ARMED.budget, "BudgetLimit": {"Amount": "90000", "Unit": "USD"}}},
            "budget",
            "is 90,000.00 USD, the file says 180,000.00: deploy the stack",
        ),
        ({"cost_tag": None}, "cost tag", "only the payer account may ask: run `paved tags` there"),
        (
            {"cost_tag": CostTag(key="team", status="inactive")},
            "cost tag",
            "`team` is not active, so the budget reads 0: run `paved tags --activate` in the payer account",
        ),
        (
            {"cost_tag": CostTag(key="team", status="unseen")},
            "cost tag",
            "no bill has shown `team` yet, so the budget reads 0: AWS takes up to a day after the first `up`",
        ),
        ({"notifications": ARMED.notifications[1:]}, "spent alert", "none at 80%: deploy the stack"),
        (
            {"budget": {**ARMED.budget, "CalculatedSpend": {"ActualSpend": SPENT}}},
            "forecast alert",
            "AWS has no forecast yet: it needs weeks of spend first",
        ),
        ({"actions": []}, "freeze", "no action on the budget: deploy the stack"),
        ({"readers": []}, "alert readers", "nobody reads the topic of the alerts"),
        (
            {"readers": [{"Endpoint": "ml@example.com", "SubscriptionArn": PENDING}]},
            "alert readers",
            "not confirmed by ml@example.com: the mail from AWS has a link",
        ),
    ],
)
def test_each_guard_falls_alone_and_says_why(changes, guard, why):
    facts = replace(ARMED, **changes)
    assert unarmed(facts)[guard] == why
    assert not all_armed(budget_guards(DECLARED, facts))
    assert "not armed" in guards_view("vision-prod", budget_guards(DECLARED, facts))


@pytest.mark.parametrize("status", FAILED)
def test_a_freeze_that_failed_is_not_armed(status):
    facts = replace(ARMED, actions=[{"ActionType": "APPLY_IAM_POLICY", "Status": status}])
    assert unarmed(facts)["freeze"].startswith(f"AWS reports {status}")


def test_a_stack_without_a_freeze_or_a_topic_has_no_such_guard():
    declared = {key: value for key, value in DECLARED.items() if key != "freeze"}
    names = [guard.name for guard in budget_guards(declared, replace(ARMED, actions=[], readers=None))]
    assert "freeze" not in names and "alert readers" not in names


def test_planned_months_are_compared_month_by_month():
    declared = {**DECLARED, "planned_usd": {"2026-11": "1.00", "2026-12": "2.00"}}
    limits = {"1793491200": {"Amount": "1.0", "Unit": "USD"}, "1796083200": {"Amount": "2", "Unit": "USD"}}
    whole = replace(ARMED, budget={**ARMED.budget, "PlannedBudgetLimits": limits})
    assert unarmed(whole, declared) == {}
    assert unarmed(ARMED, declared)["budget"] == "its planned months are not the file's: deploy the stack"
