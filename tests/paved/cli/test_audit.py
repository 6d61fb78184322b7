"""`paved audit` says what it compared, refuses the wrong account, and asks before it reads."""

import json
import subprocess
import sys

import boto3
import pytest
from botocore.exceptions import ClientError, EndpointConnectionError, NoCredentialsError
from botocore.stub import Stubber

from paved.cli import run
from paved.live_account import LiveAccount

IDENTITY = {"Account": "111122223333", "Arn": "arn:aws:iam::111122223333:user/ana", "UserId": "AIDAEXAMPLE"}


@pytest.fixture
def sts(monkeypatch):
    """A stubbed STS; every other service fails the test."""
    client = boto3.client("sts", region_name="us-east-1", aws_access_key_id="t", aws_secret_access_key="t")

    def only(self, service, region):
        assert service == "sts", f"{service} was asked before anybody knew whose account it is"
        return client

    monkeypatch.setattr(LiveAccount, "client", only)
    with Stubber(client) as stub:
        yield stub


def said(capsys):
    printed = capsys.readouterr()
    return f"{printed.out}--- stderr\n{printed.err}"


def test_a_rehearsed_account_is_audited(capsys, golden):
    assert run(["audit", "ranking-dev", "--rehearsed"]) == 0
    golden("cli/audit-rehearsed.txt", said(capsys))


def test_data_of_a_rehearsed_account(capsys, golden):
    assert run(["audit", "platform-risk", "--rehearsed", "--json"]) == 0
    data = json.loads(capsys.readouterr().out)
    golden("cli/audit-rehearsed.json", data)


def test_another_account_is_refused_before_anything_is_read(sts, capsys, golden):
    sts.add_response("get_caller_identity", {**IDENTITY, "Account": "999900001111"})
    assert run(["audit", "vision-prod"]) == 2
    golden("cli/audit-wrong-account.txt", said(capsys))


@pytest.mark.parametrize("code", ["ExpiredToken", "ExpiredTokenException", "RequestExpired"])
def test_an_expired_token_is_told(code, sts, capsys, golden):
    sts.add_client_error("get_caller_identity", code, "the token ASIAEXAMPLE is expired")
    assert run(["audit", "vision-prod"]) == 2
    golden("cli/audit-expired.txt", said(capsys))


@pytest.mark.parametrize(
    ("error", "words"),
    [
        (NoCredentialsError(), "no AWS credentials were found"),
        (
            EndpointConnectionError(endpoint_url="https://sts.example"),
            "sts.GetCallerIdentity: AWS could not be asked",
        ),
        (
            ClientError(
                {"Error": {"Code": "InvalidClientTokenId", "Message": "AKIAEXAMPLE"}}, "GetCallerIdentity"
            ),
            "AWS does not take these credentials (InvalidClientTokenId)",
        ),
        (
            ClientError({"Error": {"Code": "AccessDenied", "Message": "AKIAEXAMPLE"}}, "GetCallerIdentity"),
            "these credentials open no account (sts.GetCallerIdentity: AccessDenied)",
        ),
    ],
)
def test_credentials_that_open_nothing_are_told(error, words, monkeypatch, capsys):
    class Client:
        def get_caller_identity(self):
            raise error

    monkeypatch.setattr(LiveAccount, "client", lambda self, service, region: Client())
    assert run(["audit", "vision-prod"]) == 2
    printed = capsys.readouterr()
    assert words in printed.err
    assert "AKIA" not in printed.err
    assert printed.out == ""


def test_no_credentials_at_all(monkeypatch, tmp_path, capsys, golden):
    for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY", "AWS_PROFILE", "AWS_SESSION_TOKEN"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("AWS_EC2_METADATA_DISABLED", "true")
    monkeypatch.setenv("AWS_CONFIG_FILE", str(tmp_path / "none"))
    monkeypatch.setenv("AWS_SHARED_CREDENTIALS_FILE", str(tmp_path / "none"))
    assert run(["audit", "vision-prod"]) == 2
    golden("cli/audit-no-credentials.txt", said(capsys))


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        ([], "which stack?"),
        (["vision-prdo"], "vision-prod"),
        (["vision-prod", "--rehearsed", "--profile", "x"], "a rehearsed account has no profile"),
        (["vision-prod", "--as-of", "yesterday"], "--as-of"),
    ],
)
def test_a_mistake_of_the_command_line_is_told(arguments, words, capsys):
    assert run(["audit", *arguments]) == 2
    assert words in capsys.readouterr().err


def test_a_stack_without_resources_of_aws_is_as_planned(monkeypatch, capsys):
    class Client:
        def __init__(self, service):
            self.service = service

        def get_caller_identity(self):
            return IDENTITY

        def can_paginate(self, _):
            return False

        def describe_images(self, **asked):
            return {"imageDetails": asked["imageIds"]}

        def list_roles(self):
            return {"Roles": []}

        def get_resources(self, TagFilters):  # noqa: N803 - AWS's name
            tags = [{"Key": "service", "Value": "foundation-prod"}]
            mine = {"ResourceARN": "arn:aws:s3:::forgotten", "Tags": TagFilters and []}
            return {"ResourceTagMappingList": [{"ResourceARN": "arn:aws:s3:::theirs", "Tags": tags}, mine]}

    monkeypatch.setattr(LiveAccount, "client", lambda self, service, region: Client(service))
    assert run(["audit", "platform-prod"]) == 1
    printed = capsys.readouterr()
    assert "arn:aws:s3:::forgotten" in printed.out
    assert "theirs" not in printed.out
    assert "hint: `pulumi up` puts back" in printed.err


def test_the_command_line_is_there_without_boto3():
    program = (
        "import sys; from paved.cli import run; run(['--help']); "
        "assert not [m for m in sys.modules if m.split('.')[0] in ('boto3', 'botocore', 'moto')]"
    )
    assert subprocess.run([sys.executable, "-c", program], capture_output=True, check=False).returncode == 0
