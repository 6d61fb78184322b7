"""Which rules bind a stack, and which level of security it meets, whatever it promises."""

from collections.abc import Iterator
from datetime import date

import pytest

from policies.context import Context
from policies.evaluation import evaluate
from policies.resources import JudgedStack, Resource
from policies.rule import ADVICE, EVERYWHERE, Claim, Rule, Severity, claim
from policies.security_level import security_result
from policies.settings import Settings, parse_policy_file
from reference.security_level import LEVELS
from reference.vocabulary import UNKNOWN

AS_OF = date(2026, 11, 21)
URN = "urn:pulumi:a-prod::paved::a:b:C::thing"
FACTS = {"standard": "locked", "hardened": "watched", "regulated": "counted"}


def rule(id, security, enforcement=EVERYWHERE):
    def check(subject: Resource, _stack: JudgedStack) -> Iterator[Claim]:
        yield claim(subject.at(FACTS[security]).equals(True), f"`{FACTS[security]}` is not true")

    return Rule(
        id=id,
        name=f"{security}-{id}",
        title="A thing is as it should be",
        why="Because.",
        fix="Do.",
        severity=Severity.HIGH,
        enforcement=enforcement,
        owner="security",
        security=security,
        kinds=("a:b:C",),
        check=check,
    )


RULES = (rule("AA-01", "standard"), rule("AA-02", "hardened"), rule("AA-03", "regulated"))


def report(promised, *, rules=RULES, exceptions=(), settings=None, **facts):
    thing = Resource(urn=URN, type="a:b:C", name="thing", properties=facts)
    context = Context(stack="a-prod", as_of=AS_OF, environment="prod", security=promised)
    return evaluate(JudgedStack([thing], context, settings or Settings()), rules, exceptions)


def stands(promised, *, rules=RULES, exceptions=(), **facts):
    return security_result(report(promised, rules=rules, exceptions=exceptions, **facts), rules)


@pytest.mark.parametrize(
    ("promised", "refused", "passed"),
    [
        ("standard", ["AA-01"], 0),
        ("hardened", ["AA-01", "AA-02"], 0),
        ("regulated", ["AA-01", "AA-02", "AA-03"], 0),
        (None, ["AA-01", "AA-02", "AA-03"], 0),
    ],
)
def test_a_rule_binds_from_its_level_on_and_where_no_level_is_known(promised, refused, passed):
    found = report(promised)
    assert [finding.rule for finding in found.violations] == refused
    assert len(found.above) == 3 - len(refused)
    assert found.passed == passed


def test_what_a_rule_above_the_promise_finds_is_no_finding_nor_a_pass():
    found = report("standard", locked=True, watched=True)
    assert (found.findings, found.undetermined, found.passed) == ((), (), 1)
    assert [finding.rule for finding in found.above] == ["AA-03"]


@pytest.mark.parametrize("promised", LEVELS)
@pytest.mark.parametrize(
    ("facts", "met"),
    [
        ({}, None),
        ({"watched": True, "counted": True}, None),
        ({"locked": True, "counted": True}, "standard"),
        ({"locked": True, "watched": True}, "hardened"),
        ({"locked": True, "watched": True, "counted": True}, "regulated"),
    ],
)
def test_the_level_met_is_the_highest_below_which_nothing_is_open(promised, facts, met):
    found = stands(promised, **facts)
    assert (found.promised, found.met) == (promised, met)


def test_what_is_missing_is_all_above_the_level_met():
    found = stands("hardened", locked=True).as_json()
    assert [(each["security"], each["rule"], each["urn"]) for each in found["missing"]] == [
        ("hardened", "AA-02", URN),
        ("regulated", "AA-03", URN),
    ]
    assert stands("hardened", locked=True, watched=True, counted=True).as_json()["missing"] == []


