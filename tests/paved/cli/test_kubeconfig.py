"""`paved kubeconfig` prints the way of one holder of rights, and holds no secret."""

import json

import boto3
import pytest
import yaml
from botocore.stub import Stubber

from paved.cli import run
from paved.live_account import LiveAccount

ENDPOINT = "https://A1.gr7.us-east-1.eks.amazonaws.com"
IDENTITY = {"Account": "111122223333", "Arn": "arn:aws:iam::111122223333:user/ana", "UserId": "AIDAEXAMPLE"}


@pytest.fixture
def deployed(tmp_path):
    """The outputs of a platform that is up."""
    where = {"server": ENDPOINT, "certificate-authority-data": "Q0E="}
    text = json.dumps({"clusters": [{"name": "paved-foundation-prod", "cluster": where}]})
    file = tmp_path / "outputs.json"
    file.write_text(json.dumps({"kubeconfig": text}))
    return f"platform-prod={file}"


@pytest.fixture
def printed(deployed, capsys):
    def read(stack, *options):
        of_stack = deployed.replace("platform-prod", stack)
        assert run(["kubeconfig", stack, *options, "--outputs", of_stack]) == 0
        return yaml.safe_load(capsys.readouterr().out)

    return read


@pytest.fixture
def account(monkeypatch):
    """Stubbed STS and EKS."""
    keys = {"region_name": "us-east-1", "aws_access_key_id": "t", "aws_secret_access_key": "t"}
    clients = {service: boto3.client(service, **keys) for service in ("sts", "eks")}
    monkeypatch.setattr(LiveAccount, "client", lambda self, service, region: clients[service])
    with Stubber(clients["sts"]) as sts, Stubber(clients["eks"]) as eks:
        yield sts, eks


def exec_of(config):
    [user] = config["users"]
    assert set(user["user"]) == {"exec"}
    return user["user"]["exec"]


def test_a_role_takes_itself_on_in_the_teams_namespace(printed):
    config = printed("vision-prod", "--rights", "develop")
    [cluster], [context] = config["clusters"], config["contexts"]
    assert cluster["cluster"] == {"server": ENDPOINT, "certificate-authority-data": "Q0E="}
    assert context["context"]["namespace"] == "vision-prod"
    login = exec_of(config)
    assert login["command"] == "aws"
    assert login["args"][-2:] == ["--role-arn", "arn:aws:iam::111122223333:role/vision-engineers"]


def test_a_group_logs_in_by_the_company(printed):
    login = exec_of(printed("vision-prod", "--as", "vision-oncall"))
    assert (login["command"], login["args"][0]) == ("kubectl", "oidc-login")
    assert "--oidc-issuer-url=https://login.example.com" in login["args"]


def test_a_ci_has_its_role_already(printed):
    assert "--role-arn" not in exec_of(printed("vision-prod", "--rights", "submit"))["args"]


def test_a_profile_is_written_down(printed):
    login = exec_of(printed("vision-prod", "--rights", "view", "--profile", "work"))
    assert login["env"] == [{"name": "AWS_PROFILE", "value": "work"}]


def test_an_administrator_has_no_namespace(printed):
    [context] = printed("foundation-prod", "--as", "platform-oncall")["contexts"]
    assert context == {
        "name": "foundation-prod-admin",
        "context": {"cluster": "paved-foundation-prod", "user": "foundation-prod-admin"},
    }


def test_who_is_meant_must_be_plain(paved):
    said = paved("kubeconfig", "vision-prod")
    assert "exit 2" in said and "5 holders could be meant: vision-engineers (develop); vision-oncall" in said
    said = paved("kubeconfig", "vision-prod", "--rights", "admin")
    assert "exit 2" in said and "nobody has `admin` by the stack file" in said
    assert "mallory has no `view`" in paved(
        "kubeconfig", "vision-prod", "--as", "mallory", "--rights", "view"
    )


def test_the_account_says_where_the_cluster_is(account, capsys):
    sts, eks = account
    sts.add_response("get_caller_identity", IDENTITY)
    found = {"endpoint": ENDPOINT, "certificateAuthority": {"data": "Q0E="}}
    eks.add_response("describe_cluster", {"cluster": found}, {"name": "paved-foundation-prod"})
    assert run(["kubeconfig", "vision-prod", "--rights", "view"]) == 0
    assert ENDPOINT in capsys.readouterr().out


