"""An account that nobody touched is as planned, but for what the simulator does not hold."""

from functools import partial

import pytest

from paved.audit.audit import audit
from paved.audit.audited_stack import AuditedStack
from paved.audit.rehearsed import account_of, simulator_limits
from paved.aws.reading.account import AccountReader
from paved.aws.reading.audited_types import audited_types
from paved.aws.services import actions_by_call, not_compared, simulator_gaps
from paved.rehearsal.rehearsal import rehearse

STACKS = (
    "foundation-dev",
    "foundation-prod",
    "foundation-risk",
    "platform-dev",
    "platform-prod",
    "platform-risk",
    "ranking-dev",
    "risk-prod",
    "vision-prod",
)
LACKING = {
    "tags": "budgets.ListTagsForResource",
    "contents.action": "budgets.DescribeBudgetActionsForBudget",
    "contents.access entry": "eks.ListAccessEntries",
    "contents.access policy": "eks.ListAccessEntries",
    "contents.identity provider": "eks.ListIdentityProviderConfigs",
    "contents.add-on": "eks.ListAddons",
    "contents.pod identity": "eks.ListPodIdentityAssociations",
    "notifications.subscriber": "budgets.DescribeSubscribersForNotification",
}
"""Gaps that are whole calls, by their property."""


@pytest.fixture(scope="module")
def all_stacks(planner):
    """Every sample stack, rehearsed once for the tests of this module, which change nothing."""
    for name in STACKS:
        planner.plan(name)  # a plan is not made while a rehearsal is open
    with rehearse(planner.folder) as rehearsal:
        yield rehearsal


@pytest.fixture(scope="module")
def audits(all_stacks, planner):
    """The audit of each stack in the account that it was rehearsed into."""
    return {
        name: audit(
            AuditedStack.of(planner, name), account_of(all_stacks, name), simulator_limits(all_stacks, name)
        )
        for name in STACKS
    }


@pytest.fixture(scope="module")
def calls():
    return set()


@pytest.fixture(scope="module")
def without_limits(all_stacks, planner, calls):
    """Audits that take the simulator for AWS itself, with the calls that they make."""

    def note(model, **_):
        calls.add(f"{model.service_model.service_name}.{model.name}")

    audits = []
    for name in ("foundation-prod", "foundation-risk", "ranking-dev", "vision-prod"):
        session = all_stacks.session(name)
        session.events.register("before-call", note)
        account = AccountReader(partial(client_of, session))
        audits.append(audit(AuditedStack.of(planner, name), account))
    return audits


def client_of(session, service, region):
    return session.client(service, region_name=region)


@pytest.mark.parametrize("name", STACKS)
def test_an_untouched_account_is_as_planned(name, audits):
    found = audits[name]
    assert found.differences == ()
    assert found.unread == ()
    assert found.named_elsewhere == ()
    assert found.exit_code == 0


@pytest.mark.parametrize("name", STACKS)
def test_every_planned_resource_is_compared_or_said_not_to_be(name, all_stacks, audits):
    found, outcomes = audits[name], all_stacks.stack(name).outcomes
    validated = sum(
        each.status == "validated" and bool(each.calls) and each.type in audited_types() for each in outcomes
    )
    left_out = sum(number for number, _ in found.not_covered.values())
    whole = {gap.type for gap in simulator_gaps() if not gap.property}
    lacking = sum(each.type in whole for each in outcomes)
    assert found.compared + validated + left_out + lacking == found.planned
    assert found.not_covered.keys() <= not_compared().keys()


def test_every_gap_of_the_simulator_is_one(without_limits):
    seen = set()
    for found in without_limits:
        for each in found.differences:
            seen.add((each.address.split()[1], (each.property or "").replace("[0]", "")))
        seen |= {("", call) for call in found.not_simulated}
    for gap in simulator_gaps():
        kind = gap.type.rpartition(":")[2]
        if gap.property in LACKING:
            assert ("", LACKING[gap.property]) in seen, gap
        else:
            assert any(kind == found and path.startswith(gap.property) for found, path in seen), gap


def test_only_the_calls_are_made_that_the_permissions_allow(without_limits, calls):
    assert len(without_limits) == 4
    assert len(calls) > 40
    assert calls <= actions_by_call().keys()
