"""What a retraining run says of itself: which code, which image, which settings; its data it says once it knows it."""

import json
from collections.abc import Mapping
from hashlib import sha256
from typing import Any

from components.labels import DOMAIN

TRIGGER = f"{DOMAIN}/trigger"
CODE_COMMIT = f"{DOMAIN}/code-commit"
CONFIG_DIGEST = f"{DOMAIN}/config-digest"
IMAGE_DIGEST = f"{DOMAIN}/image-digest"
LINEAGE = f"{DOMAIN}/lineage"
"""Annotation: where the runs of a trigger leave their records, as `<name of the Job>.json`."""

FOLDER = "lineage"
"""The prefix of the models bucket that records lie under."""

SHOWN = 40
"""Hexadecimal digits of a digest in a label, which holds 63 characters: 160 bits, and never two digests alike."""


def config_digest(settings: Mapping[str, Any]) -> str:
    """The digest of settings as JSON data, whatever the order of their keys."""
    text = json.dumps(settings, sort_keys=True, separators=(",", ":"))
    return f"sha256:{sha256(text.encode()).hexdigest()}"


def shown_digest(digest: str) -> str:
    """A digest as a label holds it: without its algorithm, and cut. Annotations have it whole."""
    return digest.rpartition(":")[2][:SHOWN]


def lineage_labels(
    *, trigger: str, code_commit: str, settings_digest: str, image_digest: str
) -> dict[str, str]:
    """The labels of a run's Job and pods, by which runs are found."""
    return {
        TRIGGER: trigger,
        CODE_COMMIT: code_commit.rpartition(":")[2],
        CONFIG_DIGEST: shown_digest(settings_digest),
        IMAGE_DIGEST: shown_digest(image_digest),
    }


def lineage_annotations(*, settings_digest: str, image: str, models: str, trigger: str) -> dict[str, str]:
    """What labels are too short for."""
    return {
        CONFIG_DIGEST: settings_digest,
        f"{DOMAIN}/image": image,
        LINEAGE: f"s3://{models}/{FOLDER}/{trigger}/",
    }
