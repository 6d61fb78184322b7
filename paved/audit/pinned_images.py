"""Images of the account's own registry that a plan names by digest."""

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from paved.aws.reading.account import AccountReader
from paved.plan.model import Plan
from paved.runtime.values import as_json
from reference.chart_images import images_of
from reference.vocabulary import CANDIDATE_TAG, HELM_RELEASE, RELEASE_TAG

IMAGE = re.compile(
    r"(\d{12})\.dkr[.-]ecr(?:-fips)?\.([a-z0-9-]+)\.[a-z.]+/([a-z0-9._/-]+)(?::[\w.-]+)?@(sha256:[0-9a-f]{64})"
)
"""An image by digest. A tag before it, as images of release rows have, says no more than the digest does."""

DIGEST = re.compile(r"sha256:[0-9a-f]{64}")
BESIDE = ("tag", "version", "digest")
"""The keys by which charts take a digest, beside the one of the repository."""


@dataclass(frozen=True, order=True)
class ImageByDigest:
    """An image by its repository and digest."""

    region: str
    repository: str
    digest: str

    def __str__(self) -> str:
        return f"image {self.repository}@{self.digest}"


def pinned_images(plan: Plan, account: str) -> list[ImageByDigest]:
    """The images of an account that the resources of a plan name by digest, each once."""
    text = json.dumps([as_json(each.inputs) for each in plan.resources])
    names = [text, *images_beside_digests(plan)]
    found = [match.groups() for match in IMAGE.finditer(" ".join(names))]
    return sorted({ImageByDigest(*where) for owner, *where in found if owner == account})


def images_beside_digests(plan: Plan) -> Iterator[str]:
    """The images whose repository and digest are values of a chart beside each other."""
    for release in plan.of(HELM_RELEASE):
        for each in images_of(str(release.inputs.get("name"))):
            if each.part == "registry":
                continue  # the chart puts the rest behind it, and no digest
            values: Any = release.inputs.get("values", {})
            for key in each.value[:-1]:
                values = values.get(key, {})
            digests = DIGEST.findall(str([values.get(key) for key in BESIDE]))
            yield from (f"{values.get(each.value[-1])}@{digest}" for digest in digests)


def tags_of(reader: AccountReader, image: ImageByDigest) -> list[str]:
    """The tags of an image. Raises NotFound, Denied or NotSimulated."""
    answer = reader.ask(
        "ecr.DescribeImages",
        image.region,
        repositoryName=image.repository,
        imageIds=[{"imageDigest": image.digest}],
    )
    return sorted(answer["imageDetails"][0].get("imageTags", ()))


def expires(tags: list[str]) -> bool:
    """Whether a repository deletes an image with these tags once newer candidates are pushed."""
    candidate = any(tag.startswith(CANDIDATE_TAG) for tag in tags)
    return candidate and not any(tag.startswith(RELEASE_TAG) for tag in tags)
