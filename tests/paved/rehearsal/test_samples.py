"""The sample stacks rehearsed: all can be provisioned, no value is dropped, and each run gives the same."""

import json
import os
import re
import subprocess
import sys
from collections import Counter
from dataclasses import dataclass, field

import pytest

from paved.aws.creating.api import Api
from paved.aws.creating.inputs import Inputs
from paved.aws.creating.registry import creator_of, service_of
from paved.rehearsal.in_memory_provider import InMemoryProvider
from paved.rehearsal.rehearsal import rehearse
from paved.rehearsal.view import view
from reference.vocabulary import STACK_REFERENCE
from stacks.checks.folder import Folder
from tests.conftest import STACKS

STEERING = frozenset({"enableKeyRotation", "eventbridge", "isEnabled"})
"""Inputs that say which calls are made, rather than what is in them."""

LOOKED_UP = frozenset({("aws:ec2/defaultSecurityGroup:DefaultSecurityGroup", "vpcId")})
"""Inputs by which the resource is found, since it exists already."""


def leaves(value):
    if isinstance(value, dict):
        for key, item in value.items():
            yield from (spelt(key), *leaves(item))
    elif isinstance(value, list | tuple):
        for item in value:
            yield from leaves(item)
    else:
        yield spelt(value)


def spelt(value):
    """A value however a call spells it: `true`, True and "true" are one, and so are 80 and 80.0."""
    if isinstance(value, float) and value.is_integer():
        value = int(value)
    return str(value).lower()


def parsed(value):
    """JSON texts opened up, since some calls carry what is in them. Patterns of filters only begin like one."""
    if isinstance(value, str) and value.startswith("{") and not value.startswith("{ $."):
        return parsed(json.loads(value))
    if isinstance(value, dict):
        return {key: parsed(item) for key, item in value.items()}
    if isinstance(value, list):
        return [parsed(item) for item in value]
    return value


def given(inputs):
    """The values of inputs, and the keys of maps whose keys are the user's own."""
    for key, value in inputs.items():
        if key in STEERING or key == "region":
            continue
        if key in ("tags", "labels"):
            yield from leaves(value)
        elif isinstance(value, dict):
            yield from given(value)
        elif isinstance(value, list):
            for item in value:
                yield from given(item) if isinstance(item, dict) else [spelt(item)]
        else:
            yield spelt(value)


@dataclass
class Recording:
    """Each registered resource, the parameters of its calls by URN, the inputs left to the provider, and outcomes."""

    resources: list = field(default_factory=list)
    sent: dict = field(default_factory=dict)
    left: set = field(default_factory=set)
    outcomes: list = field(default_factory=list)

    def record(self, patch) -> None:
        run, check = Api._run, Api.check
        leave, create = Inputs.leave_to_provider, InMemoryProvider.new_resource

        def sending(original):
            def send(api, *arguments):
                self.sent.setdefault(api._urn, []).append(parsed(arguments[-1]))
                return original(api, *arguments)

            return send

        def leaving(inputs, *keys):
            self.left |= set(keys)
            return leave(inputs, *keys)

        def creating(provider, registration):
            self.resources.append(registration)
            return create(provider, registration)

        patch.setattr(Api, "_run", sending(run))
        patch.setattr(Api, "check", sending(check))
        patch.setattr(Inputs, "leave_to_provider", leaving)
        patch.setattr(InMemoryProvider, "new_resource", creating)


@pytest.fixture(scope="module")
def alone():
    """Vision's stacks, rehearsed without the others: before the samples, as there is one rehearsal at a time."""
    with rehearse(Folder.read(STACKS), ["vision-prod"]) as rehearsal:
        return rehearsal


@pytest.fixture(scope="module")
def recording():
    return Recording()


@pytest.fixture(scope="module")
def samples(alone, recording):
    """Every sample stack, rehearsed once for all tests, which change nothing."""
    with pytest.MonkeyPatch.context() as patch:
        recording.record(patch)
        opened = rehearse(Folder.read(STACKS), on_outcome=lambda *told: recording.outcomes.append(told))
        rehearsal = opened.__enter__()
    yield rehearsal
    opened.__exit__(None, None, None)


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


def test_a_rehearsal_provisions_what_the_plan_shows(planner, samples):
    for name in ("foundation-prod", "platform-prod", "vision-prod"):
        planned = {r.urn for r in planner.plan(name).resources if r.custom and r.type != STACK_REFERENCE}
        assert {outcome.urn for outcome in samples.stack(name).outcomes} == planned


def test_ids_and_arns_flow_through_the_stacks(samples):
    platform = samples.stack("platform-prod")
    foundation = samples.stack("foundation-prod")
    # The roles of nodes go on by name, with the platform's own nodes.
    passed_on = {
        key: value for key, value in foundation.outputs["cluster"].items() if key != "team_node_role_names"
    }
    assert platform.outputs["cluster"] == passed_on
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


def test_every_value_of_every_sample_resource_is_in_a_call(samples, recording):
    dropped = []
    for resource in recording.resources:
        if creator_of(resource.type) is None:
            continue
        inputs = {
            key: parsed(value)
            for key, value in resource.inputs.items()
            if key not in recording.left and (resource.type, key) not in LOOKED_UP
        }
        missing = Counter(given(inputs)) - Counter(leaves(recording.sent[resource.urn]))
        dropped += [(resource.type, resource.name, value) for value in missing]
    assert not dropped
    assert len(recording.sent) > 300


def test_progress_is_told_resource_by_resource(samples, recording):
    for stack in samples.stacks:
        told = [outcome for name, outcome in recording.outcomes if name == stack.name]
        assert sorted(told, key=lambda outcome: outcome.urn) == list(stack.outcomes)


def test_a_stack_comes_out_the_same_in_whatever_company(samples, alone):
    for stack in alone.stacks:
        assert samples.stack(stack.name).outcomes == stack.outcomes


def rehearsed_in_a_process(seed, zone, locale):
    environment = {**os.environ, "PYTHONHASHSEED": seed, "TZ": zone, "LC_ALL": locale}
    program = "from paved.cli import main; main()"
    command = [sys.executable, "-c", program, "rehearse", "ranking-dev", "--json"]
    done = subprocess.run(command, capture_output=True, text=True, env=environment, cwd=STACKS.parent)
    assert done.returncode == 0, done.stderr
    return done.stdout


def test_a_rehearsal_is_the_same_in_every_process():
    first = rehearsed_in_a_process("1", "UTC", "C")
    assert first == rehearsed_in_a_process("2", "Asia/Tokyo", "C.UTF-8")
    names = [stack["stack"] for stack in json.loads(first)["stacks"]]
    assert names == ["foundation-dev", "platform-dev", "ranking-dev"]
