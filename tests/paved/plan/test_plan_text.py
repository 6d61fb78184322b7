"""A plan that is written and read is the plan that it was, and no secret is written."""

import json

import pulumi_aws as aws
import pytest
from pulumi import Alias, CustomTimeouts, Output, ResourceOptions, export

from paved.plan.model import Plan
from paved.plan.plan_text import HoldsSecret, plan_of, plan_text
from paved.runtime.values import Secret


def test_every_field_of_a_resource_comes_back(plan_program):
    def program():
        options = ResourceOptions(
            aliases=[Alias(name="old")], custom_timeouts=CustomTimeouts(delete="1h"), protect=True
        )
        bucket = aws.s3.Bucket("b", bucket="b", tags={"ratio": "1.5"}, force_destroy=False, opts=options)
        aws.cloudwatch.LogGroup("g", name=bucket.arn, retention_in_days=30)
        export("nested", {"arn": bucket.arn, "names": ["a", bucket.bucket], "none": None})

    plan = plan_program(program)
    again = plan_of(plan_text(plan))
    assert again == plan
    assert repr(again) == repr(plan)
    assert json.dumps(again.as_json()) == json.dumps(plan.as_json())


def test_a_plan_with_a_secret_is_not_written(plan_program):
    def program():
        aws.ssm.Parameter("p", type="SecureString", value=Output.secret("hunter2"))

    with pytest.raises(HoldsSecret):
        plan_text(plan_program(program))


def test_an_output_that_is_secret_is_not_written():
    with pytest.raises(HoldsSecret):
        plan_text(Plan(stack="s", resources=(), outputs={"nested": [{"token": Secret("hunter2")}]}))


@pytest.mark.parametrize("text", ["", "[]", "{}", '{"stack": "s", "outputs": {}, "resources": [{}]}'])
def test_a_text_that_is_no_plan_is_refused(text):
    with pytest.raises((ValueError, KeyError, TypeError)):
        plan_of(text)
