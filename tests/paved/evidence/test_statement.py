"""The statement and its envelope are what the published formats and other libraries say."""

import base64
import copy
import json
import re
import shutil
import subprocess

import pytest

from paved.evidence.chain import MANIFEST, sha256
from paved.evidence.statement import (
    PAYLOAD_TYPE,
    SIGNATURE,
    STATEMENT,
    NoEnvelope,
    read_envelope,
    signature_text,
    signed_bytes,
)


def test_the_signed_bytes_are_those_of_the_published_example():
    # From the protocol of DSSE, https://github.com/secure-systems-lab/dsse/blob/master/protocol.md
    encoded = signed_bytes(b"hello world", "http://example.com/HelloWorld")
    assert encoded == b"DSSEv1 29 http://example.com/HelloWorld 11 hello world"


def test_the_statement_names_every_file_and_the_head(written):
    found = json.loads((written / STATEMENT).read_text(encoding="utf-8"))
    stated = json.loads((written / MANIFEST).read_text(encoding="utf-8"))
    assert found["_type"] == "https://in-toto.io/Statement/v1"
    assert found["predicate"]["head"] == stated["head"]
    assert found["predicate"]["verificationResult"] == "PASSED"
    assert [each["name"] for each in found["subject"]] == [
        MANIFEST,
        *(each["file"] for each in stated["files"]),
    ]
    for each in found["subject"]:
        assert each["digest"] == {"sha256": sha256((written / each["name"]).read_bytes())}


def test_securesystemslib_verifies_the_envelope(rewriter, signer):
    dsse = pytest.importorskip("securesystemslib.dsse")
    errors = pytest.importorskip("securesystemslib.exceptions")
    signers = pytest.importorskip("securesystemslib.signer")
    crypto = pytest.importorskip("cryptography.hazmat.primitives.serialization")
    signer.sign(rewriter.folder)
    envelope = json.loads((rewriter.folder / SIGNATURE).read_text(encoding="utf-8"))["dsseEnvelope"]
    key = signers.SSlibKey.from_crypto(crypto.load_pem_public_key(signer.pem.read_bytes()), keyid="ours")
    for each in envelope["signatures"]:
        # It finds a key by an id, which cosign writes none of.
        each["keyid"] = "ours"
    assert dsse.Envelope.from_dict(copy.deepcopy(envelope)).verify([key], 1)
    envelope["payload"] = base64.b64encode(b"{}").decode()
    with pytest.raises(errors.VerificationError):
        dsse.Envelope.from_dict(envelope).verify([key], 1)


def test_cosign_verifies_the_signature_for_every_file(rewriter, signer):
    cosign = shutil.which("cosign")
    if cosign is None:
        pytest.skip("cosign is not on PATH")
    signer.sign(rewriter.folder)
    command = [cosign, "verify-blob-attestation", "--key", str(signer.pem), "--insecure-ignore-tlog"]
    command += ["--type", "https://paved.dev/evidence/v1", "--bundle", str(rewriter.folder / SIGNATURE)]
    for name, accepted in ((MANIFEST, True), ("plan.json", True), (STATEMENT, False)):
        done = subprocess.run([*command, str(rewriter.folder / name)], capture_output=True, check=False)
        assert (done.returncode == 0) is accepted


def test_an_envelope_is_read_alone_and_inside_a_bundle_of_sigstore():
    whole = json.loads(signature_text(b"\xfb\xff", b"\xfb\xff\xfe", "0" * 64))
    for data in (whole, whole["dsseEnvelope"]):
        assert read_envelope(json.dumps(data).encode()).signatures == (b"\xfb\xff\xfe",)
    # Both alphabets of base64 are allowed.
    assert "+" in whole["dsseEnvelope"]["payload"]
    whole["dsseEnvelope"]["payload"] = whole["dsseEnvelope"]["payload"].replace("+", "-").replace("/", "_")
    assert read_envelope(json.dumps(whole).encode()).payload == b"\xfb\xff"


@pytest.mark.parametrize(
    ("data", "said"),
    [
        (b"", "cannot be read"),
        (b"[]", "cannot be read"),
        (b"[" * 100_000, "cannot be read"),
        (b'{"payload": "!", "payloadType": "x", "signatures": []}', "cannot be read"),
        (b'{"payload": "", "payloadType": "x", "signatures": []}', f"is not of the type {PAYLOAD_TYPE}"),
    ],
)
def test_what_is_no_envelope_is_told(data, said):
    with pytest.raises(NoEnvelope, match=re.escape(said)):
        read_envelope(data)


def test_a_signature_that_cannot_be_read_is_told(rewriter):
    (rewriter.folder / SIGNATURE).write_text("{}", encoding="utf-8")
    assert rewriter.problems() == f"`{SIGNATURE}`: it cannot be read as a DSSE envelope"