@pytest.mark.parametrize(
    ("cluster", "told"),
    [
        ({"status": "CREATING"}, "is CREATING and has no endpoint yet"),
        (None, "is not there: `pulumi up` has not made it"),
    ],
)
def test_without_an_endpoint_nothing_is_written(account, paved, tmp_path, cluster, told):
    sts, eks = account
    sts.add_response("get_caller_identity", IDENTITY)
    if cluster:
        eks.add_response("describe_cluster", {"cluster": cluster})
    else:
        eks.add_client_error("describe_cluster", "ResourceNotFoundException")
    out = tmp_path / "config"
    said = paved("kubeconfig", "vision-prod", "--rights", "view", "--out", str(out))
    assert "exit 2" in said and told in said and "--outputs STACK=FILE" in said
    assert not out.exists()


def test_another_account_is_told(account, paved):
    sts, _ = account
    sts.add_response("get_caller_identity", {**IDENTITY, "Account": "999900001111"})
    said = paved("kubeconfig", "vision-prod", "--rights", "view")
    assert "exit 2" in said and "these credentials open 999900001111" in said


@pytest.mark.parametrize(
    ("outputs", "told"),
    [
        ({}, "hold no `kubeconfig`"),
        ({"kubeconfig": "{"}, "hold no `kubeconfig`"),
        (
            {
                "kubeconfig": json.dumps(
                    {
                        "clusters": [
                            {"name": "x", "cluster": {"server": "a", "certificate-authority-data": "b"}}
                        ]
                    }
                )
            },
            "are of the cluster `x`, `paved-foundation-prod` is needed",
        ),
    ],
)
def test_outputs_that_lead_nowhere_are_told(paved, tmp_path, outputs, told):
    file = tmp_path / "outputs.json"
    file.write_text(json.dumps(outputs))
    said = paved("kubeconfig", "vision-prod", "--rights", "view", "--outputs", f"platform-prod={file}")
    assert "exit 2" in said and told in said


def test_a_file_is_its_owners_and_never_overwritten(deployed, paved, tmp_path):
    out = tmp_path / "config"
    options = ("kubeconfig", "vision-prod", "--rights", "view", "--outputs", deployed, "--out", str(out))
    assert "exit 0" in paved(*options)
    assert out.stat().st_mode & 0o777 == 0o600
    before = out.read_text()
    assert "is there already, and is never overwritten" in paved(*options)
    assert out.read_text() == before
    assert "exit 0" in paved(*options, "--force")
    assert out.stat().st_mode & 0o777 == 0o600


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("contexts: [{name: mine}]", "has entries of others, which would be lost: mine of `contexts`"),
        (
            "contexts: []\nclusters: [{name: home}]\nusers: [{name: me}]",
            "home of `clusters`, me of `users`",
        ),
        ("contexts: [{name: vision-prod-view, context: 5}]", "is no kubeconfig"),
        ("a letter", "is no kubeconfig"),
    ],
)
def test_force_takes_nothing_of_others_away(deployed, paved, tmp_path, text, told):
    out = tmp_path / "config"
    out.write_text(text)
    options = ("--rights", "view", "--outputs", deployed, "--out", str(out), "--force")
    said = paved("kubeconfig", "vision-prod", *options)
    assert "exit 2" in said and told in said
    assert out.read_text() == text


def test_force_replaces_a_context_with_the_cluster_that_it_had(deployed, paved, tmp_path):
    out = tmp_path / "config"
    name = "vision-prod-view"
    entries = f"[{{name: {name}, context: {{cluster: earlier, user: {name}}}}}]"
    out.write_text(f"contexts: {entries}\nclusters: [{{name: earlier}}]\nusers: [{{name: {name}}}]")
    options = ("--rights", "view", "--outputs", deployed, "--out", str(out), "--force")
    assert "exit 0" in paved("kubeconfig", "vision-prod", *options)
    assert "earlier" not in out.read_text()
