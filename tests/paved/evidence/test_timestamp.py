"""An authority dates a bundle, and nothing else dates it: OpenSSL answers, another library reads."""

import pytest

from paved.errors import BadInput
from paved.evidence.chain import MANIFEST
from paved.evidence.sealed_folder import read_sealed
from paved.evidence.statement import SIGNATURE, TIMESTAMP
from paved.evidence.timestamp import NoTimestamp, hold_to_authority, read_timestamp
from paved.evidence.verification import Anchor, Trusted, verification

pytest.importorskip("rfc3161_client")


def dated(rewriter, authority, day, **asked):
    asked = Trusted(today=day, authority=authority, **asked)
    found = verification(read_sealed(rewriter.folder), asked)
    return next(each for each in found.verdicts if each.anchor is Anchor.DATE)


def test_a_dated_signature_existed_by_then(rewriter, authority, signer, as_of):
    signer.sign(rewriter.folder)
    authority.date(rewriter.folder, SIGNATURE)
    verdict = dated(rewriter, authority.root, as_of, key=signer.key)
    assert verdict.holds
    assert verdict.says.startswith("the signature existed at 20")


def test_a_dated_manifest_says_nothing_of_a_signature(rewriter, authority, signer, as_of):
    authority.date(rewriter.folder, MANIFEST)
    signer.sign(rewriter.folder)
    verdict = dated(rewriter, authority.root, as_of)
    assert verdict.says.startswith("the files, of a signature it says nothing, existed at 20")


def test_a_timestamp_without_an_authority_is_nobodys_word(rewriter, authority, as_of):
    authority.date(rewriter.folder, MANIFEST)
    verdict = dated(rewriter, None, as_of)
    assert verdict.holds is None
    assert "nobody looked at it" in verdict.says


def test_the_word_of_another_authority_is_refused(rewriter, authority, as_of, tmp_path):
    (tmp_path / "strange").mkdir()
    type(authority)(tmp_path / "strange").date(rewriter.folder, MANIFEST)
    verdict = dated(rewriter, authority.root, as_of)
    assert verdict.holds is False
    assert f"it is not by an authority of `{authority.root}`" in verdict.says


def test_a_changed_response_is_refused(rewriter, authority, as_of):
    authority.date(rewriter.folder, MANIFEST)
    path = rewriter.folder / TIMESTAMP
    data = bytearray(path.read_bytes())
    data[-1] ^= 1
    path.write_bytes(data)
    assert dated(rewriter, authority.root, as_of).holds is False


def test_evidence_of_a_day_after_it_was_dated_is_refused(rewriter, authority):
    rewriter.put("config.json", {**rewriter.data("config.json"), "as_of": "2999-01-01"})
    rewriter.reseal()
    authority.date(rewriter.folder, MANIFEST)
    assert "it is of 2999-01-01, and was dated before that, at 20" in rewriter.problems(
        authority=authority.root
    )


def test_a_response_without_certificate_or_over_another_digest_is_refused(rewriter, authority, as_of):
    authority.date(rewriter.folder, MANIFEST, "-sha256")
    assert dated(rewriter, authority.root, as_of).holds is False
    authority.date(rewriter.folder, MANIFEST, "-sha512", "-cert")
    assert "it is not over a SHA-256" in dated(rewriter, authority.root, as_of).says


@pytest.mark.parametrize("data", [b"", b"\x30\x00", b"{}", b"\x30\x80" * 1000])
def test_what_is_no_response_is_told(data):
    with pytest.raises(NoTimestamp, match="cannot be read as a timestamp response"):
        read_timestamp(data, {MANIFEST: b"x"})


def test_certificates_that_cannot_be_read_are_bad_input(tmp_path):
    with pytest.raises(BadInput, match="cannot be read: No such file"):
        hold_to_authority(None, tmp_path / "gone.pem")
    (tmp_path / "none.pem").write_text("none", encoding="utf-8")
    with pytest.raises(BadInput, match="holds no certificate in PEM"):
        hold_to_authority(None, tmp_path / "none.pem")


def test_a_bundle_that_has_no_date_is_refused_where_one_is_asked_for(rewriter, authority):
    assert "it is not dated" in rewriter.problems(authority=authority.root)
    assert rewriter.problems(required=frozenset({Anchor.DATE})).startswith("date: none")
