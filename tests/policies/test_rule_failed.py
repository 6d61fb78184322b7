"""Data of another form than a rule reads is a finding or undetermined: it raises nowhere and passes nowhere."""

import copy
from dataclasses import replace
from datetime import date

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from policies.context import Context
from policies.evaluation import evaluate, evaluate_rule
from policies.exceptions import FAILED
from policies.registry import BY_ID, RULES
from policies.resources import JudgedStack, Resource
from policies.rule import EVERYWHERE, Rule, Severity, claim
from policies.settings import Settings, parse_policy_file
from reference.vocabulary import UNKNOWN
from tests.policies.test_cases import BROKEN, CASES, stack_of
from tests.policies.weakening import at, paths

AS_OF = date(2026, 11, 21)
FAILS = [(rule, name) for rule, kind, name in BROKEN if kind == "fails"]


def deep(levels):
    found = "x"
    for _ in range(levels):
        found = {"x": [found]}
    return found


JUNK = st.one_of(
    st.sampled_from(
        ["abc", "", -1, 0, 10**30, float("nan"), float("inf"), True, None, [], {}, "[]", "{}", "[1]"]
    ),
    st.sampled_from(
        [[None], [[]], ["a", None], {"a": None}, {"": {"": []}}, "300.1.1.1/99", "null", UNKNOWN]
    ),
    st.sampled_from([deep(50), deep(2000)]),
    st.recursive(
        st.none() | st.booleans() | st.integers() | st.text(max_size=5),
        lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3),
        max_leaves=5,
    ),
)


def with_junk(subject, path, junk):
    """A resource with something else at one place. Only what leads there is copied: a value may be very deep."""
    changed = dict(subject.properties)
    node = changed
    for key in path[:-1]:
        node[key] = copy.copy(node[key])
        node = node[key]
    node[path[-1]] = junk
    return replace(subject, properties=changed)


def places(stack):
    """Every place of every resource of a stack."""
    found = []
    for subject in stack.resources:
        found += [(subject, path) for path in paths(subject.properties)]
    return found


def changed_stack(stack, subject, changed):
    kept = [changed if each is subject else each for each in stack.resources]
    return JudgedStack(kept, stack.context, stack.settings)


GROUPS = (
    "DR",
    "DE-01",
    "DE-02",
    "DE-03",
    "DE-04",
    "DE-05",
    "CO-02",
    "CO-07",
    "CO-08",
    "EN-01",
    "EN-03",
    "EN-05",
)
GROUPS += ("EN-06", "EN-07", "K8-06", "K8-09", "K8-10", "K8-11", "ML-02", "ML-03", "ML-04", "RE-04", "RE-10")
OF_PLAIN_VALUES = [each for each in FAILS if each[0].startswith(GROUPS)]
"""Those of rules that read plain values. IAM documents, pods and network policies have tests of their own, and ML-07
reads texts, whatever they stand in."""


@settings(max_examples=300, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.data())
def test_no_junk_in_any_place_raises_out_of_a_rule(data):
    rule, name = data.draw(st.sampled_from(FAILS))
    stack = stack_of(CASES[rule], CASES[rule]["fails"][name])
    anywhere = places(stack)
    if anywhere:
        subject, path = data.draw(st.sampled_from(anywhere))
        changed = changed_stack(stack, subject, with_junk(subject, path, data.draw(JUNK)))
        assert evaluate(changed, [BY_ID[rule]]).stack == "a-prod"


