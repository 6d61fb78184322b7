"""A plan is the sorted, typed record of a program."""

import json

import pulumi
import pulumi_aws as aws
import pytest
from pulumi import Output

from paved.errors import BadInput
from paved.plan.planning import PlanFailed
from stacks.program.stack_references import StackReferenceOutputs, contract


def bucket(name="b"):
    return aws.s3.Bucket(name, bucket=name, tags={"a": "b"})


def test_resources_are_sorted_by_urn_whatever_the_program_order(plan_program):
    plans = [plan_program(lambda order=order: [bucket(name) for name in order]) for order in ("abc", "cab")]
    assert json.dumps(plans[0].as_json()) == json.dumps(plans[1].as_json())


def test_json_marks_what_is_unknown_and_hides_what_is_secret(plan_program):
    def program():
        aws.ssm.Parameter("p", type="SecureString", value=Output.secret("hunter2"), description=bucket().arn)

    parameter = plan_program(program).one("aws:ssm/parameter:Parameter").as_json()
    assert parameter["inputs"]["value"] == {"$secret": True}
    assert parameter["inputs"]["description"] == {"$unknown": True}
    assert "hunter2" not in json.dumps(parameter)


def test_a_data_source_fails_the_plan(plan_program):
    with pytest.raises(Exception, match="pass its value in"):
        plan_program(lambda: aws.get_region_output().name)


def test_two_resources_of_one_urn_fail_the_plan(plan_program):
    with pytest.raises(PlanFailed, match="two resources have the URN"):
        plan_program(lambda: [bucket("same"), bucket("same")])


def test_a_known_part_of_a_referenced_output_stays_known(plan_program):
    from reference.vocabulary import UNKNOWN

    def program():
        foundation = StackReferenceOutputs("foundation-prod", "foundation")
        pulumi.export("name", foundation.output("cluster", "name"))
        pulumi.export("endpoint", foundation.output("cluster", "endpoint"))

    references = {
        "foundation-prod": {
            "contract": contract("foundation"),
            "cluster": {"name": "paved-foundation-prod", "endpoint": UNKNOWN},
        }
    }
    plan = plan_program(program, references=references)
    assert plan.outputs == {"name": "paved-foundation-prod", "endpoint": UNKNOWN}


@pytest.mark.parametrize(
    ("outputs", "message"),
    [
        (
            {"contract": {"kind": "platform", "version": "1"}},
            "stack `foundation-prod` exports the contract of a platform, version 1, "
            "the contract of a foundation, version 1 is needed: deploy `foundation-prod` from this revision first",
        ),
        (
            {"contract": contract("foundation"), "cluster": {}},
            "stack `foundation-prod` has no output `cluster.name`: deploy it from this revision first",
        ),
        (
            {},
            "stack `foundation-prod` exports no contract, the contract of a foundation, version 1 is needed",
        ),
    ],
)
def test_a_reference_under_another_contract_is_refused(plan_program, outputs, message):
    def program():
        pulumi.export(
            "name", StackReferenceOutputs("foundation-prod", "foundation").output("cluster", "name")
        )

    with pytest.raises(BadInput) as raised:
        plan_program(program, references={"foundation-prod": outputs})
    assert str(raised.value).startswith(message)
