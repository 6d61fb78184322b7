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
    assert where in ("statement `Read`", "statement `Own`")
    assert planned != has
    assert planned is not None
    assert has is not None


def test_a_statement_more_and_a_statement_less():
    more = {"Sid": "More", "Effect": "Allow", "Action": "*", "Resource": "*"}
    found = {**PLANNED, "Statement": [PLANNED["Statement"][0], more]}
    assert [(where, planned is None, has is None) for where, planned, has in differences(PLANNED, found)] == [
        ("statement `Own`", False, True),
        ("statement `More`", True, False),
    ]


def test_a_document_without_a_version_is_an_old_one():
    old = {"Statement": PLANNED["Statement"]}
    assert list(differences(PLANNED, old)) == [("Version", "2012-10-17", "2008-10-17")]


@pytest.mark.parametrize("written", [json.dumps(PLANNED), quote(json.dumps(PLANNED)), PLANNED])
def test_a_document_is_read_however_aws_gives_it(written):
    assert parsed(written) == PLANNED


def test_other_documents_are_the_same_whatever_the_order():
    assert canonical({"source": ["a", "b"], "x": 1}) == canonical({"x": 1, "source": ["b", "a"]})
    assert canonical({"source": ["a"]}) != canonical({"source": ["a", "b"]})
