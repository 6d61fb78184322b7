"""Rehearsing whole stacks: the samples of the project, and ones that are wrong."""

import json
import re

import pytest

from paved.aws.creating.registry import service_of
from paved.plan.planner import Planner
from paved.rehearsal.rehearsal import rehearse
from paved.rehearsal.view import view
from paved.runtime.monitor import REFERENCE_TYPE
from stacks.checks.folder import STACKS, Folder


@pytest.fixture(scope="module")
def samples():
    with rehearse(Folder.read(STACKS)) as rehearsal:
        yield rehearsal


def test_every_sample_stack_can_be_provisioned(samples):
    assert {
        stack.name: [str(o.rejections) for o in stack.rejected] for stack in samples.stacks if stack.rejected
    } == {}
    assert samples.is_clean
    assert {stack.name for stack in samples.stacks} == set(Folder.read(STACKS).names)


def test_no_sample_stack_holds_a_value_that_only_aws_can_judge(samples):
    assert [warning for stack in samples.stacks for o in stack.outcomes for warning in o.warnings] == []


def test_each_stack_lands_in_its_own_account(samples):
    for stack in samples.stacks:
        identity = samples.session(stack.name).client("sts").get_caller_identity()
        assert identity["Account"] == stack.account
        assert samples.session(stack.name).region_name == stack.region


def test_what_was_created_is_there_for_library_code(samples):
    for stack in samples.stacks:
        buckets = {
            bucket["Name"] for bucket in samples.session(stack.name).client("s3").list_buckets()["Buckets"]
        }
        created = {o.id for o in stack.outcomes if o.type == "aws:s3/bucket:Bucket"}
        assert created <= buckets


def test_a_rehearsal_provisions_what_the_plan_shows(samples):
    planner = Planner.of_folder(STACKS)
    for name in ("foundation-prod", "platform-prod", "vision-prod"):
        planned = {r.urn for r in planner.plan(name).resources if r.custom and r.type != REFERENCE_TYPE}
        assert {outcome.urn for outcome in samples.stack(name).outcomes} == planned


def test_ids_and_arns_flow_through_the_stacks(samples):
    platform = samples.stack("platform-prod")
    foundation = samples.stack("foundation-prod")
    assert platform.outputs["cluster"] == foundation.outputs["cluster"]
    group = foundation.outputs["cluster"]["security_group_id"]
    (found,) = (
        samples.session("foundation-prod")
        .client("ec2")
        .describe_security_groups(GroupIds=[group])["SecurityGroups"]
    )
    assert found["GroupName"].startswith("eks-cluster-sg-")
    assert "$unknown" not in json.dumps(samples.as_json()["stacks"][0]["outputs"])


def test_no_sample_leaves_anything_unknown(samples):
    assert '"$unknown"' not in json.dumps(samples.as_json())


def test_the_data_names_every_resource_once_with_its_outcome(samples):
    data = samples.as_json()
    assert data["schema_version"] == "1"
    for stack in data["stacks"]:
        urns = [resource["urn"] for resource in stack["resources"]]
        assert urns == sorted(set(urns))
        totals = [sum(counts.values()) for counts in stack["counts"].values()]
        assert sum(totals) == len(urns)
    assert json.loads(json.dumps(data)) == data


def test_a_foundation_finds_the_roles_that_no_stack_creates(samples):
    iam = samples.session("foundation-prod").client("iam")
    deploy_role = Folder.read(STACKS).stack("foundation-prod").stack.cluster.deploy_role
    assert iam.get_role(RoleName=deploy_role)["Role"]["RoleName"] == deploy_role


def test_the_text_counts_what_the_data_counts(samples):
    text = view(samples)
    resources = sum(len(stack.outcomes) for stack in samples.stacks)
    assert f"{len(samples.stacks)} stacks, {resources} resources: " in text
    assert "0 rejected" in text
    assert all(len(line) <= 118 for line in text.splitlines())
    for stack in samples.stacks:
        assert f"\n\n{stack.name}: account {stack.account} in {stack.region}\n" in f"\n\n{text}"


def test_the_text_can_list_every_resource(samples):
    text = view(samples, every_resource=True)
    for stack in samples.stacks:
        for outcome in stack.outcomes:
            assert re.search(
                rf"{outcome.status} .* {re.escape(outcome.name)} .*{re.escape(outcome.id)}", text
            )


def test_the_service_of_a_type_is_the_module_of_its_creator():
    assert service_of("aws:ec2/subnet:Subnet") == "ec2"
    assert service_of("aws:s3/bucket:Bucket") == "s3"
    assert service_of("aws:s3/unheard:Of") is None
