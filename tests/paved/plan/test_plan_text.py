"""A plan that is written and read is the plan that it was, and no secret is written."""

import json

import pulumi_aws as aws
import pytest
from pulumi import Output

from paved.plan.model import Plan
from paved.plan.plan_text import HoldsSecret, plan_of, plan_text
from paved.runtime.values import Secret
from stacks.checks.folder import STACKS

NAMES = sorted(path.name.split(".")[1] for path in STACKS.glob("Pulumi.*.yaml"))


@pytest.mark.parametrize("name", NAMES)
def test_the_plan_of_a_sample_stack_comes_back_whole(name, plan_stack):
    plan = plan_stack(name)
    again = plan_of(plan_text(plan))
    assert again == plan
    assert repr(again) == repr(plan)
    assert json.dumps(again.as_json(), sort_keys=True) == json.dumps(plan.as_json(), sort_keys=True)


def test_aliases_and_timeouts_come_back(plan_program):
    from pulumi import Alias, CustomTimeouts, ResourceOptions

    def program():
        options = ResourceOptions(
            aliases=[Alias(name="old")], custom_timeouts=CustomTimeouts(delete="1h"), protect=True
        )
        aws.s3.Bucket("b", bucket="b", tags={"ratio": "1.5"}, opts=options)

    plan = plan_program(program)
    assert plan_of(plan_text(plan)) == plan


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
