"""The in-toto statement of a bundle (in-toto attestation framework, statement v1), and its DSSE envelope."""

import base64
import binascii
import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from paved.evidence.chain import MANIFEST, canonical, sha256
from policies.rule import Level

STATEMENT, SIGNATURE, TIMESTAMP = "evidence.intoto.json", "evidence.sigstore.json", "evidence.tsr"
ATTACHED = (STATEMENT, SIGNATURE, TIMESTAMP)
"""The files of a bundle that stand beside its chain: each is about the manifest."""
TYPE = "https://in-toto.io/Statement/v1"
PREDICATE_TYPE = "https://paved.dev/evidence/v1"
PAYLOAD_TYPE = "application/vnd.in-toto+json"
BUNDLE_TYPE = "application/vnd.dev.sigstore.bundle.v0.3+json"
ABOUT = ("policy.json", "security.json", "config.json")


class NoEnvelope(ValueError):
    """The text is no DSSE envelope of an in-toto statement. The message says why."""


@dataclass(frozen=True, kw_only=True)
class Envelope:
    """A payload with the signatures over it."""

    payload: bytes
    signatures: tuple[bytes, ...]


def statement(stated: Mapping[str, Any], found: Mapping[str, bytes]) -> str:
    """The statement over a manifest and every file that it names, as text. The same bytes for the same bundle.

    Names of the verdict are those of SLSA's verification summary.
    """
    names = [MANIFEST, *(each["file"] for each in stated["files"])]
    subjects = [{"name": name, "digest": {"sha256": sha256(found[name])}} for name in names]
    predicate = {key: stated[key] for key in ("kind", "stack", "head")}
    if all(name in found for name in ABOUT):
        predicate |= _verdict(*(json.loads(found[name]) for name in ABOUT))
    return canonical(
        {"_type": TYPE, "subject": subjects, "predicateType": PREDICATE_TYPE, "predicate": predicate}
    )


def _verdict(policy: Any, security: Any, config: Any) -> dict[str, Any]:
    refused = any(each["level"] == Level.MANDATORY.value for each in policy["findings"])
    return {
        "asOf": config["as_of"],
        "verificationResult": "FAILED" if refused else "PASSED",
        "verifiedLevels": [security["met"]] if security["met"] else [],
        "levelAtMost": security["at_most"],
        "undetermined": len(policy["undetermined"]),
    }


def signed_bytes(payload: bytes, payload_type: str = PAYLOAD_TYPE) -> bytes:
    """The bytes that a signature of a payload is over: DSSE's pre-authentication encoding."""
    kind = payload_type.encode()
    return b"DSSEv1 %d %b %d %b" % (len(kind), kind, len(payload), payload)


def signature_text(payload: bytes, signature: bytes, key_sha256: str) -> str:
    """The signature of a payload as cosign writes and reads it: a DSSE envelope in a bundle of sigstore."""
    hint = base64.b64encode(bytes.fromhex(key_sha256)).decode()
    envelope = {
        "payload": base64.b64encode(payload).decode(),
        "payloadType": PAYLOAD_TYPE,
        "signatures": [{"sig": base64.b64encode(signature).decode()}],
    }
    material = {"publicKey": {"hint": hint}}
    return canonical({"mediaType": BUNDLE_TYPE, "verificationMaterial": material, "dsseEnvelope": envelope})


def read_envelope(data: bytes) -> Envelope:
    """The envelope of a text, alone or inside a bundle of sigstore. Raises NoEnvelope."""
    try:
        found = json.loads(data)
        envelope = found.get("dsseEnvelope", found)
        kind = envelope["payloadType"]
        payload = _decoded(envelope["payload"])
        signatures = tuple(_decoded(each["sig"]) for each in envelope["signatures"])
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError):
        raise NoEnvelope("it cannot be read as a DSSE envelope") from None
    if kind != PAYLOAD_TYPE:
        raise NoEnvelope(f"its payload is not of the type {PAYLOAD_TYPE}")
    return Envelope(payload=payload, signatures=signatures)


def _decoded(text: str) -> bytes:
    # DSSE allows both alphabets of base64.
    try:
        return base64.b64decode(text.translate(str.maketrans("-_", "+/")), validate=True)
    except binascii.Error as error:
        raise ValueError(str(error)) from None
