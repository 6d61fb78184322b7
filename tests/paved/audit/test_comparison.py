"""Values compared: what is the same however it is spelt, what differs, and what nobody can tell."""

import pytest

from paved.audit.comparison import compared, compared_tags
from paved.aws.reading.facts import NOT_RETURNED, Fact, Reference
from paved.plan.model import Secret
from reference.vocabulary import UNKNOWN

KEY = "arn:aws:kms:us-east-1:111122223333:key/1234"
ALIAS = "arn:aws:kms:us-east-1:111122223333:alias/models"


class Known:
    def names_of(self, value):
        if isinstance(value, Reference):
            return {"key": frozenset({KEY, "1234"})}.get(value.urns[0])
        return frozenset({ALIAS, KEY, "1234"}) if value in (ALIAS, KEY) else frozenset({value})


def leaves(planned, found, **more):
    fact = Fact(concern="settings", property="p", value=planned, **more)
    return [(leaf.path, leaf.verdict) for leaf in compared(fact, found, Known())]


@pytest.mark.parametrize(
    ("planned", "found"),
    [
        (30, "30"),
        (True, "true"),
        (False, None),
        ([], None),
        ("", None),
        (["a", "b"], ["b", "a"]),
        (ALIAS, KEY),
        (KEY, ALIAS),
        (Reference(("key",)), KEY),
        (Reference(("key",)), ALIAS),
        ([Reference(("key",))], ["1234"]),
    ],
)
def test_the_same_in_another_spelling(planned, found):
    assert leaves(planned, found) == [("p", "same")]


@pytest.mark.parametrize(
    ("planned", "found"),
    [
        ("Enabled", "Suspended"),
        ("Enabled", None),
        ("1.3", "1.30"),
        (True, False),
        (True, None),
        (0, 1),
        (30, 300),
        (["a"], ["a", "b"]),
        (["a", "b"], ["a"]),
        (["a", "a"], ["a"]),
        ([], ["a"]),
        (ALIAS, "arn:aws:kms:us-east-1:111122223333:key/other"),
        (ALIAS, None),
        (Reference(("key",)), "other"),
        (Reference(("key",)), None),
    ],
)
def test_a_difference(planned, found):
    assert leaves(planned, found) == [("p", "changed")]


@pytest.mark.parametrize(
    ("planned", "found"),
    [
        (UNKNOWN, "anything"),
        (Secret("hush"), "other"),
        (Reference(("nobody",)), "anything"),
        (Reference(("key",), is_certain=False), "other"),
        ([UNKNOWN], ["anything"]),
        ("known", NOT_RETURNED),
    ],
)
def test_what_nobody_can_tell_is_neither(planned, found):
    assert leaves(planned, found) == [("p", "unknown")]


def test_an_amount_is_the_same_however_it_is_written():
    fact = Fact(concern="budget", property="limitAmount", value="415000.00")
    assert [
        leaf.verdict for found in ("415000.0", "415000.01") for leaf in compared(fact, found, Known())
    ] == [
        "same",
        "changed",
    ]


def test_a_list_of_unknowns_still_has_a_length():
    assert leaves([UNKNOWN], ["one", "two"]) == [("p", "changed")]


def test_a_secret_is_never_shown():
    fact = Fact(concern="settings", property="p", value={"a": Secret("hush"), "b": [Secret("hush")]})
    for found in ({"a": "hush", "b": ["hush"]}, {}, None):
        assert "hush" not in str([(leaf.planned) for leaf in compared(fact, found, Known())])


def test_keys_are_found_whatever_their_case():
    planned = {"sseAlgorithm": "aws:kms", "kmsMasterKeyId": Reference(("key",))}
    assert leaves(planned, [{"SSEAlgorithm": "aws:kms", "KMSMasterKeyID": KEY, "More": 1}]) == [
        ("p.sseAlgorithm", "same"),
        ("p.kmsMasterKeyId", "same"),
    ]


def test_blocks_are_paired_with_what_they_are_most_like():
    planned = [{"id": "a", "days": 1}, {"id": "b", "days": 2}]
    found = [{"ID": "b", "Days": 3}, {"ID": "a", "Days": 1}]
    assert leaves(planned, found) == [
        ("p[0].id", "same"),
        ("p[0].days", "same"),
        ("p[1].id", "same"),
        ("p[1].days", "changed"),
    ]


def test_a_block_more_is_extra_and_a_block_less_is_changed():
    assert leaves([{"id": "a"}], [{"ID": "a"}, {"ID": "b"}]) == [("p[0].id", "same"), ("p[]", "extra")]
    assert leaves([{"id": "a"}, {"id": "b"}], [{"ID": "a"}]) == [("p[0].id", "same"), ("p[1]", "changed")]


def test_documents_are_compared_by_what_they_mean():
    text = '{"Version": "2012-10-17", "Statement": {"Effect": "Allow", "Action": "s3:*", "Resource": "*"}}'
    same = '{"Statement":[{"Resource":["*"],"Action":["s3:*"],"Effect":"Allow"}],"Version":"2012-10-17"}'
    assert leaves(text, same, is_document=True) == [("p", "same")]
    assert leaves(text, same.replace("s3", "ec2"), is_document=True) == [
        ("p a statement", "changed"),
        ("p a statement", "extra"),
    ]
    assert leaves(text, None, is_document=True) == [("p", "changed")]


def test_tags_of_aws_itself_are_not_looked_at():
    found = {"team": "vision", "aws:cloudformation:stack-name": "x", "owner": "ana"}
    assert [
        (leaf.path, leaf.verdict) for leaf in compared_tags({"team": "vision", "service": "s"}, found)
    ] == [
        ("tags.service", "changed"),
        ("tags.team", "same"),
        ("tags.owner", "extra"),
    ]


def test_the_amounts_of_planned_months_are_numbers():
    month = {"startTime": "2026-12-01_00:00", "amount": "415000.00", "unit": "USD"}
    fact = Fact(concern="budget", property="plannedLimits", value=[month])
    for amount, verdict in (("415000.0", "same"), ("415000.1", "changed")):
        found = list(compared(fact, [{**month, "amount": amount}], Known()))
        assert [leaf.verdict for leaf in found if leaf.path.endswith("amount")] == [verdict]
