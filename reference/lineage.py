"""The lineage of jobs: the keys of their labels and annotations, and the digests that these hold."""

import json
from collections.abc import Mapping
from hashlib import sha256
from typing import Any

CODE_COMMIT = "paved.dev/code-commit"
CONFIG_DIGEST = "paved.dev/config-digest"
IMAGE_DIGEST = "paved.dev/image-digest"
IMAGE = "paved.dev/image"
"""Annotation: the whole image reference."""

SHOWN = 40
"""Hexadecimal digits of a digest in a label, which holds 63 characters: 160 bits, and never two digests alike."""


def config_digest(settings: Mapping[str, Any]) -> str:
    """The digest of settings as JSON data, whatever the order of their keys."""
    text = json.dumps(settings, sort_keys=True, separators=(",", ":"))
    return f"sha256:{sha256(text.encode()).hexdigest()}"


def shown_digest(digest: str) -> str:
    """A digest as a label holds it: without its algorithm, and cut. Annotations have it whole."""
    return digest.rpartition(":")[2][:SHOWN]
