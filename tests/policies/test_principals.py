"""Who a statement lets in, held to a simulator of IAM and to a library that are not ours."""

import json
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from policies.documents import statements
from policies.ours import Ours
from policies.principals import strangers
from policies.values import Value
from tests.policies.judged.statements import FOREIGN, OURS, PRINCIPALS, conditions
from tests.policies.judged.statements import statements as judged

VERDICTS = json.loads((Path(__file__).parent / "judged" / "verdicts.json").read_text(encoding="utf-8"))
US = Ours(accounts=frozenset({OURS}), organisations=frozenset({"o-ours123456"}))
FOREIGN_PRINCIPALS = [each for name, each in PRINCIPALS.items() if "another" in name]
ALL_CONDITIONS = [each for each in conditions() if each]


def lets_in(*raw):
    """The strangers that the statements of one document let in."""
    found = []
    for each in statements(Value({"Statement": list(raw)})):
        found += strangers(each, US)
    return found


def test_whoever_the_simulator_lets_in_is_told():
    unseen = []
    for statement, letters in zip(judged(), VERDICTS, strict=True):
        if letters and not lets_in(statement):
            unseen.append(statement)
    assert unseen == []
    assert sum(map(bool, VERDICTS)) > 2000


def test_a_third_of_the_recorded_statements_is_called_closed():
    """A judge that calls everything open would miss nothing either."""
    closed = [statement for statement in judged() if not lets_in(statement)]
    assert len(closed) > len(VERDICTS) / 4


STATEMENTS = st.builds(
    lambda effect, principal, condition: {
        "Effect": effect,
        "Principal": principal,
        "Action": "s3:GetObject",
        "Resource": "*",
        "Condition": condition,
    },
    st.sampled_from(["Allow", "Deny"]),
    st.sampled_from(list(PRINCIPALS.values())),
    st.sampled_from([{}, *ALL_CONDITIONS]),
)
DOCUMENTS = st.lists(STATEMENTS, max_size=4)


@given(DOCUMENTS, STATEMENTS)
def test_a_denial_lets_nobody_in(document, statement):
    assert lets_in(*document, {**statement, "Effect": "Deny"}) == lets_in(*document)


@given(STATEMENTS, st.sampled_from(ALL_CONDITIONS))
def test_a_statement_that_is_closed_stays_closed_under_one_more_condition(statement, condition):
    both = {**condition, **statement["Condition"]}
    if not lets_in(statement):
        assert not lets_in({**statement, "Condition": both})


@given(DOCUMENTS, st.sampled_from(FOREIGN_PRINCIPALS), st.sampled_from([{}, *ALL_CONDITIONS]))
def test_a_document_that_names_a_stranger_is_never_closed(document, principal, condition):
    named = {
        "Effect": "Allow",
        "Principal": principal,
        "Action": "*",
        "Resource": "*",
        "Condition": condition,
    }
    assert lets_in(*document, named)


@given(STATEMENTS, st.sampled_from([str.lower, str.upper, str.title]))
def test_operators_keys_and_kinds_have_no_case(statement, spelt):
    condition = {
        spelt(operator): {spelt(key): value for key, value in keys.items()}
        for operator, keys in statement["Condition"].items()
    }
    principal = statement["Principal"]
    if isinstance(principal, dict):
        principal = {spelt(kind): names for kind, names in principal.items()}
    assert lets_in({**statement, "Condition": condition, "Principal": principal}) == lets_in(statement)


@given(STATEMENTS)
def test_a_list_of_one_is_what_stands_in_it(statement):
    listed = {
        operator: {key: value if isinstance(value, list) else [value] for key, value in keys.items()}
        for operator, keys in statement["Condition"].items()
    }
    assert lets_in({**statement, "Condition": listed}) == lets_in(statement)
    text = Value(json.dumps({"Statement": statement}))
    assert [strangers(each, US) for each in statements(text)] == [lets_in(statement)]


def test_whatever_policyuniverse_calls_open_to_the_internet_is_told():
    policy = pytest.importorskip("policyuniverse.policy")
    unseen, seen = [], 0
    for statement in judged():
        # Of several conditions it takes one that is wide for open; IAM asks for all of them.
        if (
            len(statement.get("Condition", {})) < 2
            and policy.Policy({"Statement": [statement]}).is_internet_accessible()
        ):
            seen += 1
            unseen += [] if lets_in(statement) else [statement]
    assert unseen == [] and seen > 100


@pytest.mark.parametrize(
    ("name", "is_ours"),
    [
        (OURS, True),
        (f"arn:aws:iam::{OURS}:root", True),
        (f"arn:aws:iam::{OURS}:role/a", True),
        ("o-ours123456", True),
        ("arn:aws:organizations::000000000000:organization/o-ours123456", True),
        ("arn:aws:organizations::000000000000:ou/o-ours123456/ou-1", True),
        ("arn:aws:organizations::000000000000:organization/o-theirs1234", False),
        (FOREIGN, False),
        (f"arn:aws-cn:iam::{OURS}:root", False),
        (f"arn:*:iam::{OURS}:root", False),
        (f"arn:aws:s3:::{OURS}", False),
        (f"{OURS}0", False),
        ("arn", False),
        ("", False),
    ],
)
def test_a_name_is_ours_by_its_account_or_organisation(name, is_ours):
    assert US.has_name(name) is is_ours
