"""What is expected of an account follows from the plan alone, and every input of it is accounted for."""

import sys

import pulumi_aws as aws
import pytest
from pulumi._types import input_type_types

from paved.audit.expectation import ELSEWHERE, address, default_tags, expectations
from paved.aws.reading.audited_types import audited_types, reads
from paved.aws.reading.facts import Reference
from paved.aws.services import not_compared
from paved.runtime.sdk import resource_class
from reference.vocabulary import UNKNOWN


@pytest.mark.parametrize("type", sorted(audited_types()))
def test_a_reader_names_inputs_that_its_type_has(type):
    audited_type = audited_types()[type]
    cls = resource_class(type)
    assert cls is not None, type
    words = {
        *audited_type.by,
        *audited_type.concerns,
        *audited_type.left_out,
        *audited_type.documents,
        *audited_type.assumed,
    }
    module = sys.modules[cls.__module__]
    known = set(input_type_types(getattr(module, module.__all__[0])))
    assert words <= known


@pytest.mark.parametrize("type", sorted(audited_types()))
def test_what_is_left_out_has_a_reason_and_is_not_compared_as_well(type):
    audited_type = audited_types()[type]
    assert all(len(reason) > 20 for reason in audited_type.left_out.values())
    assert not audited_type.left_out.keys() & {*audited_type.by}
    assert not audited_type.left_out.keys() & {*audited_type.documents, *audited_type.assumed}


def test_no_type_is_both_read_and_left_out():
    assert not audited_types().keys() & not_compared().keys()


def test_a_type_has_one_reader():
    with pytest.raises(ValueError, match="has two readers: read_bucket, again"):

        @reads("aws:s3/bucket:Bucket", "recovery", ("bucket",))
        def again(lookup):
            raise NotImplementedError


@pytest.mark.parametrize("stack", ["foundation-prod", "vision-prod"])
def test_every_planned_input_is_a_fact_or_finds_or_is_left_out(stack, plan_stack):
    plan = plan_stack(stack)
    found = {each.resource.urn: each for each in expectations(plan, audited_types(), "us-east-1")}
    for resource in plan.resources:
        if resource.type in audited_types():
            expected, audited_type = found[resource.urn], audited_types()[resource.type]
            facts = {fact.property for fact in expected.facts}
            known = facts | {*audited_type.by, *audited_type.left_out} | ELSEWHERE
            assert {key for key, value in resource.inputs.items() if value is not None} <= known, resource.urn


def test_tags_are_those_of_the_provider_and_its_own(plan_stack):
    plan = plan_stack("vision-prod")
    bucket = plan.one("aws:s3/bucket:Bucket", "vision-prod-models")
    assert default_tags(plan, bucket)["team"] == "vision"
    [expected] = [each for each in expectations(plan, audited_types(), "r") if each.resource is bucket]
    assert expected.tags["service"] == "vision-prod"
    assert expected.address == address(bucket) == "s3 Bucket vision-prod-models"


def test_an_unknown_name_of_a_planned_resource_is_a_reference_to_it(plan_program):
    def program():
        key = aws.kms.Key("key")
        aws.sns.Topic("topic", name="topic", kms_master_key_id=key.arn)
        aws.sns.TopicPolicy("policy", arn="arn", policy=key.arn)

    plan = plan_program(program)
    facts = {
        (each.resource.name, fact.property): fact.value
        for each in expectations(plan, audited_types(), "us-east-1")
        for fact in each.facts
    }
    key = plan.one("aws:kms/key:Key")
    assert facts["topic", "kmsMasterKeyId"] == Reference((key.urn,))
    assert facts["policy", "policy"] is UNKNOWN


def test_what_the_plan_is_silent_about_is_what_the_provider_assumes(plan_program):
    def program():
        aws.kms.Key("silent")
        aws.kms.Key("off", is_enabled=False)

    plan = plan_program(program)
    enabled = {
        each.resource.name: fact.value
        for each in expectations(plan, audited_types(), "us-east-1")
        for fact in each.facts
        if fact.property == "isEnabled"
    }
    assert enabled == {"silent": True, "off": False}
