"""What a retraining run says of itself: which code, which image, which settings; its data it says once it knows it."""

from reference.lineage import CODE_COMMIT, CONFIG_DIGEST, IMAGE, IMAGE_DIGEST, shown_digest
from reference.vocabulary import DOMAIN

TRIGGER = f"{DOMAIN}/trigger"
LINEAGE = f"{DOMAIN}/lineage"
"""Annotation: where the runs of a trigger leave their records, as `<name of the Job>.json`."""

FOLDER = "lineage"
"""The prefix of the models bucket that records lie under."""


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
        IMAGE: image,
        LINEAGE: f"s3://{models}/{FOLDER}/{trigger}/",
    }
