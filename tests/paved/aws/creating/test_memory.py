"""The in-memory AWS: accounts are apart, nothing leaves the process, the user's own configuration stays out."""

import os

import boto3
import pytest

from paved.aws.creating.memory import MemoryAws, NetworkForbidden


def test_each_account_holds_its_own_resources():
    with MemoryAws() as memory:
        for account, region in (("111122223333", "us-east-1"), ("777788889999", "eu-central-1")):
            sqs = memory.session(account, region).client("sqs")
            url = sqs.create_queue(QueueName=f"of-{account}")["QueueUrl"]
            arn = sqs.get_queue_attributes(QueueUrl=url, AttributeNames=["QueueArn"])["Attributes"][
                "QueueArn"
            ]
            assert arn == f"arn:aws:sqs:{region}:{account}:of-{account}"
            assert [u.rpartition("/")[2] for u in sqs.list_queues()["QueueUrls"]] == [f"of-{account}"]
            assert memory.client("sts", account, region).get_caller_identity()["Account"] == account


def test_an_account_is_empty_each_time():
    for _ in range(2):
        with MemoryAws() as memory:
            iam = memory.client("iam", "111122223333", "us-east-1")
            assert iam.list_roles()["Roles"] == []
            iam.create_role(RoleName="a", AssumeRolePolicyDocument="{}")


def test_a_call_that_the_simulator_would_let_out_is_stopped():
    with MemoryAws(), pytest.raises(NetworkForbidden, match="would leave this process"):
        client = boto3.client("sqs", endpoint_url="http://127.0.0.1:9", region_name="us-east-1")
        client.list_queues()


def test_the_environment_of_the_user_is_out_of_reach_and_given_back(monkeypatch):
    monkeypatch.setenv("AWS_PROFILE", "no-such-profile")
    monkeypatch.setenv("AWS_ENDPOINT_URL", "http://127.0.0.1:9")
    monkeypatch.setenv("MOTO_ACCOUNT_ID", "999999999999")
    with MemoryAws() as memory:
        assert "AWS_PROFILE" not in os.environ
        identity = memory.session("111122223333", "us-east-1").client("sts").get_caller_identity()
        assert identity["Account"] == "111122223333"
    assert os.environ["AWS_PROFILE"] == "no-such-profile"
    assert "AWS_ACCESS_KEY_ID" not in os.environ


def test_ids_follow_from_the_seed_alone():
    def ids():
        with MemoryAws() as memory:
            ec2 = memory.client("ec2", "111122223333", "us-east-1")
            for name in ("a", "b"):
                memory.seed(name)
                yield ec2.create_internet_gateway()["InternetGateway"]["InternetGatewayId"]

    first, second = list(ids()), list(ids())
    assert first == second
    assert first[0] != first[1]


def test_an_account_holds_the_managed_policies_that_are_added():
    with MemoryAws() as memory:
        arn = "arn:aws:iam::aws:policy/AmazonEKSClusterPolicy"
        for known in (arn, "arn:aws:iam::aws:policy/service-role/AmazonEBSCSIDriverPolicy"):
            memory.add_managed_policy("111122223333", "aws", known)
        memory.add_managed_policy("111122223333", "aws", "arn:aws:iam::aws:policy/NoSuchPolicy")
        policies = memory.client("iam", "111122223333", "us-east-1").list_policies()["Policies"]
        names = {policy["PolicyName"] for policy in policies}
        assert names == {"AmazonEKSClusterPolicy", "AmazonEBSCSIDriverPolicy"}


def test_a_name_can_be_claimed_once():
    with MemoryAws() as memory:
        assert not memory.is_claimed(("a", "b"))
        assert memory.claim(("a", "b"))
        assert memory.is_claimed(("a", "b"))
        assert not memory.claim(("a", "b"))


def test_there_is_one_at_a_time():
    with MemoryAws():
        with pytest.raises(RuntimeError, match="close the other rehearsal first"), MemoryAws():
            pass
        with pytest.raises(RuntimeError), MemoryAws():
            pass
    with MemoryAws():
        pass
