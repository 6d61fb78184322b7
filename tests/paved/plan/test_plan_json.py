"""A plan that is read back from its JSON is the same plan to everything that judges it."""

import pytest

from paved.plan.model import Secret
from paved.plan.plan_json import plan_from_json
from paved.policy.plan_evaluator import policy_resource
from reference.vocabulary import UNKNOWN
from tests.conftest import STACKS


@pytest.mark.parametrize("stack", sorted(path.name[7:-5] for path in STACKS.glob("Pulumi.*.yaml")))
def test_every_sample_plan_is_itself_again(stack, plan_stack):
    plan = plan_stack(stack)
    again = plan_from_json(plan.as_json())
    assert again.as_json() == plan.as_json()
    assert [policy_resource(each) for each in again.resources] == [
        policy_resource(each) for each in plan.resources
    ]


def test_of_a_secret_nothing_is_known():
    data = {"stack": "a", "resources": [], "outputs": {"a": {"$secret": True}, "b": {"$unknown": True}}}
    assert plan_from_json(data).outputs == {"a": Secret(UNKNOWN), "b": UNKNOWN}


def test_data_that_only_looks_like_a_mark_is_kept():
    outputs = {"a": {"$unknown": True, "more": 1}, "b": {"$secret": False}}
    assert plan_from_json({"stack": "a", "resources": [], "outputs": outputs}).outputs == outputs
