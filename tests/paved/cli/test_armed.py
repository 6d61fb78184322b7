"""`paved armed` and `paved tags` ask an account and say what they found."""

import boto3
import pytest
from botocore.stub import ANY, Stubber

from paved.cli import run
from paved.live_account import LiveAccount

TAGS = {
    "CostAllocationTags": [
        {
            "TagKey": "team",
            "Type": "UserDefined",
            "Status": "Active",
            "LastUpdatedDate": "2026-10-01T00:00:00Z",
        },
        {"TagKey": "service", "Type": "UserDefined", "Status": "Inactive"},
    ]
}


@pytest.fixture
def stubs(monkeypatch):
    """A stubbed client for each service that is asked."""
    clients, found = {}, {}
    for service in ("budgets", "ce", "sns"):
        clients[service] = boto3.client(
            service, region_name="us-east-1", aws_access_key_id="test", aws_secret_access_key="test"
        )
        found[service] = Stubber(clients[service])
        found[service].activate()
    monkeypatch.setattr(LiveAccount, "client", lambda self, service, region: clients[service])
    return found


def budget_of_vision(stubs):
    of_budget = {"AccountId": "111122223333", "BudgetName": "paved-vision-prod-monthly"}
    budget = {
        "BudgetName": "paved-vision-prod-monthly",
        "TimeUnit": "MONTHLY",
        "BudgetType": "COST",
        "BudgetLimit": {"Amount": "180000.0", "Unit": "USD"},
        "CalculatedSpend": {"ActualSpend": {"Amount": "1", "Unit": "USD"}},
    }
    stubs["budgets"].add_response("describe_budget", {"Budget": budget}, of_budget)
    notification = {"ComparisonOperator": "GREATER_THAN", "ThresholdType": "PERCENTAGE"}
    percents = [("ACTUAL", 50), ("ACTUAL", 80), ("ACTUAL", 100), ("FORECASTED", 90), ("FORECASTED", 100)]
    stubs["budgets"].add_response(
        "describe_notifications_for_budget",
        {
            "Notifications": [
                {**notification, "NotificationType": kind, "Threshold": float(percent)}
                for kind, percent in percents
            ]
        },
        of_budget,
    )
    stubs["budgets"].add_response("describe_budget_actions_for_budget", {"Actions": []}, of_budget)


def test_each_guard_of_a_team_is_told_and_what_to_do(stubs, paved, golden):
    budget_of_vision(stubs)
    stubs["ce"].add_client_error("list_cost_allocation_tags", "AccessDeniedException")
    stubs["sns"].add_response(
        "list_subscriptions_by_topic",
        {"Subscriptions": [{"Endpoint": "ml-vision@example.com", "SubscriptionArn": "PendingConfirmation"}]},
        {"TopicArn": "arn:aws:sns:us-east-1:111122223333:paved-vision-prod-alerts"},
    )
    golden("cli/armed-vision-prod.txt", paved("armed", "vision-prod"))


def test_a_stack_that_is_not_a_teams_is_refused(stubs, paved, golden):
    golden("cli/armed-platform-prod.txt", paved("armed", "platform-prod"))


def test_the_tags_of_a_bill_are_listed_and_what_to_do(stubs, paved, golden):
    stubs["ce"].add_response("list_cost_allocation_tags", TAGS, {"TagKeys": ANY, "Type": "UserDefined"})
    golden("cli/tags.txt", paved("tags"))


def test_tags_are_activated_and_a_refusal_of_aws_is_told(stubs, paved, golden):
    stubs["ce"].add_response("list_cost_allocation_tags", TAGS, {"TagKeys": ANY, "Type": "UserDefined"})
    stubs["ce"].add_response(
        "update_cost_allocation_tags_status",
        {"Errors": [{"TagKey": "service", "Code": "TagLimitExceeded", "Message": "500 are active"}]},
        {"CostAllocationTagsStatus": [{"TagKey": "service", "Status": "Active"}]},
    )
    golden("cli/tags-activate.txt", paved("tags", "--activate"))


def test_a_refusal_of_aws_names_the_call_and_no_more(stubs, capsys):
    stubs["ce"].add_client_error(
        "list_cost_allocation_tags", "ThrottlingException", "account 111122223333 secret"
    )
    assert run(["tags"]) == 1
    out, err = capsys.readouterr()
    assert out == ""
    assert "AWS answered ThrottlingException to ListCostAllocationTags" in err
    assert "secret" not in err


def test_a_profile_that_does_not_exist_is_told(capsys):
    assert run(["tags", "--profile", "nobody"]) == 2
    assert "The config profile (nobody) could not be found" in capsys.readouterr().err
