"""A bundle as it was written, copies of it to rewrite, keys to sign with and an authority that dates."""

import json
import shutil
import subprocess
from datetime import date
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric.ec import ECDSA, SECP256R1, generate_private_key
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from paved.cli import run
from paved.evidence import derivation
from paved.evidence.bundle import EVIDENCE, sealed
from paved.evidence.chain import MANIFEST, canonical
from paved.evidence.keys import PublicKey
from paved.evidence.sealed_folder import read_sealed
from paved.evidence.statement import SIGNATURE, STATEMENT, TIMESTAMP, signature_text, signed_bytes
from paved.evidence.verification import Trusted, verification

DAY = "2026-11-21"
TSA = """
[tsa]
default_tsa = own
[own]
serial = serial
signer_digest = sha256
default_policy = 1.2.3.4.1
digests = sha256, sha512
ess_cert_id_alg = sha256
[leaf]
extendedKeyUsage = critical,timeStamping
keyUsage = critical,digitalSignature
basicConstraints = critical,CA:FALSE
"""


class Rewriter:
    """A copy of a bundle, whose files are changed and sealed again as Paved seals them."""

    def __init__(self, folder: Path):
        self.folder = folder

    def data(self, name):
        return json.loads((self.folder / name).read_text(encoding="utf-8"))

    def put(self, name, data):
        (self.folder / name).write_text(canonical(data), encoding="utf-8")

    def reseal(self, stack="ranking-dev"):
        """Make digests, chain, head and statement fit what the files are now."""
        names = [each["file"] for each in self.data(MANIFEST)["files"]]
        files = {name: (self.folder / name).read_text(encoding="utf-8") for name in names}
        for name, text in sealed(EVIDENCE, stack, files).items():
            (self.folder / name).write_text(text, encoding="utf-8")

    @property
    def head(self):
        return self.data(MANIFEST)["head"]

    def problems(self, **asked):
        """Everything that a verification has against the bundle."""
        found = verification(read_sealed(self.folder), Trusted(today=date(2026, 12, 1), **asked))
        return "\n".join(found.problems)


class Signer:
    """A key on P-256 with its public half in a file."""

    def __init__(self, folder: Path):
        self._key = generate_private_key(SECP256R1())
        self.pem = folder / "signer.pem"
        public = self._key.public_key().public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo)
        self.pem.write_bytes(public)
        self.key = PublicKey.of_pem(self.pem)

    def sign(self, folder: Path):
        payload = (folder / STATEMENT).read_bytes()
        signature = self._key.sign(signed_bytes(payload), ECDSA(SHA256()))
        (folder / SIGNATURE).write_text(signature_text(payload, signature, self.key.sha256), encoding="utf-8")


class Authority:
    """An authority of RFC 3161 made with OpenSSL: a root, and a certificate that may date."""

    def __init__(self, folder: Path):
        self._folder = folder
        (folder / "tsa.cnf").write_text(TSA, encoding="utf-8")
        (folder / "serial").write_text("01\n", encoding="utf-8")
        key = ("-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes")
        basic = ("-addext", "basicConstraints=critical,CA:TRUE", "-addext", "keyUsage=critical,keyCertSign")
        self._openssl(
            "req", "-x509", *key, "-keyout", "ca.key", "-out", "ca.pem", "-subj", "/CN=Root", *basic
        )
        self._openssl("req", *key, "-keyout", "tsa.key", "-out", "tsa.csr", "-subj", "/CN=Clock")
        signs = ("-CA", "ca.pem", "-CAkey", "ca.key", "-CAcreateserial")
        leaf = ("-extfile", "tsa.cnf", "-extensions", "leaf")
        self._openssl("x509", "-req", "-in", "tsa.csr", *signs, *leaf, "-out", "tsa.pem")
        self.root = folder / "ca.pem"

    def date(self, folder: Path, name: str, *asked):
        """Date a file of a bundle."""
        query = ("-data", str(folder / name), *(asked or ("-sha256", "-cert")))
        self._openssl("ts", "-query", *query, "-out", "query.tsq")
        signer = ("-signer", "tsa.pem", "-inkey", "tsa.key", "-queryfile", "query.tsq")
        self._openssl("ts", "-reply", "-config", "tsa.cnf", *signer, "-out", str(folder / TIMESTAMP))

    def _openssl(self, *arguments):
        subprocess.run(["openssl", *arguments], cwd=self._folder, check=True, capture_output=True)


def write_evidence(stacks: Path, out: Path) -> int:
    """Write the evidence of a sample stack by a folder of stack files. Returns the exit code."""
    options = ("--out", str(out), "--as-of", DAY, "--stacks", str(stacks))
    return run(["evidence", "ranking-dev", *options])


@pytest.fixture(autouse=True, scope="session")
def evaluated_once():
    """Evaluate the same texts once for all tests, which change other files of a bundle more often than these."""
    known = {}
    evaluate = derivation.evaluated_plan

    def evaluated(sources, plan=None):
        if plan is not None:
            return evaluate(sources, plan)
        key = (sources.stack, sources.as_of, tuple(sorted(sources.texts.items())))
        if key not in known:
            known[key] = evaluate(sources)
        return known[key]

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(derivation, "evaluated_plan", evaluated)
        yield


@pytest.fixture(scope="session")
def written(tmp_path_factory):
    """A bundle of a sample stack as it was written. Nothing changes it."""
    out = tmp_path_factory.mktemp("evidence") / "ranking-dev"
    assert run(["evidence", "ranking-dev", "--out", str(out), "--as-of", DAY]) == 0
    return out


@pytest.fixture
def rewriter(written, tmp_path):
    """A copy of the bundle to rewrite."""
    shutil.copytree(written, tmp_path / "copy")
    return Rewriter(tmp_path / "copy")


@pytest.fixture
def signer(tmp_path):
    """A key that signs."""
    return Signer(tmp_path)


@pytest.fixture(scope="session")
def authority(tmp_path_factory):
    """An authority that dates; without OpenSSL its tests are skipped."""
    pytest.importorskip("rfc3161_client")
    if shutil.which("openssl") is None:
        pytest.skip("openssl is not on PATH")
    return Authority(tmp_path_factory.mktemp("tsa"))
