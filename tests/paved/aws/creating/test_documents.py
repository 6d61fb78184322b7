"""JSON inside a call: policies and the like."""

import json

import pytest

from paved.aws.creating.documents import json_object, policy_problems, principal_arns

STATEMENT = {"Sid": "A", "Effect": "Deny", "Principal": "*", "Action": ["s3:*"], "Resource": "*"}


def problems(statement=None, *, has_resource=True, **changes):
    document = {"Version": "2012-10-17", "Statement": [{**STATEMENT, **(statement or {})}], **changes}
    return list(policy_problems(json.dumps(document), has_resource=has_resource))


def without(*names):
    return {"Statement": [{key: value for key, value in STATEMENT.items() if key not in names}]}


def test_a_sound_policy_has_no_problem():
    conditions = {"ForAnyValue:StringLikeIfExists": {"a": "b"}, "Bool": {"aws:SecureTransport": "false"}}
    assert (
        problems({"Condition": {**conditions, "Null": {}, "ArnNotEquals": {}, "DateLessThanEquals": {}}})
        == []
    )


def test_a_single_statement_needs_no_list():
    assert problems(Statement=STATEMENT) == []


@pytest.mark.parametrize("text", ["nope", "[]", "", None, '{"Version": "2012-10-17"'])
def test_a_policy_is_a_json_object(text):
    assert list(policy_problems(text, has_resource=True)) == ["must be a JSON object"]


@pytest.mark.parametrize(
    ("changes", "problem"),
    [
        ({"Version": "2012-10-18"}, "`Version` must be one of 2012-10-17, 2008-10-17"),
        ({"Statement": ["x"]}, "`Statement[0]` must be an object"),
        (without("Principal"), "`Statement[0]` must have one of `Principal` and `NotPrincipal`"),
        (without("Action"), "`Statement[0]` must have one of `Action` and `NotAction`"),
        (without("Resource"), "`Statement[0]` must have one of `Resource` and `NotResource`"),
        (without("Effect"), "`Statement[0]` must have an `Effect` of Allow or Deny"),
    ],
)
def test_each_rule_of_the_grammar_is_held(changes, problem):
    assert problems(**changes) == [problem]


@pytest.mark.parametrize(
    ("statement", "problem"),
    [
        ({"Effect": "allow"}, "`Statement[0]` must have an `Effect` of Allow or Deny"),
        ({"Principle": "*"}, "`Statement[0]` has an unknown element `Principle`"),
        ({"NotAction": "s3:*"}, "`Statement[0]` must have one of `Action` and `NotAction`"),
        (
            {"Condition": {"StringEqual": {}}},
            "`Statement[0]` has an unknown condition operator `StringEqual`",
        ),
        (
            {"Condition": {"StringEqualsX": {}}},
            "`Statement[0]` has an unknown condition operator `StringEqualsX`",
        ),
    ],
)
def test_each_rule_of_a_statement_is_held(statement, problem):
    assert problems(statement) == [problem]


def test_a_trust_policy_names_no_resource():
    assert problems(has_resource=False) == ["`Statement[0]` must not name a resource"]
    assert problems(has_resource=False, **without("Resource")) == []


def test_principals_are_found_in_every_form():
    document = {
        "Statement": [
            {"Principal": {"AWS": "arn:aws:iam::1:role/a"}},
            {"Principal": {"AWS": ["arn:aws:iam::1:role/b", "*"], "Service": "x.amazonaws.com"}},
            {"NotPrincipal": {"AWS": ["arn:aws:iam::1:role/c"]}},
            {"Principal": "*"},
        ]
    }
    roles = [arn.rpartition("/")[2] for arn in principal_arns(json.dumps(document))]
    assert roles == ["a", "b", "c"]


def test_only_an_object_is_an_object():
    assert json_object('{"a": 1}') == {"a": 1}
    assert [json_object(text) for text in ("[1]", "x", None)] == [None, None, None]
