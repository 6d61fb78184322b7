"""A key of KMS signs, and its public half verifies; what is no such key is refused."""

import boto3
import pytest
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.hazmat.primitives.asymmetric.utils import Prehashed
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from moto import mock_aws

from paved.cli import run
from paved.errors import BadInput, Refused
from paved.evidence.keys import KmsKey, PublicKey, kms_key_id
from paved.evidence.sealed_folder import read_sealed
from paved.evidence.statement import SIGNATURE, read_envelope, signed_bytes
from paved.live_account import LiveAccount

REGION = "us-east-1"


def _sign_digest(self, message, signing_algorithm):
    assert signing_algorithm == "ECDSA_SHA_256"
    return self.private_key.sign(message, ec.ECDSA(Prehashed(SHA256())))


@pytest.fixture
def kms(monkeypatch):
    """An account whose only service is KMS; commands reach it as their own."""
    # KMS signs a message of the type DIGEST as it is, and refuses one of another length. moto hashes it again.
    monkeypatch.setattr("moto.kms.utils.ECDSAPrivateKey.sign", _sign_digest)
    for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"):
        monkeypatch.setenv(name, "testing")
    with mock_aws():
        client = boto3.client("kms", region_name=REGION)
        monkeypatch.setattr(LiveAccount, "client", lambda self, service, region: client)
        yield client


def made(kms, spec="ECC_NIST_P256", usage="SIGN_VERIFY"):
    key = kms.create_key(KeySpec=spec, KeyUsage=usage)["KeyMetadata"]["KeyId"]
    kms.create_alias(AliasName=f"alias/{spec.lower()}", TargetKeyId=key)
    return f"alias/{spec.lower()}"


def test_a_signature_by_kms_is_verified_by_its_public_half(kms):
    key = KmsKey(kms, made(kms))
    signature = key.sign(b"data" * 2000)
    assert key.public().verifies(signature, b"data" * 2000)
    assert not key.public().verifies(signature, b"other")
    assert not key.public().verifies(b"\x30\x00", b"data" * 2000)


def test_a_key_of_another_kind_is_refused(kms):
    with pytest.raises(Refused, match="is not on P-256"):
        KmsKey(kms, made(kms, "ECC_NIST_P384")).public()


def test_a_key_that_is_not_there_is_told_by_its_name(kms):
    with pytest.raises(Refused, match="the key `alias/none`: AWS answered NotFoundException to GetPublicKey"):
        KmsKey(kms, "alias/none").public()


@pytest.mark.parametrize(
    ("given", "found"),
    [
        ("alias/evidence", ("alias/evidence", REGION)),
        (
            "awskms:///arn:aws:kms:eu-central-1:777788889999:alias/risk",
            ("arn:aws:kms:eu-central-1:777788889999:alias/risk", "eu-central-1"),
        ),
        (
            "arn:aws:kms:eu-west-1:777788889999:key/1234abcd-12ab-34cd-56ef-1234567890ab",
            ("arn:aws:kms:eu-west-1:777788889999:key/1234abcd-12ab-34cd-56ef-1234567890ab", "eu-west-1"),
        ),
        ("1234abcd-12ab-34cd-56ef-1234567890ab", ("1234abcd-12ab-34cd-56ef-1234567890ab", REGION)),
    ],
)
def test_a_key_is_named_as_aws_and_cosign_name_it(given, found):
    assert kms_key_id(given, REGION) == found


@pytest.mark.parametrize("given", ["evidence", "arn:aws:s3:::bucket", "alias/", "--key", "alias/a b"])
def test_what_names_no_key_is_bad_input(given):
    with pytest.raises(BadInput, match="names no key of KMS"):
        kms_key_id(given, REGION)


def test_a_public_key_on_another_curve_is_bad_input(tmp_path):
    for key in (ec.generate_private_key(ec.SECP384R1()), rsa.generate_private_key(65537, 2048)):
        pem = key.public_key().public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo)
        (tmp_path / "key.pem").write_bytes(pem)
        with pytest.raises(BadInput, match="is no public key on P-256 in PEM"):
            PublicKey.of_pem(tmp_path / "key.pem")
    (tmp_path / "key.pem").write_text("none", encoding="utf-8")
    with pytest.raises(BadInput, match="is no public key on P-256 in PEM"):
        PublicKey.of_pem(tmp_path / "key.pem")
    with pytest.raises(BadInput, match="cannot be read: No such file"):
        PublicKey.of_pem(tmp_path / "gone.pem")


def test_evidence_signed_by_kms_verifies_by_kms_and_by_no_other_key(kms, tmp_path, capsys, signer):
    alias, out = made(kms), tmp_path / "signed"
    assert run(["evidence", "ranking-dev", "--out", str(out), "--sign", alias]) == 0
    envelope = read_envelope((out / SIGNATURE).read_bytes())
    assert KmsKey(kms, alias).public().verifies(envelope.signatures[0], signed_bytes(envelope.payload))
    capsys.readouterr()
    assert run(["evidence", "verify", str(out), "--kms", alias, "--require", "signature"]) == 0
    assert capsys.readouterr().out.startswith("whole and signed\n")
    assert run(["evidence", "verify", str(out), "--key", str(signer.pem)]) == 1
    assert "another signed it, or nobody" in capsys.readouterr().err
    assert run(["evidence", "verify", str(out), "--require", "signature"]) == 1
    assert "signature: there, and nobody looked at it" in capsys.readouterr().err
    assert read_sealed(out).region == REGION


def test_a_key_that_may_not_be_used_leaves_no_bundle(kms, tmp_path, capsys):
    out = tmp_path / "signed"
    assert run(["evidence", "ranking-dev", "--out", str(out), "--sign", "alias/none"]) == 1
    assert "AWS answered NotFoundException to GetPublicKey" in capsys.readouterr().err
    assert not out.exists()
