"""The in-process run registers what an engine would be told."""

import pulumi
import pulumi_aws as aws
import pytest
from pulumi import ComponentResource, Output, ResourceOptions

from paved.runtime.preview import PreviewProvider
from paved.runtime.runtime import run_program
from paved.runtime.values import Secret
from reference.vocabulary import UNKNOWN

NO_STACKS = PreviewProvider({}.__getitem__)


class Group(ComponentResource):
    def __init__(self, name, opts=None):
        super().__init__("paved:test:Group", name, {}, opts)
        self.bucket = aws.s3.Bucket(
            name, bucket="a", opts=ResourceOptions(parent=self, protect=True, depends_on=[])
        )
        self.register_outputs({"bucket": self.bucket.bucket})


def run(program, *, config=None):
    return run_program(program, stack="vision-prod", config=config or {}, provider=NO_STACKS, dry_run=True)


def registered(result):
    return {r.registration.name: r for r in result.resources}


def test_urns_carry_the_whole_chain_of_parent_types():
    outer = []

    def program():
        owner = ComponentResource("paved:test:Owner", "owner")
        outer.append(Group("group", ResourceOptions(parent=owner)))

    urns = [r.registration.urn for r in run(program).resources]
    assert urns == [
        "urn:pulumi:vision-prod::paved::pulumi:pulumi:Stack::paved-vision-prod",
        "urn:pulumi:vision-prod::paved::paved:test:Owner::owner",
        "urn:pulumi:vision-prod::paved::paved:test:Owner$paved:test:Group::group",
        "urn:pulumi:vision-prod::paved::paved:test:Owner$paved:test:Group$aws:s3/bucket:Bucket::group",
    ]


def test_a_value_that_only_creation_tells_is_unknown_and_not_none():
    def program():
        bucket = aws.s3.Bucket("b", bucket="a")
        pulumi.export("arn", bucket.arn)
        pulumi.export("url", Output.concat("s3://", bucket.bucket))
        pulumi.export("both", {"name": bucket.bucket, "arn": bucket.arn})

    assert run(program).outputs == {"arn": UNKNOWN, "url": "s3://a", "both": {"arn": UNKNOWN, "name": "a"}}


def test_the_order_of_registrations_is_the_same_every_time():
    def program():
        for name in ("c", "a", "b"):
            Group(name)

    assert len({tuple(r.registration.urn for r in run(program).resources) for _ in range(5)}) == 1


def test_config_of_one_run_is_not_seen_by_the_next():
    seen = []

    def program():
        seen.append(pulumi.Config("paved").get("kind"))

    run(program, config={"paved:kind": "team"})
    run(program)
    assert seen == ["team", None]


def test_a_secret_is_kept_as_one_and_never_printed():
    def program():
        aws.ssm.Parameter("p", type="SecureString", value=Output.secret("hunter2"))

    inputs = registered(run(program))["p"].registration.inputs
    assert inputs["value"] == Secret("hunter2")
    assert "hunter2" not in repr(inputs)


def test_a_resource_registered_twice_is_a_failure():
    def program():
        Group("same")
        Group("same")

    assert next(str(error) for _, error in run(program).failures).startswith("two resources have the URN")


def test_a_data_source_is_refused_by_name():
    def program():
        aws.get_caller_identity_output().account_id.apply(print)

    with pytest.raises(Exception, match="a plan has no account to ask"):
        run(program)


def test_an_error_in_the_program_reaches_the_caller():
    def program():
        Output.from_input(1).apply(lambda _: 1 / 0)

    with pytest.raises(ZeroDivisionError):
        run(program)


def test_whole_numbers_arrive_as_integers():
    def program():
        aws.cloudwatch.LogGroup("g", name="g", retention_in_days=30)

    days = registered(run(program))["g"].registration.inputs["retentionInDays"]
    assert (days, type(days)) == (30, int)


def test_what_aws_decides_inside_an_input_is_unknown_and_no_more():
    def program():
        cluster = aws.eks.Cluster(
            "c",
            name="c",
            role_arn="arn:aws:iam::111122223333:role/c",
            vpc_config=aws.eks.ClusterVpcConfigArgs(subnet_ids=["subnet-1"], endpoint_public_access=False),
        )
        pulumi.export("group", cluster.vpc_config.apply(lambda vpc: vpc.cluster_security_group_id))
        pulumi.export("version", cluster.kubernetes_network_config.apply(lambda network: network.ip_family))
        pulumi.export("name", cluster.name)

    assert run(program).outputs == {"group": UNKNOWN, "version": UNKNOWN, "name": "c"}
