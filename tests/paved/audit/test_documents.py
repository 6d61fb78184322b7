"""Documents that mean the same are the same; documents that do not are told apart, statement by statement."""

import json
from urllib.parse import quote

import pytest

from paved.audit.documents import canonical, differences, parsed

PLANNED = {
    "Version": "2012-10-17",
    "Statement": [
        {
            "Sid": "Read",
            "Effect": "Allow",
            "Action": ["s3:GetObject", "s3:ListBucket"],
            "Resource": ["arn:aws:s3:::models"],
            "Condition": {"Bool": {"aws:SecureTransport": "true"}},
        },
        {
            "Sid": "Own",
            "Effect": "Allow",
            "Principal": {"AWS": "arn:aws:iam::111122223333:root"},
            "Action": "kms:*",
            "Resource": "*",
        },
    ],
}


def changed(index, **parts):
    document = json.loads(json.dumps(PLANNED))
    document["Statement"][index] |= parts
    return document


SAME = [
    {**PLANNED, "Statement": PLANNED["Statement"][::-1]},
    changed(0, Action=["s3:ListBucket", "s3:GetObject"]),
    changed(0, Action=["S3:getobject", "s3:ListBucket", "s3:ListBucket"]),
    changed(0, Resource="arn:aws:s3:::models"),
    changed(0, Condition={"Bool": {"AWS:securetransport": True}}),
    changed(0, Condition={"Bool": {"aws:SecureTransport": ["true"]}}),
    changed(1, Principal={"AWS": ["111122223333"]}),
]
TWICE = {**PLANNED, "Statement": [{**PLANNED["Statement"][0], "Action": action} for action in ("a:B", "a:C")]}
DIFFERENT = [
    changed(0, Action=["s3:*"]),
    changed(0, Effect="Deny"),
    changed(0, Resource="*"),
    changed(0, Condition={}),
    changed(0, Condition={"Bool": {"aws:SecureTransport": "false"}}),
    changed(0, Resource="arn:aws:s3:::MODELS"),
    changed(1, Principal="*"),
    changed(1, Principal={"AWS": "444455556666"}),
    changed(1, Principal={"Service": "arn:aws:iam::111122223333:root"}),
]


@pytest.mark.parametrize("found", SAME)
def test_spelling_and_order_say_nothing(found):
    assert list(differences(PLANNED, found)) == []


@pytest.mark.parametrize("found", DIFFERENT)
def test_another_meaning_is_one_difference_of_one_statement(found):
    [(where, planned, has)] = differences(PLANNED, found)
    assert where.rpartition(" ")[0] in ("statement `Read`", "statement `Own`")
    assert planned != has


def test_a_statement_more_and_a_statement_less():
    more = {"Sid": "More", "Effect": "Allow", "Action": "*", "Resource": "*"}
    found = {**PLANNED, "Statement": [PLANNED["Statement"][0], more]}
    assert [(where, planned is None, has is None) for where, planned, has in differences(PLANNED, found)] == [
        ("statement `Own`", False, True),
        ("statement `More`", True, False),
    ]


def test_a_sid_that_two_statements_bear_pairs_none_of_them():
    other = {**TWICE, "Statement": [{**TWICE["Statement"][0], "Action": "a:D"}, TWICE["Statement"][1]]}
    assert [(planned is None, has is None) for _, planned, has in differences(TWICE, other)] == [
        (False, False),
    ]
    other["Statement"][1] = {**TWICE["Statement"][1], "Action": "a:E"}
    assert [(planned is None, has is None) for _, planned, has in differences(TWICE, other)] == [
        (False, True),
        (False, True),
        (True, False),
        (True, False),
    ]


def test_a_condition_that_is_gone_is_a_difference():
    without = {**PLANNED, "Statement": [dict(PLANNED["Statement"][0]), PLANNED["Statement"][1]]}
    del without["Statement"][0]["Condition"]
    assert [where for where, _, _ in differences(PLANNED, without)] == ["statement `Read` Condition"]


def test_a_document_without_a_version_is_an_old_one():
    old = {"Statement": PLANNED["Statement"]}
    assert list(differences(PLANNED, old)) == [("Version", "2012-10-17", "2008-10-17")]


@pytest.mark.parametrize("written", [json.dumps(PLANNED), quote(json.dumps(PLANNED)), PLANNED])
def test_a_document_is_read_however_aws_gives_it(written):
    assert parsed(written) == PLANNED


def test_other_documents_are_the_same_whatever_the_order():
    assert canonical({"source": ["a", "b"], "x": 1}) == canonical({"x": 1, "source": ["b", "a"]})
    assert canonical({"source": ["a"]}) != canonical({"source": ["a", "b"]})
