"""With answers that AWS would give where the simulator has none, every resource is compared, and drift is seen."""

from functools import partial

import pytest

from paved.audit.audit import audit
from paved.audit.audited_stack import AuditedStack, SimulatorLimits
from paved.aws.reading.account import AccountReader
from paved.aws.services import simulator_gaps
from reference.vocabulary import ECR_CREATION_TEMPLATE
from tests.paved.audit.as_aws import AsAws

DESCRIPTIONS = SimulatorLimits(
    validated=frozenset(), gaps=tuple(gap for gap in simulator_gaps() if gap.property == "description")
)


@pytest.fixture
def clients(vision, planner):
    plans = [planner.plan(name) for name in ("foundation-prod", "vision-prod")]
    return AsAws(vision.session("vision-prod"), *plans)


NOT_ANSWERED = (ECR_CREATION_TEMPLATE,)


@pytest.fixture
def audited(clients, planner):
    return lambda name: audit(AuditedStack.of(planner, name), AccountReader(clients), DESCRIPTIONS)


@pytest.mark.parametrize("name", ["foundation-prod", "vision-prod"])
def test_an_account_as_aws_tells_it_is_as_planned(name, audited, planner):
    found = audited(name)
    assert found.differences == ()
    assert found.unread == ()
    assert not [
        lacking
        for lacking in found.not_simulated
        if not lacking.startswith(("description", "images", "ecr."))
    ]
    # Templates of repositories, which moto lacks and nothing here answers for.
    unanswered = [each for each in planner.plan(name).resources if each.type in NOT_ANSWERED]
    left_out = sum(number for number, _ in found.not_covered.values()) + len(unanswered)
    assert found.compared == found.planned - left_out


def patched(clients, call, change):
    before = clients.answers[call]

    def changed(real, request):
        answer = before(real, request)
        change(answer, request)
        return answer

    clients.answers[call] = changed


def facts(found):
    return {(each.kind, each.address, each.property, each.found) for each in found.differences}


ADMIN = "arn:aws:iam::111122223333:role/mallory"


def test_somebody_more_who_may_talk_to_the_cluster(clients, audited):
    patched(clients, "eks.ListAccessEntries", lambda answer, _: answer["accessEntries"].append(ADMIN))
    assert facts(audited("foundation-prod")) == {
        ("extra", "eks Cluster foundation-prod", "access entry", ADMIN)
    }


def tagged(clients, service, real, request):
    """Entries of the plan as they are, and one more with the tag of a stack."""
    if request["principalArn"] == ADMIN:
        return {"accessEntry": {"principalArn": ADMIN, "tags": {"service": service}}}
    return clients.describe_access_entry(real, request)


@pytest.mark.parametrize(("service", "extra"), [("vision-prod", 0), ("foundation-prod", 1), ("nobodys", 1)])
def test_the_entry_of_a_teams_role_is_of_the_plan_of_its_stack(clients, audited, service, extra):
    patched(clients, "eks.ListAccessEntries", lambda answer, _: answer["accessEntries"].append(ADMIN))
    clients.answers["eks.DescribeAccessEntry"] = partial(tagged, clients, service)
    assert len(facts(audited("foundation-prod"))) == extra


def test_an_add_on_that_is_gone_and_one_that_nobody_planned(clients, audited):
    patched(clients, "eks.ListAddons", lambda answer, _: answer["addons"].append("adot"))
    before = clients.answers["eks.DescribeAddon"]

    def gone(real, request):
        if request["addonName"] == "metrics-server":
            clients.planned("none")
        return before(real, request)

    clients.answers["eks.DescribeAddon"] = gone
    assert facts(audited("foundation-prod")) == {
        ("extra", "eks Cluster foundation-prod", "add-on", "adot"),
        ("extra", "eks Cluster foundation-prod", "add-on", "metrics-server"),
        ("missing", "eks Addon foundation-prod-workload-metrics-server", None, None),
    }


def test_a_second_way_in_for_people_that_nobody_planned(clients, audited):
    more = {"type": "oidc", "name": "somebodys"}
    patched(
        clients,
        "eks.ListIdentityProviderConfigs",
        lambda answer, _: answer["identityProviderConfigs"].append(more),
    )
    assert facts(audited("foundation-prod")) == {
        ("extra", "eks Cluster foundation-prod", "identity provider", "somebodys")
    }


def test_an_open_endpoint_of_the_cluster_and_logs_that_are_off(clients, audited):
    def change(answer, _):
        answer["cluster"]["resourcesVpcConfig"] |= {"endpointPublicAccess": True}
        answer["cluster"]["logging"] = {"clusterLogging": [{"types": ["api"], "enabled": True}]}
        answer["cluster"]["accessConfig"] = {"authenticationMode": "API_AND_CONFIG_MAP"}

    patched(clients, "eks.DescribeCluster", change)
    assert {fact[1:] for fact in facts(audited("foundation-prod"))} == {
        ("eks Cluster foundation-prod", "vpcConfig.endpointPublicAccess", "true"),
        ("eks Cluster foundation-prod", "enabledClusterLogTypes", '["api"]'),
        ("eks Cluster foundation-prod", "accessConfig.authenticationMode", "API_AND_CONFIG_MAP"),
    }


def test_a_pod_that_is_somebody_else(clients, audited):
    def change(answer, request):
        if "trainer" in request["associationId"]:
            answer["association"]["roleArn"] = ADMIN

    patched(clients, "eks.DescribePodIdentityAssociation", change)
    assert facts(audited("vision-prod")) == {
        ("changed", "eks PodIdentityAssociation vision-prod-trainer", "roleArn", ADMIN)
    }


def test_a_freeze_that_asks_nobody_and_alerts_that_nobody_reads(clients, audited):
    patched(
        clients,
        "budgets.DescribeBudgetActionsForBudget",
        lambda answer, _: answer["Actions"][0].update(ApprovalModel="AUTOMATIC"),
    )
    patched(
        clients, "budgets.DescribeSubscribersForNotification", lambda answer, _: answer["Subscribers"].pop()
    )
    found = audited("vision-prod")
    assert {each.concern for each in found.differences} == {"budget"}
    assert ("changed", "budgets BudgetAction vision-prod", "approvalModel", "AUTOMATIC") in facts(found)
    readers = [each for each in found.differences if "subscriberEmailAddresses" in each.property]
    assert len(readers) == 5
