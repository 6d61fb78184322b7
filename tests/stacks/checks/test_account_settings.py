"""Settings of an account that two stacks of a folder would own."""

import pytest

from paved.policy.plan_evaluator import PlanEvaluator
from policies.owners import owners
from policies.resources import JudgedStack
from stacks.checks.account_settings import SETTINGS, an_account_has_one_owner_of_each_setting
from tests.conftest import AS_OF, STACKS

ANOMALIES = {"impact_usd": 100, "impact_percent": 30, "notify": ["finops@example.com"]}


def two(valid, first=None, **second):
    return valid.organisation(
        foundation_prod=valid.foundation(first or {}), foundation_two=valid.foundation(second)
    )


@pytest.fixture
def found(says):
    """The problems about one section of two foundations, those of the first alone."""

    def find(organisation, section):
        every = says(an_account_has_one_owner_of_each_setting, organisation)
        return [each for each in every if each.startswith(f"foundation-prod: `{section}.")]

    return find


def test_two_foundations_of_an_account_and_region_would_undo_each_other(valid, says):
    account = valid.foundation().account
    where = f"both configure the registry of {account.id} in {account.region}"
    every = says(an_account_has_one_owner_of_each_setting, two(valid))
    assert [each for each in every if "images" in each] == [
        f"foundation-prod: `images.scanning` must be `elsewhere` here or in `foundation-two`: {where}",
        f"foundation-two: `images.scanning` must be `elsewhere` here or in `foundation-prod`: {where}",
    ]


def test_one_of_two_foundations_configures_the_registry(valid, found):
    assert found(two(valid, images={"scanning": "elsewhere"}), "images") == []


def test_one_of_two_foundations_makes_the_caches_of_a_registry(valid, found):
    first = {"security": "hardened", "images": {"scanning": "elsewhere"}}
    account = valid.foundation().account
    where = f"both configure the registry of {account.id} in {account.region}"
    assert found(two(valid, first, **first), "images") == [
        f"foundation-prod: `images.cache` must be `elsewhere` here or in `foundation-two`: {where}"
    ]
    second = {"security": "hardened", "images": {"scanning": "elsewhere", "cache": "elsewhere"}}
    assert found(two(valid, first, **second), "images") == []


@pytest.mark.parametrize("where", [{"account.id": "999900001111"}, {"account.region": "us-west-2"}])
def test_another_account_or_region_has_a_registry_of_its_own(valid, found, where):
    assert found(two(valid, **where), "images") == []


def test_an_account_has_one_trail_and_a_region_one_of_each_other(valid, found):
    def asked(**other):
        changes = {key.replace("__", "."): value for key, value in other.items()}
        return found(
            two(valid, {"security": "regulated"}, **{"security": "regulated", **changes}), "detection"
        )

    assert asked(account__id="999900001111") == []
    assert asked(account__region="us-west-2") == [
        "foundation-prod: `detection.trail` is `own`, as in `foundation-two` of the same account: write "
        "`organisation` in one of them"
    ]
    assert len(asked()) == 4
    assert len(asked(detection__trail="organisation", detection__guardduty="off")) == 2


def test_an_account_has_one_monitor_of_the_cost_tag_in_whatever_region(valid, found):
    first = {"guardrails.anomalies": ANOMALIES}
    assert found(two(valid, first, **first, **{"account.region": "us-west-2"}), "guardrails") == [
        "foundation-prod: `guardrails.anomalies` is given, as in `foundation-two` of the same account, for which Cost "
        "Explorer keeps one monitor of a tag: leave it out in one of them"
    ]
    assert found(two(valid, first, **first, **{"account.id": "999900001111"}), "guardrails") == []
    assert found(two(valid, first, **{"guardrails.anomalies": valid.absent}), "guardrails") == []


def test_one_foundation_of_an_account_and_region_says_where_spans_go(valid, found):
    sets = {"telemetry.traces": {"sets_account": True}}
    account = valid.foundation().account
    assert found(two(valid, sets, **sets), "telemetry") == [
        "foundation-prod: `telemetry.traces.sets_account` must be `false` here or in `foundation-two`: both say where "
        f"X-Ray of {account.id} keeps spans in {account.region}"
    ]
    assert found(two(valid, sets, **{"telemetry.traces": {"sets_account": False}}), "telemetry") == []
    assert found(two(valid, sets, **sets, **{"account.region": "us-west-2"}), "telemetry") == []


def plural(stack):
    """The settings of an account that a stack owns, by name."""
    return {each.document.name for each in owners(stack) if each.document.per != "thing"}


@pytest.mark.parametrize("name", ["foundation-dev", "foundation-prod", "foundation-risk"])
def test_every_setting_of_an_account_that_a_foundation_makes_is_compared(name, planner):
    """A setting that a plan makes, and that no row of the check is about, would be owned twice unseen."""
    stack = PlanEvaluator(planner, STACKS, AS_OF).judged_stack(planner.plan(name))
    compared = {document for setting in SETTINGS for document in setting.documents}
    assert plural(stack)
    assert plural(stack) <= compared
    [scanning, *_] = stack.of("aws:ecr/registryScanningConfiguration:RegistryScanningConfiguration")
    new = type(scanning)(urn="urn", type="aws:ebs/defaultKmsKey:DefaultKmsKey", name="key", properties={})
    assert not plural(JudgedStack([*stack.resources, new], stack.context, stack.settings)) <= compared


@pytest.mark.parametrize("name", ["platform-prod", "vision-prod", "risk-prod", "ranking-dev"])
def test_no_other_stack_owns_a_setting_of_an_account(name, planner):
    assert plural(PlanEvaluator(planner, STACKS, AS_OF).judged_stack(planner.plan(name))) == set()
