import json
from decimal import Decimal

import pytest

from components.account import Account
from components.budgets.guardrails import Guardrails, GuardrailsArgs, monitor_state, thresholds

SUBSCRIPTION = "aws:costexplorer/anomalySubscription:AnomalySubscription"
ARGS = GuardrailsArgs(
    account=Account(id="777788889999", region="eu-central-1", partition="aws"),
    stack="foundation-risk",
    impact_usd=Decimal("200"),
    impact_percent=30,
    notify=("finops@example.com", "ml-platform@example.com"),
    tags={"team": "platform", "cost-center": "CC-1001"},
)


@pytest.fixture
def planned(plan_program):
    return plan_program(lambda: Guardrails("guardrails", ARGS))


def test_plan_matches_golden(planned, golden):
    golden("components/guardrails.json", planned.as_json()["resources"])


def test_one_monitor_watches_every_team_by_its_cost_tag(planned):
    monitor = planned.one("aws:cloudcontrol/resource:Resource")
    assert monitor.inputs["typeName"] == "AWS::CE::AnomalyMonitor"
    state = json.loads(monitor.inputs["desiredState"])
    assert (state["MonitorType"], state["MonitorDimension"]) == ("DIMENSIONAL", "TAG")
    assert json.loads(state["MonitorSpecification"]) == {"Tags": {"Key": "team"}}


def test_the_monitor_bears_the_tags_that_default_tags_cannot_give_it():
    tags = json.loads(monitor_state("m", ARGS.tags))["ResourceTags"]
    assert tags == [{"Key": "cost-center", "Value": "CC-1001"}, {"Key": "team", "Value": "platform"}]


def test_the_monitor_is_made_where_cost_explorer_is(planned):
    assert planned.one("aws:cloudcontrol/resource:Resource").inputs["region"] == "us-east-1"


def test_either_threshold_is_enough(planned):
    """A percentage alone never fires for spend that is new: its expected spend is 0."""
    expression = planned.one(SUBSCRIPTION).inputs["thresholdExpression"]
    assert list(expression) == ["ors"]
    assert [each["dimension"] for each in expression["ors"]] == [
        {
            "key": "ANOMALY_TOTAL_IMPACT_ABSOLUTE",
            "values": ["200"],
            "matchOptions": ["GREATER_THAN_OR_EQUAL"],
        },
        {
            "key": "ANOMALY_TOTAL_IMPACT_PERCENTAGE",
            "values": ["30"],
            "matchOptions": ["GREATER_THAN_OR_EQUAL"],
        },
    ]


@pytest.mark.parametrize(("usd", "sent"), [("1E+3", "1000"), ("0.50", "0.50"), ("550", "550")])
def test_dollars_are_sent_without_an_exponent(usd, sent):
    assert thresholds(Decimal(usd), 30)["ANOMALY_TOTAL_IMPACT_ABSOLUTE"] == sent


def test_everyone_named_is_notified_by_mail(planned):
    inputs = planned.one(SUBSCRIPTION).inputs
    assert inputs["frequency"] == "DAILY"
    assert inputs["subscribers"] == [
        {"type": "EMAIL", "address": "finops@example.com"},
        {"type": "EMAIL", "address": "ml-platform@example.com"},
    ]


def test_the_subscription_follows_the_monitor(planned):
    monitor = planned.one("aws:cloudcontrol/resource:Resource")
    assert planned.one(SUBSCRIPTION).property_dependencies["monitorArnLists"] == (monitor.urn,)
