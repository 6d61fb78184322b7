"""The rules of tags that hold for every service."""

import pytest

from paved.aws.creating.tagging import tag_findings


def test_legal_tags_have_no_finding():
    assert not list(tag_findings({"a" * 128: "b" * 256, **{f"k{n}": "" for n in range(49)}}))


@pytest.mark.parametrize(
    ("tags", "rule"),
    [
        ({"": "x"}, "must have a key of 1 to 128 characters"),
        ({"a" * 129: "x"}, "must have a key of 1 to 128 characters"),
        ({"aws:team": "x"}, "must not start with `aws:`"),
        ({"AWS:team": "x"}, "must not start with `aws:`"),
        ({"team": "x" * 257}, "must be text of at most 256 characters"),
        ({"team": 7}, "must be text of at most 256 characters"),
        ({f"k{n}": "x" for n in range(51)}, "must be at most 50"),
    ],
)
def test_each_rule_is_held(tags, rule):
    assert [finding.rule for finding in tag_findings(tags)] == [rule]


def test_a_service_whose_model_says_nothing_of_tags_is_held_to_them_too(account):
    inputs = {"cidrBlock": "10.0.0.0/16", "tags": {"aws:team": "vision"}}
    assert account.rejections("aws:ec2/vpc:Vpc", inputs) == [
        "`tags['aws:team']`: must not start with `aws:`, got 'aws:team'"
    ]
