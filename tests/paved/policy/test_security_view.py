"""The level of security of a stack, in a few lines."""

from paved.policy.security_view import fleet_security_view, security_view
from policies.evaluation import Finding, PolicyReport
from policies.registry import RULES
from policies.security_level import security_result


def finding(rule, name):
    return Finding(rule=rule, urn=f"urn::{name}", resource=f"Thing {name}", message="is wrong")


def result(promised, *, stack="a-prod", bases=(), findings=(), above=(), undetermined=()):
    report = PolicyReport(
        stack=stack,
        security=promised,
        findings=tuple(findings),
        undetermined=tuple(undetermined),
        excepted=(),
        passed=3,
        pending=(),
        above=tuple(above),
    )
    return security_result(report, RULES, bases)


def test_a_stack_that_meets_everything_has_one_line():
    assert security_view(result("standard")) == "Security: promises standard, meets regulated"


def test_what_is_open_of_the_standard_is_listed_rule_by_rule():
    found = [finding("EN-01", "one"), finding("EN-01", "two"), finding("NW-01", "one")]
    assert security_view(result("hardened", findings=found)).splitlines() == [
        "Security: promises hardened, meets no level",
        "  for standard: 2 rules open on 2 resources",
        "    EN-01  s3-kms            Thing one and 1 more",
        "    NW-01  no-world-ingress  Thing one",
        "  `paved policy show EN-01` says what to do",
    ]


def test_what_a_plan_cannot_tell_is_said_with_the_level():
    assert security_view(result("standard", undetermined=[finding("EN-02", "one")])).splitlines() == [
        "Security: promises standard, regulated cannot be told",
        "  cannot be told before `up`: EN-02",
    ]


def test_a_level_below_the_unknown_is_met():
    assert security_view(result("hardened", undetermined=[finding("SE-01", "one")])).splitlines() == [
        "Security: promises hardened, meets standard, regulated cannot be told",
        "  cannot be told before `up`: SE-01",
    ]


def test_rules_open_above_the_promise_are_counted_and_the_next_are_named():
    above = [finding("SE-03", "one"), finding("SE-03", "two"), finding("SE-01", "one")]
    assert security_view(result("standard", above=above)).splitlines() == [
        "Security: promises standard, meets standard",
        "  for hardened: 1 rule open on 1 resource",
        "    SE-01  own-keys  Thing one",
        "  for regulated: 1 rule open on 2 resources",
        "  `paved policy show SE-01` says what to do",
    ]


def test_a_stack_meets_no_more_than_what_it_stands_on():
    below = result(
        "standard", stack="b-prod", above=[finding("SE-01", "one")], undetermined=[finding("EN-02", "one")]
    )
    assert security_view(result("standard", bases=[below])).splitlines() == [
        "Security: promises standard, standard cannot be told, `b-prod` below it meets no more",
        "  cannot be told before `up`: EN-02 of `b-prod`",
    ]


def test_many_stacks_have_a_line_each_in_columns():
    below = result("standard", stack="base", above=[finding("SE-01", "one")])
    found = [below, result("hardened", bases=[below]), result("regulated")]
    assert fleet_security_view(found).splitlines() == [
        "Security",
        "  base    promises standard   meets standard   for hardened: 1 rule open on 1 resource",
        "  a-prod  promises hardened   meets standard   `base` below it meets no more",
        "  a-prod  promises regulated  meets regulated",
    ]