def test_what_is_unknown_is_listed_with_its_level_and_never_met():
    found = stands("standard", locked=UNKNOWN, watched=UNKNOWN)
    assert (found.met, found.at_most) == (None, "hardened")
    assert [finding.rule for finding in found.undetermined] == ["AA-01", "AA-02"]
    assert stands("standard", locked=True, watched=UNKNOWN, counted=True).met == "standard"
    assert [(each["security"], each["rule"]) for each in found.as_json()["undetermined"]] == [
        ("standard", "AA-01"),
        ("hardened", "AA-02"),
    ]


@pytest.mark.parametrize(
    ("refused", "found"), [((), []), (("dev",), []), (("prod",), ["AA-01"]), (("hardened",), ["AA-01"])]
)
def test_an_organisation_refuses_what_cannot_be_told_where_it_says_so(refused, found):
    settings = Settings(refuse_undetermined=refused)
    judged = report("hardened", settings=settings, locked=UNKNOWN, watched=True, counted=UNKNOWN)
    assert [each.rule for each in judged.violations] == found
    assert [each.rule for each in judged.undetermined] == ([] if found else ["AA-01"])
    if found:
        assert judged.violations[0].message.endswith("; `refuse_undetermined` refuses what cannot be told")


def test_advice_that_cannot_be_told_refuses_nobody():
    settings = Settings(refuse_undetermined=("prod",))
    rules = (rule("AA-04", "standard", ADVICE),)
    assert report("standard", rules=rules, settings=settings, locked=UNKNOWN).violations == ()


def test_advice_keeps_nobody_from_a_level():
    rules = (*RULES[:2], rule("AA-04", "hardened", ADVICE))
    assert stands("standard", rules=rules, locked=True).open_levels[0].broken_rules == ("AA-02",)
    assert stands("standard", rules=RULES[:1] + rules[2:], locked=True).met == "regulated"


GRANTED = parse_policy_file(
    {
        "exceptions": [
            {
                "rule": "AA-02",
                "stack": "a-prod",
                "resource": "thing",
                "owner": "security",
                "reason": "It is watched by hand until May.",
                "ticket": "SEC-1",
                "expires": date(2026, 12, 1),
            }
        ]
    }
).exceptions


def test_a_running_exception_counts_as_it_does_for_its_rule():
    assert stands("hardened", exceptions=GRANTED, locked=True).met == "hardened"


def test_an_exception_for_a_rule_above_the_promise_covers_nothing():
    found = report("standard", exceptions=GRANTED, locked=True)
    assert [finding.rule for finding in found.findings] == ["PX-02"]
    assert [finding.rule for finding in found.above] == ["AA-02", "AA-03"]


def test_a_stack_on_one_that_meets_no_level_meets_none():
    below = stands("standard")
    assert security_result(report("standard", locked=True), RULES, [below]).met is None


@pytest.mark.parametrize(
    ("below", "met"),
    [
        ([{"locked": True}], "standard"),
        ([{}], None),
        ([{"locked": True, "watched": True}, {"locked": True}], "standard"),
        ([{"locked": True, "watched": True, "counted": True}], "hardened"),
    ],
)
def test_a_stack_meets_no_more_than_what_it_stands_on(below, met):
    bases = [stands("standard", **facts) for facts in below]
    found = security_result(report("standard", locked=True, watched=True), RULES, bases)
    assert found.met == met
    assert found.as_json()["met"] == met
    assert [each["rule"] for each in found.as_json()["missing"]] == ["AA-03"]


def test_a_rule_of_no_level_is_refused():
    with pytest.raises(ValueError, match="`hard` on, which is no level"):
        Rule(**{**vars(RULES[0]), "security": "hard"})


@pytest.mark.parametrize(
    ("config", "level"),
    [
        ({"paved:kind": "team"}, "standard"),
        ({"paved:kind": "team", "paved:security": "hardened"}, "hardened"),
        ({"paved:kind": "team", "paved:security": "hardend"}, "regulated"),
        ({}, "regulated"),
    ],
)
def test_a_stack_of_which_nothing_is_known_is_held_to_the_strictest(config, level):
    assert Context.of("a-prod", config, AS_OF, {}).security_level == level
