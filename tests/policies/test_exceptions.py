"""The life of an exception: it covers a finding, it ends, and one that covers nothing is reported."""

import os
from datetime import date

import pytest

from policies.context import Context
from policies.evaluation import evaluate
from policies.exceptions import EXCEPTION_RULES, unknown_names
from policies.registry import BY_ID
from policies.resources import JudgedStack, Resource
from policies.settings import PolicyFile, PolicyFileError, Settings, parse_policy_file, read_policy_file

RULES = ("EN-03", *EXCEPTION_RULES)
GRANTED = {
    "rule": "EN-03",
    "stack": "a-prod",
    "resource": "key",
    "owner": "security",
    "reason": "The vendor's module rotates this key by hand.",
    "ticket": "SEC-12",
    "expires": date(2026, 12, 31),
}


def file(**changes):
    return parse_policy_file({"exceptions": [{**GRANTED, **changes}]})


def report(granted: PolicyFile, as_of=date(2026, 11, 21), rotates=False, security="standard", **about):
    key = Resource(
        urn="urn:pulumi:a-prod::paved::aws:kms/key:Key::key",
        type="aws:kms/key:Key",
        name="key",
        properties={"enableKeyRotation": rotates},
    )
    stack = JudgedStack(
        [key], Context(stack="a-prod", as_of=as_of, security=security, **about), granted.settings
    )
    return evaluate(stack, [BY_ID[rule] for rule in RULES], granted.exceptions)


def test_a_running_exception_covers_its_finding_and_is_counted():
    found = report(file())
    assert found.findings == ()
    assert [each.rule for each in found.excepted] == ["EN-03"]


def test_it_holds_on_its_last_day_and_not_on_the_next():
    assert report(file(), date(2026, 12, 31)).violations == ()
    ended = report(file(), date(2027, 1, 1))
    assert [each.rule for each in ended.findings] == ["EN-03", "PX-01"]
    assert ended.excepted == ()
    assert "SEC-12 of EN-03 ended on 2026-12-31; team security answers" in ended.findings[1].message


@pytest.mark.parametrize(("as_of", "reported"), [((2026, 12, 17), []), ((2026, 12, 18), ["PX-04"])])
def test_it_is_reported_two_weeks_before_its_end(as_of, reported):
    found = report(file(), date(*as_of))
    assert [each.rule for each in found.advice] == reported
    assert [each.rule for each in found.excepted] == ["EN-03"]
    assert found.violations == ()


def test_an_organisation_says_how_long_before():
    longer = parse_policy_file({"settings": {"exception_warning_days": 60}, "exceptions": [GRANTED]})
    assert [each.rule for each in report(longer).findings] == ["PX-04"]


def test_one_that_covers_nothing_is_a_violation():
    found = report(file(), rotates=True)
    assert [(each.rule, each.level.value) for each in found.findings] == [("PX-02", "mandatory")]


@pytest.mark.parametrize(
    ("security", "expires", "refused"),
    [
        ("regulated", date(2027, 2, 19), []),
        ("regulated", date(2027, 2, 20), ["PX-03"]),
        ("hardened", date(2027, 2, 20), []),
        ("standard", date(2027, 5, 20), []),
        ("standard", date(2027, 5, 21), ["PX-03"]),
    ],
)
def test_an_exception_has_a_longest_life_by_the_level_of_its_stack(security, expires, refused):
    found = report(file(expires=expires), security=security)
    assert [finding.rule for finding in found.violations] == refused
    assert [finding.rule for finding in found.excepted] == ["EN-03"]


def test_an_organisation_sets_the_longest_life():
    days = {"standard": 30, "hardened": 30, "regulated": 30}
    shorter = parse_policy_file({"settings": {"exception_days": days}, "exceptions": [GRANTED]})
    assert [each.rule for each in report(shorter).violations] == ["PX-03"]


@pytest.mark.parametrize(
    ("owner", "refused"),
    [("vision", []), ("shared", []), ("security", []), ("visions", ["PX-05"]), ("nobody", ["PX-05"])],
)
def test_its_owner_is_a_team_that_there_is(owner, refused):
    found = report(file(owner=owner), teams=frozenset({"vision", "shared"}))
    assert [each.rule for each in found.violations] == refused


def test_the_teams_are_those_of_the_stack_its_bases_and_the_register():
    config = {"paved:kind": "team", "paved:owner": {"team": "vision"}}
    below = {
        "platform": {"paved:owner": {"team": "cluster"}},
        "foundation": {"paved:owner": {"team": "base"}, "paved:organisation": {"teams": [{"team": "risk"}]}},
    }
    known = Context.of("a-prod", config, date(2026, 11, 21), below).teams
    assert known == {"vision", "cluster", "base", "risk"}


@pytest.mark.parametrize(
    "reason",
    [
        "A key is enabled and rotates every year.",
        "please please please please please",
        "temporary exception please, we need this for now",
        "kms-rotation of the key in a-prod, see SEC-12",
    ],
)
def test_a_reason_that_says_nothing_is_refused(reason):
    assert [each.rule for each in report(file(reason=reason)).violations] == ["PX-06"]


