"""A guard that would not act says so, and why."""

from dataclasses import replace
from datetime import date

import pytest
from botocore.exceptions import ClientError

from paved.budget_status.account_facts import read_budget_facts
from paved.budget_status.cost_tags import CostTag
from paved.budget_status.guards import FREEZE_STATES, PENDING, all_armed, budget_guards
from paved.budget_status.view import guards_view

TODAY = date(2026, 11, 21)


@pytest.fixture
def facts(account, audited_stack):
    return read_budget_facts(audited_stack("vision-prod"), account)


def unarmed(facts, today=TODAY):
    """The guards that would not act, or of which nobody knows."""
    return {guard.name: guard.why for guard in budget_guards(facts, today) if guard.verdict != "armed"}


def test_what_is_whole_is_armed(facts):
    found = budget_guards(facts, TODAY)
    assert unarmed(facts) == {}
    assert all_armed(found)
    assert [guard.name for guard in found] == [
        "budget",
        "cost tag",
        "spent alert",
        "forecast alert",
        "freeze",
        "alert readers",
    ]


NO_FORECAST = {"ActualSpend": {"Amount": "1", "Unit": "USD"}}


@pytest.mark.parametrize(
    ("changes", "guard", "why"),
    [
        ({"budget": None}, "budget", "no budget `paved-vision-prod-monthly`: deploy the stack"),
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
        (
            {"budget": {"CalculatedSpend": NO_FORECAST}},
            "forecast alert",
            "AWS has no forecast yet: it needs weeks of spend first",
        ),
        (
            {"budget": {"CalculatedSpend": {"ActualSpend": {"Amount": "0.0", "Unit": "USD"}}}},
            "budget",
            "counts 0.00 USD this month, though the stack runs: see the cost tag, and whether bills show `team`",
        ),
        (
            {"budget": {}},
            "budget",
            "counts no spend this month, though the stack runs: see the cost tag, and whether bills show `team`",
        ),
        ({"readers": []}, "alert readers", "nobody reads the topic of the alerts"),
        (
            {"readers": [{"Endpoint": "ml@example.com", "SubscriptionArn": PENDING}]},
            "alert readers",
            "not confirmed by ml@example.com: the mail from AWS has a link",
        ),
    ],
)
def test_each_guard_falls_alone_and_says_why(changes, guard, why, facts):
    changed = replace(facts, **changes)
    assert unarmed(changed)[guard] == why
    assert "not armed" in guards_view("vision-prod", budget_guards(changed, TODAY))


@pytest.mark.parametrize(
    ("status", "policies", "why"),
    [
        (None, {}, "no action on the budget: deploy the stack"),
        ("STANDBY", {"nodes": None}, "there is no role `nodes` to freeze"),
        ("STANDBY", {"nodes": 10}, "`nodes` has 10 policies, and AWS attaches 10 at most by default"),
        (
            "REVERSE_SUCCESS",
            {"nodes": 1},
            "its action is REVERSE_SUCCESS, and does nothing until the next month: see it in AWS Budgets",
        ),
    ],
)
def test_a_freeze_that_does_nothing_says_why(status, policies, why, facts):
    changed = replace(facts, freeze=replace(facts.freeze, status=status, policies=policies))
    assert unarmed(changed)["freeze"] == why


@pytest.mark.parametrize("status", sorted(FREEZE_STATES))
def test_a_freeze_that_acts_or_will_is_armed(status, facts):
    assert unarmed(replace(facts, freeze=replace(facts.freeze, status=status))) == {}


def test_a_frozen_role_may_have_every_policy_it_can_have(facts):
    frozen = replace(facts.freeze, status="EXECUTION_SUCCESS", policies={"nodes": 10})
    assert unarmed(replace(facts, freeze=frozen)) == {}


@pytest.mark.parametrize(("day", "known"), [(1, False), (2, False), (3, True)])
def test_nobody_knows_on_the_first_days_of_a_month_that_count_nothing(day, known, facts):
    guards = {guard.name: guard for guard in budget_guards(replace(facts, budget={}), date(2026, 11, day))}
    assert guards["budget"].verdict == ("unarmed" if known else "unknown")


def test_a_stack_without_a_freeze_or_a_topic_has_no_such_guard(facts):
    names = [guard.name for guard in budget_guards(replace(facts, freeze=None, readers=None), TODAY)]
    assert "freeze" not in names and "alert readers" not in names


