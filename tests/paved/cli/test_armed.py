"""`paved armed` and `paved tags` ask an account and say what they found."""

import boto3
import pytest
from botocore.stub import ANY, Stubber

from paved.cli import run
from paved.live_account import LiveAccount
from paved.rehearsal.rehearsal import rehearse
from tests.paved.budget_status.budget_account import BudgetAccount

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
    for service in ("ce",):
        clients[service] = boto3.client(
            service, region_name="us-east-1", aws_access_key_id="test", aws_secret_access_key="test"
        )
        found[service] = Stubber(clients[service])
        found[service].activate()
    monkeypatch.setattr(LiveAccount, "client", lambda self, service, region: clients[service])
    return found


CALLER = {"UserId": "u", "Account": "111122223333", "Arn": "arn:aws:iam::111122223333:user/u"}


@pytest.fixture
def account(monkeypatch, planner):
    """The account of vision-prod as AWS would tell it, which the command asks."""
    planner.plan("vision-prod")  # a plan is not made while a rehearsal is open
    with rehearse(planner.folder, ["vision-prod"]) as made:
        plans = [planner.plan(name) for name in ("foundation-prod", "vision-prod")]
        found = BudgetAccount(made.session("vision-prod"), *plans)
        monkeypatch.setattr(LiveAccount, "client", lambda self, service, region: found(service, region))
        found.change("sts.GetCallerIdentity", lambda _: CALLER)
        yield found


def test_a_budget_as_planned_is_armed_and_a_tampered_one_is_not(account, paved, golden):
    golden("cli/armed-vision-prod.txt", paved("armed", "vision-prod", "--as-of", "2026-11-21"))

    def tamper(answer):
        answer["Budget"] |= {"TimeUnit": "ANNUALLY", "CostFilters": {"TagKeyValue": ["user:team$ranking"]}}

    account.change("budgets.DescribeBudget", tamper)
    account.change(
        "budgets.DescribeNotificationsForBudget",
        lambda answer: answer["Notifications"][0].update(ThresholdType="ABSOLUTE_VALUE"),
    )
    golden("cli/armed-tampered.txt", paved("armed", "vision-prod", "--as-of", "2026-11-21"))
    golden("cli/armed-tampered.json.txt", paved("armed", "vision-prod", "--as-of", "2026-11-21", "--json"))


def test_a_stack_without_a_budget_is_refused(paved, golden):
    golden("cli/armed-platform-prod.txt", paved("armed", "platform-prod"))


def test_another_account_is_told_before_anything_is_read(account, capsys):
    account.change("sts.GetCallerIdentity", lambda _: {**CALLER, "Account": "999900001111"})
    assert run(["armed", "vision-prod"]) == 2
    assert (
        "belongs in the account 111122223333, these credentials open 999900001111" in capsys.readouterr().err
    )


def test_a_stack_that_does_not_exist_is_told(capsys):
    assert run(["armed", "nobody-prod"]) == 2
    assert "nobody-prod" in capsys.readouterr().err


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
