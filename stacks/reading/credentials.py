"""Credentials found among configuration, so that none is committed with a stack file or printed."""

import base64
import binascii
import re
from collections.abc import Iterator
from itertools import pairwise

KNOWN = re.compile(
    r"""\b(AKIA|ASIA)[A-Z0-9]{16}\b          # AWS access key id
      | -----BEGIN\ [A-Z ]*                  # PEM
      | \bgh[pousr]_[A-Za-z0-9]{20,}         # GitHub
      | \bgithub_pat_[A-Za-z0-9_]{20,}
      | \bglpat-[A-Za-z0-9_-]{20,}           # GitLab
      | \bxox[abeoprs]-[A-Za-z0-9-]{10,}     # Slack
      | hooks\.slack\.com/services/\S+
      | \bsk-[A-Za-z0-9_-]{20,}              # model providers
      | \bhf_[A-Za-z0-9]{30,}                # Hugging Face
      | \bAIza[A-Za-z0-9_-]{30,}             # Google
      | \bpul-[a-f0-9]{40}\b                 # Pulumi
      | \beyJ[A-Za-z0-9_-]{8,}\.eyJ          # JSON web token
      | ://[^/\s:@]+:[^/\s:@]+@              # user:password@host
    """,
    re.VERBOSE,
)
KEY = re.compile(
    r"(\w*[_-])?(password|passwd|passphrase|pwd|secret|token|credentials?|api[_-]?key|access[_-]?key|private[_-]?key)"
    r"|secret_?(access_?)?key",
    re.IGNORECASE,
)
ASSIGNED = re.compile(rf"(?<![\w-])({KEY.pattern})\b['\"]?\s*[:=]\s*\S{{4,}}", re.IGNORECASE)
ENCODED = re.compile(r"[A-Za-z0-9+/_=-]{16,}")
OPAQUE = re.compile(r"[A-Za-z0-9+/=]{40,}")
HEXADECIMAL = re.compile(r"(?<![0-9a-f])[0-9a-f]{32,}(?![0-9a-f])", re.IGNORECASE)
# These name an image or a commit by its content: long and random, and no secret.
CONTENT = re.compile(r"\b(sha256:[0-9a-f]{64}|git:[0-9a-f]{40})\b")

# An address is long and mixed as well; the secret ones have forms that are known.
ADDRESS = re.compile(r"https?://\S+")

RANDOM = 0.38
"""Changes of character class per character: random base64 has about 0.6, words run together seldom 0.35."""

PULUMI_OWN = re.compile(r"(encryptionsalt|encryptedkey|secretsprovider):")
"""Lines that Pulumi writes into a stack file. They are opaque and hold no secret in the clear."""


def is_credential(text: str) -> bool:
    """Whether text looks like a credential, or holds one, as it is or in base64."""
    if KNOWN.search(text) or ASSIGNED.search(text):
        return True
    rest = CONTENT.sub(" ", ADDRESS.sub(" ", text))
    # A text of few different digits, such as one that only fills a place, is no key.
    if any(len(set(found[0])) >= 8 for found in HEXADECIMAL.finditer(rest)):
        return True
    if any(_is_random(found[0]) for found in OPAQUE.finditer(rest)):
        return True
    return any(_hides(found[0]) for found in ENCODED.finditer(rest))


def names_credential(key: str) -> bool:
    """Whether a key says that its value is a credential."""
    return KEY.fullmatch(key) is not None


def credential_lines(text: str) -> Iterator[int]:
    """The lines of a stack file, comments among them, that seem to hold a credential."""
    for number, line in enumerate(text.split("\n"), start=1):
        if not PULUMI_OWN.match(line) and is_credential(line):
            yield number


def _hides(token: str) -> bool:
    # Both alphabets of base64, that of URLs too, with padding or without.
    body = token.rstrip("=").translate(str.maketrans("-_", "+/"))
    try:
        text = base64.b64decode(body + "=" * (-len(body) % 4), validate=True).decode("ascii")
    except (binascii.Error, UnicodeDecodeError):
        return False
    return KNOWN.search(text) is not None or ASSIGNED.search(text) is not None


def _is_random(token: str) -> bool:
    classes = [_character_class(character) for character in token]
    changes = sum(left != right for left, right in pairwise(classes))
    return {"A", "a", "0"} <= set(classes) and changes >= RANDOM * len(token)


def _character_class(character: str) -> str:
    if character.isupper():
        return "A"
    if character.islower():
        return "a"
    return "0" if character.isdigit() else character
