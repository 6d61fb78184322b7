"""Sizes at their limit and one above it, and a limit for every document of the sample stacks."""

import json

import pytest

from policies.context import Context
from policies.evaluation import evaluate_rule
from policies.registry import BY_ID
from policies.resources import JudgedStack, Resource
from policies.settings import Settings
from reference.document_limits import document_limits, limited_kinds
from tests.conftest import AS_OF
from tests.policies.test_samples import NAMES

RULE = BY_ID["RE-09"]
NO_LIMIT_PUBLISHED = {
    ("aws:eks/addon:Addon", "configurationValues"),
    ("aws:sqs/queue:Queue", "redriveAllowPolicy"),
    ("aws:sqs/queue:Queue", "redrivePolicy"),
}
SIZED = [
    each
    for kind in limited_kinds()
    for each in document_limits(kind)
    if each.measure.startswith(("characters", "bytes"))
]


def document(characters):
    """A policy of some characters, none of them white space."""
    empty = json.dumps({"Statement": [{"Sid": "Padded", "Resource": ""}]}, separators=(",", ":"))
    return empty.replace('""', f'"{"x" * (characters - len(empty))}"')


def found(*resources):
    """What the rule tells of resources, given as kind, name and properties, or with what a property refers to."""
    listed = [
        Resource(
            urn=f"urn:{name}",
            type=kind,
            name=name,
            properties=properties,
            property_dependencies={key: (value,) for key, value in (refs[0] if refs else {}).items()},
        )
        for kind, name, properties, *refs in resources
    ]
    stack = JudgedStack(listed, Context(stack="a-prod", as_of=AS_OF, kind="team"), Settings())
    broken = []
    for each in listed:
        broken += evaluate_rule(RULE, each, stack).broken
    return [each.message for each in broken]


def properties(limit, text):
    """The document of a limit, at its path."""
    value = text
    for key in reversed(limit.property.split(".")):
        value = {key: value}
    return value


@pytest.mark.parametrize("limit", SIZED, ids=lambda each: f"{each.kind} {each.property}")
def test_a_document_may_be_as_long_as_its_limit_and_no_longer(limit):
    assert found((limit.kind, "it", properties(limit, document(limit.maximum)))) == []
    [message] = found((limit.kind, "it", properties(limit, document(limit.maximum + 1))))
    assert f"{limit.maximum + 1:,} {limit.measure}" in message
    assert "`Padded`" in message


def test_white_space_counts_where_the_service_counts_it():
    for kind, path, told in (
        ("aws:iam/policy:Policy", "policy", 0),
        ("aws:ec2/vpcEndpoint:VpcEndpoint", "policy", 1),
    ):
        [limit] = document_limits(kind)
        assert len(found((kind, "it", {path: document(limit.maximum - 10) + " " * 11}))) == told


ROLE_POLICY = "aws:iam/rolePolicy:RolePolicy"


def test_inline_policies_of_one_role_count_together_and_are_told_once():
    halves = [
        (ROLE_POLICY, f"half-{number}", {"role": "trainer", "policy": document(5121)}) for number in (1, 2)
    ]
    [message] = found(*halves)
    assert "10,242 characters without white space together with the others of its `role`" in message


@pytest.mark.parametrize(
    "refs", [[{"role": "urn:a"}, {"role": "urn:b"}], [{}, {}]], ids=["by reference", "by name"]
)
def test_inline_policies_of_two_roles_do_not_count_together(refs):
    names = ("a", "b")
    assert (
        found(
            *[
                (ROLE_POLICY, f"of-{name}", {"role": name, "policy": document(9000)}, ref)
                for name, ref in zip(names, refs, strict=True)
            ]
        )
        == []
    )


def documents(value, path=()):
    """The paths of texts in some properties that are JSON objects."""
    if isinstance(value, dict):
        for key, item in value.items():
            yield from documents(item, (*path, key))
    elif isinstance(value, str) and value.startswith("{") and not value.startswith("{ $."):
        json.loads(value)
        yield ".".join(path)


@pytest.mark.parametrize("name", NAMES)
def test_every_document_of_a_sample_stack_has_its_limit(name, plan_stack):
    seen = set()
    for each in plan_stack(name).resources:
        if each.type.startswith("aws:"):
            seen |= {(each.type, path) for path in documents(each.inputs)}
    known = {(each.kind, each.property) for kind in limited_kinds() for each in document_limits(kind)}
    assert seen - known <= NO_LIMIT_PUBLISHED
