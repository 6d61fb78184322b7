"""With answers that AWS would give where the simulator has none, every resource is compared, and drift is seen."""

import importlib.util
from pathlib import Path

import pytest

from paved.audit.audit import AuditedStack, SimulatorLimits, audit
from paved.aws.reading.account import AccountReader
from paved.aws.services import simulator_gaps

SPEC = importlib.util.spec_from_file_location("as_aws", Path(__file__).with_name("as_aws.py"))
as_aws = importlib.util.module_from_spec(SPEC)
SPEC.loader.exec_module(as_aws)

DESCRIPTIONS = SimulatorLimits(
    validated=frozenset(), gaps=tuple(gap for gap in simulator_gaps() if gap.property == "description")
)


@pytest.fixture
def clients(all_stacks, planner):
    plans = [planner.plan(name) for name in ("foundation-prod", "vision-prod")]
    return as_aws.AsAws(all_stacks.session("vision-prod"), *plans)


@pytest.fixture
def made(clients, planner):
    return lambda name: audit(AuditedStack.of(planner, name), AccountReader(clients), DESCRIPTIONS)


@pytest.mark.parametrize("name", ["foundation-prod", "vision-prod"])
def test_an_account_as_aws_tells_it_is_as_planned(name, made):
    found = made(name)
    assert found.differences == ()
    assert found.unread == ()
    assert not [lacking for lacking in found.not_simulated if not lacking.startswith("description")]
    assert found.compared == found.planned - sum(number for number, _ in found.not_covered.values())


def patched(clients, call, change):
    before = clients.answers[call]

    def answer(real, asked):
        told = before(real, asked)
        change(told, asked)
        return told

    clients.answers[call] = answer


def facts(found):
    return {(each.kind, each.address, each.property, each.found) for each in found.differences}


ADMIN = "arn:aws:iam::111122223333:role/mallory"


def test_somebody_more_who_may_talk_to_the_cluster(clients, made):
    patched(clients, "eks.ListAccessEntries", lambda told, _: told["accessEntries"].append(ADMIN))
    assert facts(made("foundation-prod")) == {("extra", "eks Cluster foundation-prod", "access entry", ADMIN)}


def test_an_add_on_that_is_gone_and_one_that_nobody_planned(clients, made):
    patched(clients, "eks.ListAddons", lambda told, _: told["addons"].append("adot"))
    before = clients.answers["eks.DescribeAddon"]

    def gone(real, asked):
        if asked["addonName"] == "metrics-server":
            clients.planned("none")
        return before(real, asked)

    clients.answers["eks.DescribeAddon"] = gone
    assert facts(made("foundation-prod")) == {
        ("extra", "eks Cluster foundation-prod", "add-on", "adot"),
        ("extra", "eks Cluster foundation-prod", "add-on", "metrics-server"),
        ("missing", "eks Addon foundation-prod-workload-metrics-server", None, None),
    }


def test_an_open_endpoint_of_the_cluster_and_logs_that_are_off(clients, made):
    def change(told, _):
        told["cluster"]["resourcesVpcConfig"] |= {"endpointPublicAccess": True}
        told["cluster"]["logging"] = {"clusterLogging": [{"types": ["api"], "enabled": True}]}
        told["cluster"]["accessConfig"] = {"authenticationMode": "API_AND_CONFIG_MAP"}

    patched(clients, "eks.DescribeCluster", change)
    assert {fact[1:] for fact in facts(made("foundation-prod"))} == {
        ("eks Cluster foundation-prod", "vpcConfig.endpointPublicAccess", "true"),
        ("eks Cluster foundation-prod", "enabledClusterLogTypes", '["api"]'),
        ("eks Cluster foundation-prod", "accessConfig.authenticationMode", "API_AND_CONFIG_MAP"),
    }


def test_a_pod_that_is_somebody_else(clients, made):
    def change(told, asked):
        if "trainer" in asked["associationId"]:
            told["association"]["roleArn"] = ADMIN

    patched(clients, "eks.DescribePodIdentityAssociation", change)
    assert facts(made("vision-prod")) == {
        ("changed", "eks PodIdentityAssociation vision-prod-trainer", "roleArn", ADMIN)
    }


def test_a_freeze_that_asks_nobody_and_alerts_that_nobody_reads(clients, made):
    patched(
        clients,
        "budgets.DescribeBudgetActionsForBudget",
        lambda told, _: told["Actions"][0].update(ApprovalModel="AUTOMATIC"),
    )
    patched(clients, "budgets.DescribeSubscribersForNotification", lambda told, _: told["Subscribers"].pop())
    found = made("vision-prod")
    assert {each.concern for each in found.differences} == {"budget"}
    assert ("changed", "budgets BudgetAction vision-prod", "approvalModel", "AUTOMATIC") in facts(found)
    readers = [each for each in found.differences if "subscriberEmailAddresses" in each.property]
    assert len(readers) == 5
