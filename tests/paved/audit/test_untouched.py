"""An account that nobody touched is as planned, but for what the simulator does not hold."""

import pytest

from paved.aws.reading.audited_types import audited_types
from paved.aws.services import actions_by_call, not_compared, simulator_gaps

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
    "contents": "eks.ListAccessEntries",
    "notifications.subscriber": "budgets.DescribeSubscribersForNotification",
}
"""Gaps that are whole calls, by their property."""


@pytest.mark.parametrize("name", STACKS)
def test_an_untouched_account_is_as_planned(name, all_stacks, audited):
    made = audited(all_stacks, name)
    assert made.differences == ()
    assert made.unread == ()
    assert made.named_elsewhere == ()
    assert made.exit_code == 0


@pytest.mark.parametrize("name", STACKS)
def test_every_planned_resource_is_compared_or_said_not_to_be(name, all_stacks, audited):
    made = audited(all_stacks, name)
    validated = sum(
        each.status == "validated" and bool(each.calls) and each.type in audited_types()
        for each in all_stacks.stack(name).outcomes
    )
    left_out = sum(number for number, _ in made.not_covered.values())
    whole = {gap.type for gap in simulator_gaps() if not gap.property}
    lacking = sum(each.type in whole for each in all_stacks.stack(name).outcomes)
    assert made.compared + validated + left_out + lacking == made.planned
    assert made.not_covered.keys() <= not_compared().keys()


def test_every_gap_of_the_simulator_is_one(all_stacks, audited):
    seen = set()
    for name in ("foundation-prod", "foundation-risk", "ranking-dev", "vision-prod"):
        made = audited(all_stacks, name, gaps=())
        seen |= {
            (each.address.split()[1], (each.property or "").replace("[0]", "")) for each in made.differences
        }
        seen |= {("", call) for call in made.not_simulated}
    for gap in simulator_gaps():
        kind = gap.type.rpartition(":")[2]
        if gap.property in LACKING:
            assert ("", LACKING[gap.property]) in seen, gap
        else:
            assert any(kind == found and path.startswith(gap.property) for found, path in seen), gap


def test_only_the_calls_are_made_that_the_permissions_allow(all_stacks, audited, planner):
    made = set()
    session = all_stacks.session("vision-prod")

    def note(model, **_):
        made.add(f"{model.service_model.service_name}.{model.name}")

    from paved.audit.audit import AuditedStack, audit
    from paved.aws.reading.account import AccountReader

    session.events.register("before-call", note)
    account = AccountReader(lambda service, region: session.client(service, region_name=region))
    for name in ("foundation-prod", "vision-prod"):
        audit(AuditedStack.of(planner, name), account)
    assert len(made) > 40
    assert made <= actions_by_call().keys()
