"""Where a stack stands on the security ladder, in a few lines."""

from paved.policy.security_view import fleet_security_view, security_view
from policies.evaluation import Finding, Report
from policies.ladder import standing
from policies.registry import RULES


def finding(rule, name):
    return Finding(rule=rule, urn=f"urn::{name}", resource=f"Thing {name}", message="is wrong")


def stands(promised, *, findings=(), above=(), undetermined=()):
    report = Report(
        stack="a-prod",
        security=promised,
        findings=tuple(findings),
        undetermined=tuple(undetermined),
        excepted=(),
        passed=3,
        pending=(),
        above=tuple(above),
    )
    return standing(report, RULES)


def test_a_stack_that_meets_everything_is_told_in_one_line():
    assert security_view(stands("standard")) == "Security: promises standard, meets regulated"


def test_what_is_open_of_the_standard_is_told_rule_by_rule():
    found = [finding("EN-01", "one"), finding("EN-01", "two"), finding("NW-01", "one")]
    assert security_view(stands("hardened", findings=found)).splitlines() == [
        "Security: promises hardened, meets no level; for standard: 2 rules open on 2 resources",
        "  EN-01  s3-kms            Thing one and 1 more",
        "  NW-01  no-world-ingress  Thing one",
        "  next: paved policy show EN-01",
    ]


def test_what_a_plan_cannot_tell_is_said_with_the_level():
    assert security_view(stands("standard", undetermined=[finding("EN-02", "one")])).splitlines() == [
        "Security: promises standard, meets regulated as far as a plan can tell",
        "  known only after `up`: EN-02",
    ]


def test_many_stacks_have_a_line_each():
    assert fleet_security_view([stands("standard"), stands("hardened")]).splitlines() == [
        "Security",
        "  a-prod  promises standard, meets regulated",
        "  a-prod  promises hardened, meets regulated",
    ]
