"""Keys that sign evidence: ECDSA on P-256 with SHA-256, as cosign's own keys are and those of images in KMS."""

import hashlib
import re
from pathlib import Path
from typing import TYPE_CHECKING, Any

from paved.errors import BadInput, Refused
from paved.live_account import answered

if TYPE_CHECKING:
    from cryptography.hazmat.primitives.asymmetric.ec import EllipticCurvePublicKey

ALGORITHM = "ECDSA_SHA_256"
COSIGN = "awskms:///"
"""The prefix under which cosign, and a foundation's output, name a key."""
NAMED = re.compile(
    r"(?P<arn>arn:aws[a-z-]*:kms:(?P<region>[a-z0-9-]+):[0-9]{12}:)?(alias/[A-Za-z0-9/_-]{1,250}|key/[a-z0-9-]+)"
    r"|[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}|mrk-[0-9a-f]{32}",
    re.ASCII,
)


class PublicKey:
    """A public key that verifies signatures."""

    def __init__(self, key: "EllipticCurvePublicKey", named: str):
        """`named` says where the key was found."""
        self._key = key
        self.named = named

    @classmethod
    def of_pem(cls, path: Path) -> "PublicKey":
        """Read the key of a PEM file. Raises BadInput for another file or another kind of key."""
        from cryptography.exceptions import UnsupportedAlgorithm
        from cryptography.hazmat.primitives.serialization import load_pem_public_key

        try:
            return cls(_p256(load_pem_public_key(path.read_bytes())), f"`{path}`")
        except OSError as error:
            raise BadInput(f"`{path}` cannot be read: {error.strerror}") from error
        except (ValueError, UnsupportedAlgorithm):
            raise BadInput(
                f"`{path}` is no public key on P-256 in PEM", hint="`cosign public-key --key KEY` prints one"
            ) from None

    @property
    def sha256(self) -> str:
        """The SHA-256 of the key (SubjectPublicKeyInfo, DER), by which people compare it."""
        from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

        spki = self._key.public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)
        return hashlib.sha256(spki).hexdigest()

    def verifies(self, signature: bytes, data: bytes) -> bool:
        """Whether a signature of data is by this key."""
        from cryptography.exceptions import InvalidSignature
        from cryptography.hazmat.primitives.asymmetric.ec import ECDSA
        from cryptography.hazmat.primitives.hashes import SHA256

        try:
            self._key.verify(signature, data, ECDSA(SHA256()))
        except InvalidSignature:
            return False
        return True


class KmsKey:
    """A key of KMS, whose private half never leaves it."""

    def __init__(self, client: Any, key: str):
        """`key` is an id, an ARN or an alias, which `kms_key_id` takes apart."""
        self._client, self._key = client, key

    def public(self) -> PublicKey:
        """The public half. Raises Refused for a key of another kind, and what `answered` raises."""
        from cryptography.hazmat.primitives.serialization import load_der_public_key

        with answered(f"the key `{self._key}`"):
            found = self._client.get_public_key(KeyId=self._key)
        try:
            return PublicKey(_p256(load_der_public_key(found["PublicKey"])), f"`{found['KeyId']}`")
        except ValueError:
            raise Refused(
                f"the key `{self._key}` is not on P-256 (`ECC_NIST_P256`)",
                hint="make one for signing as docs/decisions/0013-images-are-signed-with-a-kms-key.md has it",
            ) from None

    def sign(self, data: bytes) -> bytes:
        """A signature of data, ASN.1 DER. Raises what `answered` raises."""
        # A digest: KMS takes no message of more than 4096 bytes.
        digest = hashlib.sha256(data).digest()
        with answered(f"signing with `{self._key}`"):
            found = self._client.sign(
                KeyId=self._key, Message=digest, MessageType="DIGEST", SigningAlgorithm=ALGORITHM
            )
        signature: bytes = found["Signature"]
        return signature


def kms_key_id(given: str, region: str) -> tuple[str, str]:
    """The id, ARN or alias of a key, and the region that it is in: its ARN's, or the one given. Raises BadInput."""
    name = given.removeprefix(COSIGN)
    match = NAMED.fullmatch(name)
    if match is None:
        raise BadInput(
            f"`{given[:80]}` names no key of KMS",
            hint="write `alias/NAME`, an ARN, or `awskms:///` and an ARN",
        )
    return name.removeprefix("key/"), match["region"] or region


def _p256(key: object) -> "EllipticCurvePublicKey":
    from cryptography.hazmat.primitives.asymmetric.ec import SECP256R1, EllipticCurvePublicKey

    if not isinstance(key, EllipticCurvePublicKey) or not isinstance(key.curve, SECP256R1):
        raise ValueError("a key on P-256 is needed")
    return key