@settings(max_examples=300, deadline=None, derandomize=True, suppress_health_check=[HealthCheck.too_slow])
@given(st.data())
def test_junk_of_another_form_hides_no_finding(data):
    rule, name = data.draw(st.sampled_from(OF_PLAIN_VALUES))
    stack = stack_of(CASES[rule], CASES[rule]["fails"][name])
    anywhere = [each for each in places(stack) if "policy" not in each[1]]
    if not anywhere:
        return
    subject, path = data.draw(st.sampled_from(anywhere))
    old = at(subject.properties, path)
    other = ["abc", 7] if isinstance(old, dict | list) else [["abc"], {"abc": 1}, [None]]
    if isinstance(old, list):
        other.append({"abc": 1})
    junk = data.draw(st.sampled_from(other))
    if isinstance(old, list) and isinstance(junk, str):
        return  # a text is its own list
    after = evaluate(changed_stack(stack, subject, with_junk(subject, path, junk)), [BY_ID[rule]])
    left = (*after.findings, *after.above, *after.undetermined, *after.undetermined_above)
    assert left, (rule, name, subject.name, path, old, junk)


def rule_that(raises):
    def check(subject, _stack):
        yield claim(subject.at("locked").equals(True), "`locked` is not true")
        raises()

    return Rule(
        id="AA-01",
        name="a-rule",
        title="A thing is as it should be",
        why="Because.",
        fix="Do.",
        severity=Severity.HIGH,
        enforcement=EVERYWHERE,
        owner="security",
        security="regulated",
        kinds=("a:b:C",),
        check=check,
    )


def report(rule, environment="dev", **facts):
    thing = Resource(
        urn="urn:pulumi:a-dev::paved::a:b:C::thing", type="a:b:C", name="thing", properties=facts
    )
    context = Context(stack="a-dev", as_of=AS_OF, environment=environment, security="regulated")
    granted = {
        "rule": "AA-01",
        "stack": "a-dev",
        "resource": "thing",
        "owner": "security",
        "reason": "The vendor's module rotates this key by hand.",
        "ticket": "SEC-12",
        "expires": date(2026, 12, 31),
    }
    exceptions = parse_policy_file({"exceptions": [granted]}).exceptions
    return evaluate(JudgedStack([thing], context, Settings()), [rule], exceptions)


def test_a_rule_that_raises_is_a_finding_that_no_exception_of_it_excuses():
    def broken():
        raise KeyError("the-secret-value")

    found = report(rule_that(broken))
    assert [(each.rule, each.resource, each.level.value) for each in found.excepted] == [
        ("AA-01", "C thing", "mandatory")
    ]
    assert [(each.rule, each.level.value, each.message) for each in found.violations] == [
        (
            FAILED,
            "mandatory",
            "AA-01 ends with KeyError: what it reads here is not of the form that it knows",
        )
    ]
    assert found.failed == {"AA-01"}


@pytest.mark.parametrize("rule", ["EN-04", "DR-08", "K8-08"])
def test_a_number_that_is_none_is_told_by_its_place_and_never_by_its_value(rule):
    kinds = {
        "EN-04": ("aws:kms/key:Key", {"deletionWindowInDays": "a-secret"}),
        "DR-08": ("aws:cloudwatch/logGroup:LogGroup", {"retentionInDays": ["a-secret"]}),
        "K8-08": ("kubernetes:core/v1:Namespace", {"metadata": "a-secret"}),
    }
    type, properties = kinds[rule]
    thing = Resource(urn="u::t", type=type, name="t", properties=properties)
    stack = JudgedStack([thing], Context(stack="a", as_of=AS_OF, kind="team"), Settings())
    result = evaluate_rule(BY_ID[rule], thing, stack)
    assert result.broken and not result.is_pass
    assert all("a-secret" not in each.message for each in result.broken)


@pytest.mark.parametrize("junk", ["abc", [None], None, deep(3000), "[1]", float("nan")])
def test_no_rule_at_all_raises_on_a_resource_of_junk(junk):
    for rule in RULES:
        for kind in rule.kinds:
            thing = Resource(
                urn="u::t",
                type="aws:s3/bucket:Bucket" if kind == "*" else kind,
                name="t",
                properties=dict.fromkeys(
                    ("metadata", "spec", "policy", "rules", "tags", "name", "values"), junk
                ),
            )
            stack = JudgedStack([thing], Context(stack="a", as_of=AS_OF, kind="team"), Settings())
            assert evaluate(stack, [rule]).stack == "a"
