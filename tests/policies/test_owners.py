"""A second owner, put beside each owner of a sample's whole documents, is found."""

from dataclasses import replace

import pytest

from paved.policy.plan_evaluator import PlanEvaluator
from policies.evaluation import evaluate_rule
from policies.owners import owners
from policies.registry import BY_ID
from policies.resources import JudgedStack, Resource
from tests.conftest import AS_OF, STACKS

RULE = BY_ID["RE-12"]
SAMPLES = ("foundation-prod", "vision-prod")
LINK = "aws:fsx/dataRepositoryAssociation:DataRepositoryAssociation"
IMPORTS = {"autoImportPolicy": {"events": ["NEW", "CHANGED", "DELETED"]}}


@pytest.fixture(scope="module")
def stacks(planner):
    evaluator = PlanEvaluator(planner, STACKS, AS_OF)
    return {name: evaluator.judged_stack(planner.plan(name)) for name in SAMPLES}


def found(stack):
    """The resources of which the rule finds a second owner."""
    return {each.name for each in stack.of(*RULE.kinds) if evaluate_rule(RULE, each, stack).broken}


def with_changes(stack, *resources):
    """The stack with these resources, in place of those of the same URN."""
    kept = {each.urn: each for each in stack.resources} | {each.urn: each for each in resources}
    return JudgedStack(kept.values(), stack.context, stack.settings)


def whole_owners(stack):
    """By name of the setting: the first resource that owns one, of those that are not the thing itself."""
    first: dict[str, Resource] = {}
    for each in owners(stack):
        for same in each.by_thing.values():
            for owner in same:
                if owner.whole and not is_of_itself(each.document, owner.resource):
                    first.setdefault(each.document.name, owner.resource)
    return first


def is_of_itself(document, resource):
    """Whether a document is of its own writer, as inline rules are: a copy of it has rules of its own."""
    keys = [writer.key for writer in document.writers if writer.type == resource.type]
    return document.per == "thing" and None in keys


@pytest.mark.parametrize("name", SAMPLES)
def test_a_sample_has_one_owner_of_each_document(name, stacks):
    assert found(stacks[name]) == set()


@pytest.mark.parametrize("name", SAMPLES)
def test_a_second_owner_of_any_document_is_found(name, stacks):
    stack = stacks[name]
    first = whole_owners(stack)
    assert len(first) >= 10
    missed = {
        setting
        for setting, owner in first.items()
        if owner.name not in found(with_changes(stack, replace(owner, urn="urn:second", name="second")))
    }
    assert missed == set()


def test_a_link_that_imports_from_the_bucket_of_a_trigger_is_found(stacks):
    """The plan as it was: FSx's own events on the bucket whose notification starts runs."""
    stack = stacks["vision-prod"]
    [link] = [each for each in stack.of(LINK) if each.properties["fileSystemPath"] == "/datasets"]
    changed = replace(link, properties={**link.properties, "s3": IMPORTS})
    assert found(with_changes(stack, changed)) == {"vision-prod-datasets"}


def test_a_link_that_imports_from_another_bucket_is_none(stacks):
    stack = stacks["vision-prod"]
    [link] = [each for each in stack.of(LINK) if each.properties["fileSystemPath"] == "/checkpoints"]
    changed = replace(link, properties={**link.properties, "s3": IMPORTS})
    assert found(with_changes(stack, changed)) == set()


def test_what_two_properties_read_of_another_stack_is_not_one_thing(stacks):
    """Both depend on the reference to the platform, which says nothing of what they are."""
    stack = stacks["vision-prod"]
    [reference, *_] = stack.of("pulumi:pulumi:StackReference")
    kind = "aws:sqs/queuePolicy:QueuePolicy"
    policies = [
        Resource(
            urn=f"urn:{name}",
            type=kind,
            name=name,
            properties={"queueUrl": f"https://sqs.us-east-1.amazonaws.com/111122223333/{name}"},
            property_dependencies={"queueUrl": (reference.urn,)},
        )
        for name in ("one", "two")
    ]
    assert found(with_changes(stack, *policies)) == set()
