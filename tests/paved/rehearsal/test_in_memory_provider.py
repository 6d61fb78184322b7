"""How a program's registrations are answered: calls, ids, outcomes, and what is refused."""

import pytest

from paved.aws.creating.rejections import Rejected
from paved.runtime.values import Secret
from reference.vocabulary import UNKNOWN

QUEUE = "aws:sqs/queue:Queue"
VPC = "aws:ec2/vpc:Vpc"


def test_a_created_resource_has_its_id_its_outputs_and_its_calls(account):
    id, outputs = account.create(QUEUE, {"name": "jobs", "delaySeconds": 5})
    assert id == outputs["url"]
    assert outputs["arn"] == "arn:aws:sqs:us-east-1:111122223333:jobs"
    assert outputs["delaySeconds"] == 5
    assert outputs["region"] == "us-east-1"
    assert (account.last.status, account.last.service, account.last.id) == ("created", "sqs", id)
    assert account.calls == ["sqs.CreateQueue"]


def test_default_tags_and_own_tags_are_merged_and_shown(account):
    _, outputs = account.create(QUEUE, {"name": "jobs", "tags": {"team": "risk", "Name": "jobs"}})
    expected = {"team": "risk", "service": "test", "Name": "jobs"}
    assert outputs["tagsAll"] == expected
    assert account.client("sqs").list_queue_tags(QueueUrl=outputs["url"])["Tags"] == expected


def test_a_resource_whose_call_the_simulator_lacks_is_validated(account):
    monitor = {"name": "teams", "monitorType": "DIMENSIONAL", "monitorDimension": "SERVICE"}
    account.create("aws:costexplorer/anomalyMonitor:AnomalyMonitor", monitor)
    assert account.last.status == "validated"
    assert [(str(call), call.ran) for call in account.last.calls] == [("ce.CreateAnomalyMonitor", False)]


def test_a_refusal_names_call_parameter_rule_and_value(account):
    assert account.rejections("aws:iam/role:Role", {"name": "x y", "assumeRolePolicy": TRUST}) == [
        "iam.CreateRole `RoleName`: must match [\\w+=,.@-]+, got 'x y'"
    ]
    assert account.last.status == "rejected"
    assert account.last.rejections[0].parameter == "RoleName"


def test_a_refusal_of_the_simulator_is_told_in_its_words(account):
    account.create(VPC, {"cidrBlock": "10.0.0.0/16"}, name="a")
    (said,) = account.rejections(VPC, {"cidrBlock": "10.0.0.0/8"}, name="b")
    assert said.startswith("ec2.CreateVpc: The CIDR '10.0.0.0/8' is invalid. (InvalidVpc")


def test_an_input_that_no_call_carries_is_unmapped(account):
    inputs = {"name": "jobs", "colour": "red", "disk": {"size": [{"gib": 1}]}}
    assert account.rejections(QUEUE, inputs) == [
        "`colour`: unmapped input",
        "`disk.size[0].gib`: unmapped input",
    ]


@pytest.mark.parametrize("type", ["aws:braket/device:Device", "random:index/randomId:RandomId"])
def test_a_type_without_a_creator_is_refused_by_name(account, type):
    assert account.rejections(type, {}) == [f"no handler for the type {type}"]


def test_a_value_that_only_aws_can_judge_is_a_warning(account):
    data = {"name": "nodes", "instanceType": "z9.huge"}
    account.create("aws:ec2/launchTemplate:LaunchTemplate", data)
    assert account.last.status == "created"
    (warning,) = account.last.warnings
    assert warning.startswith("ec2.CreateLaunchTemplate `LaunchTemplateData.InstanceType`: must be one of")


def test_what_waits_for_a_refused_resource_is_refused_too_and_says_so(account):
    with pytest.raises(Rejected) as caught:
        account.register(QUEUE, {"name": "jobs", "kmsMasterKeyId": UNKNOWN, "list": [Secret(UNKNOWN)]})
    assert [rejection.parameter for rejection in caught.value.rejections] == ["kmsMasterKeyId", "list[0]"]
    assert account.last.only_follows
    account.rejections(QUEUE, {"name": "?"}, name="other")
    assert not account.last.only_follows


def test_a_region_of_its_own_moves_a_resource(account):
    _, outputs = account.create(QUEUE, {"name": "jobs", "region": "eu-central-1"})
    assert outputs["arn"] == "arn:aws:sqs:eu-central-1:111122223333:jobs"


def test_a_resource_needs_a_provider_that_pins_its_account(account):
    with pytest.raises(Rejected, match="has no AWS provider that pins its account"):
        account.register(QUEUE, {"name": "jobs"}, provider=None)


@pytest.mark.parametrize(
    ("changes", "parameter"),
    [
        ({"allowedAccountIds": '["999999999999"]'}, "allowedAccountIds"),
        ({"allowedAccountIds": '["111122223333", "999999999999"]'}, "allowedAccountIds"),
        ({"allowedAccountIds": None}, "allowedAccountIds"),
        ({"region": "eu-west-1"}, "region"),
    ],
)
def test_a_provider_of_another_account_or_region_is_refused(account, changes, parameter):
    pins = {"region": "us-east-1", "allowedAccountIds": '["111122223333"]', **changes}
    inputs = {key: value for key, value in pins.items() if value is not None}
    with pytest.raises(Rejected) as caught:
        account.register("pulumi:providers:aws", inputs, name="other", provider=None)
    assert [rejection.parameter for rejection in caught.value.rejections] == [parameter]


def test_a_kubernetes_provider_names_its_cluster(account):
    account.register("pulumi:providers:kubernetes", {"kubeconfig": "{}"}, provider=None)
    with pytest.raises(Rejected, match="or the user's own is used"):
        account.register("pulumi:providers:kubernetes", {}, name="other", provider=None)


def test_a_kubernetes_object_is_validated_under_its_namespace_and_name(account):
    manifest = {"apiVersion": "v1", "kind": "ConfigMap", "metadata": {"name": "a", "namespace": "b"}}
    id, outputs = account.register("kubernetes:core/v1:ConfigMap", manifest)
    assert (id, outputs) == ("b/a", manifest)
    assert (account.last.status, account.last.service) == ("validated", "kubernetes")


def test_a_custom_resource_counts_apart_from_built_in_kinds(account):
    manifest = {
        "apiVersion": "karpenter.sh/v1",
        "kind": "NodePool",
        "metadata": {"name": "a"},
        "spec": {"x": 1},
    }
    id, _ = account.register("kubernetes:karpenter.sh/v1:NodePool", manifest)
    assert (id, account.last.service) == ("a", "kubernetes (custom)")


def test_secrets_reach_the_calls_and_stay_secret_in_the_outputs(account):
    _, outputs = account.register(QUEUE, {"name": Secret("jobs")})
    assert outputs["arn"].endswith(":jobs")
    assert outputs["name"] == Secret("jobs")


def test_the_id_of_a_resource_does_not_depend_on_those_before_it(account):
    created = account.create(VPC, {"cidrBlock": "10.0.0.0/16"}, name="a")[0]
    after_another = account.create(VPC, {"cidrBlock": "10.0.0.0/16"}, name="b")[0]
    account.client("ec2").delete_vpc(VpcId=after_another)
    account.create(QUEUE, {"name": "jobs"})
    again = account.create(VPC, {"cidrBlock": "10.0.0.0/16"}, name="b")[0]
    assert again == after_another
    assert created != again


TRUST = """{"Version": "2012-10-17", "Statement": [
    {"Effect": "Allow", "Principal": {"Service": "ec2.amazonaws.com"}, "Action": "sts:AssumeRole"}]}"""
