"""Telling a credential from configuration."""

import base64
import random
import string

import pytest
from hypothesis import given
from hypothesis import strategies as st

from stacks.reading.credentials import credential_lines, is_credential, names_credential
from tests.stacks.reading.stack_file import FILE

SECRET = "AKIAIOSFODNN7EXAMPLE"


@pytest.mark.parametrize(
    "text",
    [
        "AKIAIOSFODNN7EXAMPLE",
        "key ASIAIOSFODNN7EXAMPLE of a role",
        "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY",
        "-----BEGIN RSA PRIVATE KEY-----",
        "ghp_0123456789abcdefghij0123456789abcdef",
        "glpat-0123456789abcdefghij",
        "xoxb-1234567890-abcdefghij",
        "https://hooks.slack.com/services/T000/B000/XXXX",
        "sk-proj-0123456789abcdefghij",
        "hf_" + "aB3" * 12,
        "pul-" + "0123456789" * 4,
        "eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxIn0.abc",
        "postgres://user:pass@db.example.com/x",
        "password: hunter2",
        "DB_PASSWORD=hunter2",
        '"api_key": "abcdef"',
        "aws_secret_access_key = abcdef",
        "0123456789abcdef0123456789abcdef",
        "git:" + "0123456789abcdef" * 4,
        "sha256:" + "0123456789abcdef" * 2,
        base64.b64encode(b"password: hunter2").decode(),
        base64.urlsafe_b64encode(b"AKIAIOSFODNN7EXAMPLE").decode().rstrip("="),
        base64.b64encode(b"-----BEGIN PRIVATE KEY-----").decode(),
    ],
)
def test_a_credential_is_recognised(text):
    assert is_credential(text)
    assert is_credential(f"a comment that holds {text} in its middle")


@pytest.mark.parametrize(
    "text",
    [
        "vision/defect-detector/2026-11-03/run-0001-of-the-fine-tuning-on-two-nodes",
        "AWSReservedSSO_AdministratorAccess_1a2b3c4d5e6f7a8b",
        "https://docs.aws.amazon.com/AmazonS3/latest/userguide/UsingKMSEncryptionWithAnyKey2026.html",
        "arn:aws:iam::111122223333:role/PavedDeployRoleOfTheProductionAccountsOfTheCompany2026",
        "yaml-language-server: $schema=schema.json",
        "cost per token: 3",
        "the secret is told by the team's lead",
        "names of secrets in Secrets Manager",
        "secretary: anna",
        "tokenizer: bert-base-uncased",
        "111122223333",
        "00000000000000000000000000000000",
        "ml-platform@example.com",
        "#ml-vision",
        "image_digest: sha256:" + "0123456789abcdef" * 4,
        "git:" + "0123456789" * 4,
    ],
)
def test_configuration_is_none(text):
    assert not is_credential(text)


@given(st.integers())
def test_most_random_secrets_of_40_characters_are_recognised(seed):
    dice = random.Random(seed)
    alphabet = string.ascii_letters + string.digits + "+/"
    secrets = ["".join(dice.choice(alphabet) for _ in range(40)) for _ in range(50)]
    assert sum(map(is_credential, secrets)) >= 45


@pytest.mark.parametrize(
    "key", ["password", "db_password", "PASSWD", "api-key", "apikey", "secret_access_key", "token"]
)
def test_a_key_can_name_a_credential(key):
    assert names_credential(key)


@pytest.mark.parametrize(
    "key", ["tokens", "secretsprovider", "passwords_rotate_days", "key", "team", "escalation"]
)
def test_most_keys_name_none(key):
    assert not names_credential(key)


def test_lines_are_counted_and_those_of_pulumi_left_out():
    salt = "encryptionsalt: v1:0KVJTBcmhp8=:v1:bKNg6cg2cfpKjulW:Dp+FXhx/BVe/cZ0T/CFld1662zKv/w=="
    text = f"a: 1\n{salt}\n# AKIAIOSFODNN7EXAMPLE\nconfig:\n  {salt.replace('encryptionsalt', 'password')}\n"
    assert list(credential_lines(text)) == [3, 5]


@pytest.mark.parametrize(
    "line",
    [
        f"# {SECRET}",
        f"  paved:x: {SECRET}",
        f"  {SECRET}: x",
        f"  paved:x: &{SECRET} y",
        f"  paved:x: !{SECRET} y",
        f"  ? {SECRET}",
        f"  paved:x: [{SECRET}",
        f"  paved:x: {SECRET}: y",
    ],
)
def test_a_credential_is_refused_wherever_it_stands_and_never_printed(written, complaints, line):
    found = complaints(written(f"config:\n  paved:kind: team\n{line}\n"))
    assert found
    assert not any("AKIA" in message for message in found)


def test_a_credential_is_told_by_its_line(edited, complaints):
    path = edited("vision-prod", "# Defect detection on the assembly lines.", "# password: hunter2")
    assert complaints(path) == [
        f"{FILE}:1: holds what looks like a credential: take it out, revoke it, and keep it in Secrets Manager"
    ]


def test_a_credential_over_two_lines_is_not_printed(edited, complaints):
    path = edited("vision-prod", 'chat: "#ml-vision"', 'chat:\n      "AKIAIOSF\\\n      ODNN7EXAMPLE"')
    assert complaints(path) == [
        f"{FILE}:9: `owner.chat` holds what looks like a credential: take it out, revoke it, and keep it in "
        "Secrets Manager"
    ]


def test_an_escaped_credential_is_not_printed(edited, complaints):
    path = edited("vision-prod", 'chat: "#ml-vision"', 'chat: "\\x41KIAIOSFODNN7EXAMPLE"')
    assert "AKIA" not in "".join(complaints(path))