def test_a_reason_of_another_rule_is_refused():
    twice = parse_policy_file({"exceptions": [GRANTED, {**GRANTED, "rule": "EN-04", "stack": "b-prod"}]})
    assert [each.rule for each in report(twice).violations] == ["PX-06"]


@pytest.mark.parametrize(
    ("changes", "refused"),
    [
        ({"resource": "ke*"}, ["EN-03", "PX-02", "PX-07"]),
        ({"resource": "*"}, ["EN-03", "PX-02", "PX-07"]),
        ({"rule": "PX-02"}, ["EN-03", "PX-02", "PX-07"]),
        ({"rule": "PX-08"}, ["EN-03", "PX-02", "PX-07"]),
    ],
)
def test_one_of_many_resources_or_of_these_rules_is_refused(changes, refused):
    assert [each.rule for each in report(file(**changes)).violations] == refused


@pytest.mark.parametrize("changes", [{"resource": "ke"}, {"rule": "EN-04"}])
def test_it_covers_one_rule_of_one_resource_alone(changes):
    assert [each.rule for each in report(file(**changes)).findings] == ["EN-03", "PX-02"]


def test_an_exception_of_another_stack_says_nothing_here():
    assert [each.rule for each in report(file(stack="b-prod")).findings] == ["EN-03"]


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"owner": ""}, "`exceptions[0].owner`"),
        ({"reason": "because"}, "`exceptions[0].reason`"),
        ({"expires": "soon"}, "`exceptions[0].expires`"),
        ({"ticket": "none"}, "`exceptions[0].ticket`"),
        ({"until": "2027-01-01"}, "`exceptions[0].until` is not a setting"),
    ],
)
def test_an_exception_is_owned_reasoned_and_ends(changes, said):
    with pytest.raises(PolicyFileError) as refused:
        file(**changes)
    assert said in str(refused.value)


def test_every_mistake_of_the_file_is_reported_at_once():
    with pytest.raises(PolicyFileError) as refused:
        parse_policy_file({"settings": {"log_dais": 3, "mandatory": ["x"]}, "exceptions": [{}]})
    assert len(str(refused.value).splitlines()) >= 9


def test_a_key_that_stands_twice_is_refused(tmp_path):
    path = tmp_path / "policy.yaml"
    path.write_text("settings: {}\nsettings: {}\n", encoding="utf-8")
    with pytest.raises(PolicyFileError, match="`settings` stands twice"):
        read_policy_file(path)


def test_an_organisation_without_the_file_sets_nothing(tmp_path):
    assert read_policy_file(tmp_path / "policy.yaml") == PolicyFile()


def test_unknown_names_are_reported_with_what_was_probably_meant():
    granted = parse_policy_file(
        {"settings": {"mandatory": ["CO-77"]}, "exceptions": [{**GRANTED, "rule": "EN-33", "stack": "a-prd"}]}
    )
    said = unknown_names(granted, frozenset(BY_ID), frozenset({"a-prod"}))
    assert said[0] == "`settings.mandatory` names `CO-77`, which is no rule"
    assert said[1].startswith("exception SEC-12 names `EN-33`, which is no rule; did you mean `EN-0")
    assert said[2] == "exception SEC-12 names `a-prd`, which is no stack; did you mean `a-prod`?"


def test_an_organisation_can_make_advice_mandatory_and_nothing_weaker():
    mandatory = parse_policy_file({"settings": {"mandatory": ["EN-07"]}}).settings
    topic = Resource(urn="u::t", type="aws:sns/topic:Topic", name="t", properties={})
    context = Context(stack="a-dev", as_of=date(2026, 11, 21), environment="dev")
    levels = [
        evaluate(JudgedStack([topic], context, settings), [BY_ID["EN-07"]]).findings[0].level.value
        for settings in (Settings(), mandatory)
    ]
    assert levels == ["advisory", "mandatory"]
    assert not {"disabled", "advisory", "off"} & set(Settings.model_fields)


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("exceptions:\n- expires: 2026-99-99\n", "is not YAML: month must be in 1..12"),
        ("[" * 20_000, "is not YAML: maximum recursion depth"),
        (f"schema_version: {'9' * 5000}\n", "is not YAML: Exceeds the limit"),
        ("a: \udcff\n", "is not UTF-8"),
    ],
)
def test_a_file_that_cannot_be_read_is_no_defect_of_paved(tmp_path, text, says):
    path = tmp_path / "policy.yaml"
    path.write_text(text, encoding="utf-8", errors="surrogateescape")
    with pytest.raises(PolicyFileError, match=f"policy.yaml: {says}"):
        read_policy_file(path)


@pytest.mark.parametrize("make", [os.mkfifo, os.mkdir, lambda path: path.symlink_to(path)])
def test_what_is_not_a_file_is_not_read(tmp_path, make):
    make(tmp_path / "policy.yaml")
    with pytest.raises(PolicyFileError, match=r"policy\.yaml: is not a file"):
        read_policy_file(tmp_path / "policy.yaml")
