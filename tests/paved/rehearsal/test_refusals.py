"""What a rehearsal says of a program that no account would take, and of files that are wrong."""

from pathlib import Path

import pulumi
import pulumi_aws as aws
import pytest
from pulumi import ResourceOptions

from paved.rehearsal import rehearsal as module
from paved.rehearsal.rehearsal import RehearsalFailed, rehearse
from paved.rehearsal.view import view
from stacks.checks.folder import Folder
from stacks.reading.problems import ConfigError
from tests.conftest import STACKS

NAME = "foundation-dev"


@pytest.fixture
def rehearse_program(monkeypatch):
    """Rehearse a program of the test's own in place of a sample stack."""
    account = Folder.read(STACKS).stack(NAME).stack.account

    def run(program):
        def main():
            provider = aws.Provider("aws", region=account.region, allowed_account_ids=[account.id])
            program(ResourceOptions(provider=provider))

        monkeypatch.setattr(module, "run_main", main)
        with rehearse(Folder.read(STACKS), [NAME]) as rehearsal:
            return rehearsal, view(rehearsal)

    return run


def chain(opts):
    """A bad network, and what needs it; a good queue beside them."""
    vpc = aws.ec2.Vpc("net", cidr_block="10.0.0.0/8", opts=opts)
    subnet = aws.ec2.Subnet("private", vpc_id=vpc.id, cidr_block="10.0.0.0/20", opts=opts)
    aws.ec2.RouteTableAssociation("private", subnet_id=subnet.id, route_table_id="rtb-1", opts=opts)
    aws.sqs.Queue("jobs", name="jobs", opts=opts)
    pulumi.export("vpc", vpc.id)


def test_a_refused_resource_is_told_apart_from_those_that_wait_for_it(rehearse_program):
    rehearsal, _ = rehearse_program(chain)
    found = {(o.type.rpartition(":")[2], o.status, o.only_follows) for o in rehearsal.stacks[0].outcomes}
    assert found == {
        ("aws", "validated", False),
        ("Queue", "created", False),
        ("Vpc", "rejected", False),
        ("Subnet", "rejected", True),
        ("RouteTableAssociation", "rejected", True),
    }
    assert not rehearsal.is_clean


def test_the_text_names_the_cause_and_counts_what_follows(rehearse_program):
    _, text = rehearse_program(chain)
    lines = text[text.index("rejected\n  ") :].splitlines()
    assert lines[1] == "  foundation-dev: aws:ec2:Vpc `net`"
    assert lines[2].startswith("    ec2.CreateVpc: The CIDR '10.0.0.0/8' is invalid.")
    assert lines[3] == "  foundation-dev: 2 more resources wait for what was rejected"
    assert "1 stack, 5 resources: 1 created, 1 validated, 3 rejected" in text


def test_the_data_says_what_a_resource_waits_for(rehearse_program):
    rehearsal, _ = rehearse_program(chain)
    resources = {
        r["name"]: r for r in rehearsal.as_json()["stacks"][0]["resources"] if r["type"].endswith(":Subnet")
    }
    assert resources["private"]["rejections"] == [
        {
            "call": None,
            "parameter": "vpcId",
            "rule": "waits for `net`, which was rejected",
            "value": None,
            "follows": True,
        }
    ]
    assert rehearsal.as_json()["stacks"][0]["outputs"] == {"vpc": {"$unknown": True}}


def test_a_long_value_is_cut(rehearse_program):
    policy = '{"Version": "2012-10-17", "Statement": ' + "[" * 500
    _, text = rehearse_program(
        lambda opts: aws.s3.BucketPolicy("p", bucket="b" * 3, policy=policy, opts=opts)
    )
    assert "s3.PutBucketPolicy `Policy`: must be a JSON object" in text
    _, text = rehearse_program(lambda opts: aws.sqs.Queue("jobs", name="x" * 500, opts=opts))
    assert max(map(len, text.splitlines())) < 400


def test_warnings_are_shown_and_refuse_nothing(rehearse_program):
    rehearsal, text = rehearse_program(
        lambda opts: aws.ec2.LaunchTemplate("nodes", name="nodes", instance_type="z9.huge", opts=opts)
    )
    assert rehearsal.is_clean
    assert "only AWS or the cluster can judge\n  foundation-dev: aws:ec2:LaunchTemplate `nodes`: " in text
    assert "got 'z9.huge'" in text


def test_a_defect_of_the_rehearsal_is_told_as_one(rehearse_program, monkeypatch):
    def broken(inputs, api):
        raise KeyError("Vpc")

    monkeypatch.setattr("paved.rehearsal.in_memory_provider.creator_of", lambda type: broken)
    with pytest.raises(RehearsalFailed, match="KeyError") as caught:
        rehearse_program(lambda opts: aws.ec2.Vpc("net", cidr_block="10.0.0.0/16", opts=opts))
    assert caught.value.exit_code == 70


def copied(tmp_path: Path, **changes: tuple[str, str]) -> Folder:
    """The sample folder, with one replacement in the files of some stacks."""
    for path in STACKS.glob("Pulumi.*.yaml"):
        text = path.read_text(encoding="utf-8")
        old, new = changes.get(path.name.split(".")[1].replace("-", "_"), ("", ""))
        assert old in text
        (tmp_path / path.name).write_text(text.replace(old, new, 1) if old else text, encoding="utf-8")
    return Folder.read(tmp_path)


def test_every_mistake_of_the_stacks_is_told_before_anything_runs(tmp_path):
    folder = copied(
        tmp_path,
        foundation_dev=("environment: dev", "environment: test"),
        foundation_prod=("environment: prod", "environment: test"),
    )
    with pytest.raises(ConfigError) as caught, rehearse(folder, ["ranking-dev", "vision-prod"]):
        pass
    assert {problem.file.rpartition("Pulumi.")[2] for problem in caught.value.problems} >= {
        "foundation-dev.yaml",
        "foundation-prod.yaml",
    }


def test_an_unknown_stack_is_a_mistake():
    with pytest.raises(ConfigError, match="nothing-prod"), rehearse(Folder.read(STACKS), ["nothing-prod"]):
        pass


def test_a_role_with_a_path_gets_into_the_cluster(tmp_path):
    """IAM Identity Center's roles have one, and an access entry carries it."""
    role = "aws-reserved/sso.amazonaws.com/eu-west-1/AWSReservedSSO_Platform_0123456789abcdef"
    for path in STACKS.glob("*.yaml"):
        text = path.read_text(encoding="utf-8").replace("deploy_role: paved-deploy", f"deploy_role: {role}")
        (tmp_path / path.name).write_text(text, encoding="utf-8")
    with rehearse(Folder.read(tmp_path), [NAME]) as rehearsal:
        assert not [each for each in rehearsal.stacks[0].outcomes if each.status == "rejected"]