CALLS = {
    "budgets.DescribeBudget": ("budget", "budgets:ViewBudget"),
    "budgets.DescribeBudgetActionsForBudget": ("freeze", "budgets:DescribeBudgetActionsForBudget"),
    "iam.GetPolicyVersion": ("freeze", "iam:GetPolicyVersion"),
    "iam.ListAttachedRolePolicies": ("freeze", "iam:ListAttachedRolePolicies"),
    "kms.GetKeyPolicy": ("alert readers", "kms:GetKeyPolicy"),
    "sns.GetTopicAttributes": ("alert readers", "sns:GetTopicAttributes"),
    "sns.ListSubscriptionsByTopic": ("alert readers", "sns:ListSubscriptionsByTopic"),
}


@pytest.mark.parametrize("call", sorted(CALLS))
def test_what_nobody_may_read_is_unknown_and_never_armed(call, account, guards):
    def deny(_):
        raise ClientError({"Error": {"Code": "AccessDenied", "Message": "of somebody"}}, call)

    account.change(call, deny)
    guard, action = CALLS[call]
    found = {each.name: each for each in guards()}[guard]
    assert found.verdict == "unknown"
    assert found.why.startswith(f"AWS answered AccessDenied to {call}") and action in found.why


def test_a_foundation_has_a_budget_of_everything_and_a_monitor(guards):
    found = guards(stack="foundation-prod")
    assert [guard.name for guard in found] == ["budget", "spent alert", "forecast alert", "anomalies"]
    assert all_armed(found)
    assert found[-1].why == "reported once a day, 3 values of the cost tag watched"


def of_monitor(**members):
    return "ce.GetAnomalyMonitors", lambda answer: answer["AnomalyMonitors"][0].update(members)


def of_subscription(**members):
    return "ce.GetAnomalySubscriptions", lambda answer: answer["AnomalySubscriptions"][0].update(members)


OTHER = "arn:aws:ce::111122223333:anomalymonitor/1b7b1a3c-0000-4000-8000-000000000000"
LIMIT = {"Dimensions": {"Key": "ANOMALY_TOTAL_IMPACT_ABSOLUTE", "Values": ["1000000"]}}
SABOTAGES = {
    "of services": of_monitor(MonitorDimension="SERVICE"),
    "of another tag": of_monitor(MonitorSpecification={"Tags": {"Key": "owner"}}),
    "of some accounts": of_monitor(MonitorType="CUSTOM"),
    "gone": of_monitor(MonitorName="another"),
    "nothing to watch": of_monitor(DimensionalValueCount=0),
    "once a week": of_subscription(Frequency="WEEKLY"),
    "nobody hears": of_subscription(Subscribers=[]),
    "somebody else hears": of_subscription(Subscribers=[{"Address": "m@example.com", "Type": "EMAIL"}]),
    "of another monitor": of_subscription(MonitorArnList=[OTHER]),
    "from a million on": of_subscription(ThresholdExpression=LIMIT),
    "but not": of_subscription(ThresholdExpression={"Not": LIMIT}),
    "subscription gone": of_subscription(SubscriptionName="another"),
    "declined": (
        "ce.GetAnomalySubscriptions",
        lambda answer: answer["AnomalySubscriptions"][0]["Subscribers"][0].update(Status="DECLINED"),
    ),
}


@pytest.mark.parametrize("sabotage", SABOTAGES)
def test_a_monitor_that_was_tampered_with_is_not_armed(sabotage, account, guards):
    account.change(*SABOTAGES[sabotage])
    found = {each.name: each for each in guards(stack="foundation-prod") if each.verdict != "armed"}
    assert set(found) == {"anomalies"}
    assert found["anomalies"].verdict == "unarmed"
    assert found["anomalies"].differences or sabotage in ("nothing to watch", "declined")


def test_a_monitor_that_nobody_may_read_is_unknown(account, guards):
    def deny(_):
        raise ClientError({"Error": {"Code": "AccessDenied", "Message": ""}}, "GetAnomalyMonitors")

    account.change("ce.GetAnomalyMonitors", deny)
    [found] = [each for each in guards(stack="foundation-prod") if each.verdict != "armed"]
    assert found.why == "AWS answered AccessDenied to ce.GetAnomalyMonitors"
