"""Rules of the images that KServe runs in teams' namespaces: those of a release, by digest, and none that has aged."""

from collections.abc import Iterator
from datetime import timedelta

from policies.resources import JudgedStack, Resource
from policies.rule import BEYOND_DEV, Claim, Rule, Severity, advice, claim
from policies.values import Value
from reference.registries import upstream_name
from reference.releases import PinnedImage, chart_name, releases
from reference.vocabulary import HELM_RELEASE, STORAGE_CONTAINER

AGE_LIMIT = timedelta(days=180)
"""How long ago an image may have been the newest of its repository: half a year of advisories."""

CONTROLLER_CHART, RUNTIMES_CHART = "kserve-resources", "kserve-runtime-configs"


def _images(subject: Resource, stack: JudgedStack) -> Iterator[Claim]:
    for name, image in _serving_images(subject):
        rows = _rows_with(name, image, stack)
        says = f"`{_tag(image).path}` is in no release of the platform: the chart chooses it"
        yield claim(bool(rows), says)
        for pinned in rows[-1:]:
            yield from _pin(pinned, image, stack)


def _serving_images(release: Resource) -> list[tuple[str, Value]]:
    """The images that KServe may start in a team's namespace, by their names in a release row."""
    if release.kind == STORAGE_CONTAINER:
        return [("storage-initializer", release.at("spec.container.image"))]
    chart = chart_name(release.at("chart").text())
    if chart == CONTROLLER_CHART:
        return [("storage-initializer", release.at("values.kserve.storage"))]
    if chart != RUNTIMES_CHART:
        return []
    settings = release.at("values.kserve.servingruntime").entries()
    runtimes = [(name, runtime) for name, runtime in settings if name != "enabled"]
    return [(name, runtime) for name, runtime in runtimes if runtime.at("disabled").plain(False) is not True]


def _rows_with(name: str, image: Value, stack: JudgedStack) -> list[PinnedImage]:
    known = [row.images[name] for row in releases() if name in row.images]
    # The same image, whether a node pulls it from where it is published or from the account's own registry.
    named = upstream_name(_reference(image), stack.context.account or "")
    return [each for each in known if named == each.reference]


def _tag(image: Value) -> Value:
    """The property that says the tag: one of its own in charts, the image itself in a container."""
    return image if isinstance(image.raw, str) else image.at("tag")


def _reference(image: Value) -> str:
    if _tag(image) is image:
        return image.text()
    return f"{image.at('image').text()}:{image.at('tag').text()}"


def _pin(pinned: PinnedImage, image: Value, stack: JudgedStack) -> Iterator[Claim]:
    # Of the container that loads models the chart's own value says so: once is enough.
    by_digest = pinned.digest is not None or _tag(image) is image
    yield advice(by_digest, f"`{_tag(image).path}` is {pinned.tag} without a digest: {pinned.source}")
    # A clone must not stop working on a day: whether age refuses is the organisation's choice.
    judged = claim if stack.settings.refuse_old_releases else advice
    age = stack.context.as_of - pinned.newest_on
    yield judged(
        age <= AGE_LIMIT,
        f"`{_tag(image).path}` is {pinned.tag}, the newest until {pinned.newest_on}: older than {AGE_LIMIT.days} days",
    )


RULES = (
    Rule(
        id="K8-13",
        name="model-servers-current",
        title="The images that serve models are those of a release, by digest, and not old",
        why="A model server parses what strangers send it. Charts name versions of years ago with known ways in.",
        fix="Pin a current image in the release row's `images`: tag, digest and the last day it was the newest.",
        severity=Severity.HIGH,
        enforcement=BEYOND_DEV,
        advises=True,
        owner="platform",
        controls=("CKV_K8S_43", "SI-2"),
        kinds=(HELM_RELEASE, STORAGE_CONTAINER),
        cluster="only the plan: runtimes come of the platform's charts alone, and no member writes their kind",
        check=_images,
        note="An image without a digest is told of and refuses nothing; age does where `refuse_old_releases` is set.",
    ),
)
