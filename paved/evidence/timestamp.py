"""Timestamp tokens of RFC 3161: somebody else's word that some bytes existed at a moment."""

import hashlib
import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from paved.errors import BadInput

SHA256_OID = "2.16.840.1.101.3.4.2.1"
REASON = re.compile(r'Verify error: ([^"]{1,80})')
"""The words of OpenSSL among those of the library."""


class NoTimestamp(ValueError):
    """The bytes are no timestamp of these files, or not by the authority that is trusted. The message says why."""


@dataclass(frozen=True, kw_only=True)
class Timestamp:
    """A moment, and the name of the file that existed by then."""

    moment: datetime
    of: str


def read_timestamp(data: bytes, files: Mapping[str, bytes]) -> tuple[Timestamp, Any]:
    """The timestamp of a response (`.tsr`), over the one of some files that it is of, and the response.

    Nobody's word is believed yet. Raises NoTimestamp for a response that is of none of the files.
    """
    from rfc3161_client import decode_timestamp_response

    try:
        response = decode_timestamp_response(data)
        info = response.tst_info
        imprint = info.message_imprint
        is_sha256 = imprint.hash_algorithm.dotted_string == SHA256_OID
        digest, moment = imprint.message, info.gen_time
    except ValueError:
        raise NoTimestamp("it cannot be read as a timestamp response of RFC 3161") from None
    if not is_sha256:
        raise NoTimestamp("it is not over a SHA-256: ask the authority with `openssl ts -query -sha256`")
    for name, text in files.items():
        if hashlib.sha256(text).digest() == digest:
            return Timestamp(moment=moment.astimezone(UTC), of=name), response
    raise NoTimestamp(f"it is of other bytes than {' and '.join(f'`{name}`' for name in files)} here")


def hold_to_authority(response: Any, authority: Path) -> None:
    """Hold a response to the certificates of a PEM file, one of which is the root of the authority's own.

    They must have been valid at the moment itself. Raises BadInput for another file, and NoTimestamp.
    """
    from cryptography.x509 import load_pem_x509_certificates
    from rfc3161_client import VerificationError, VerifierBuilder

    try:
        certificates = load_pem_x509_certificates(authority.read_bytes())
    except OSError as error:
        raise BadInput(f"`{authority}` cannot be read: {error.strerror}") from error
    except ValueError:
        raise BadInput(f"`{authority}` holds no certificate in PEM") from None
    builder = VerifierBuilder()
    for certificate in certificates:
        builder = builder.add_root_certificate(certificate)
    try:
        builder.build().verify(response, response.tst_info.message_imprint.message)
    except (VerificationError, ValueError) as error:
        reason = REASON.search(str(error))
        says = f" ({reason[1]})" if reason else ""
        raise NoTimestamp(f"it is not by an authority of `{authority}`{says}") from None
