"""The rule of images of others: the account's own registry gets them, scans them and keeps them."""

from collections.abc import Iterator, Mapping

from policies.pods import images
from policies.resources import PODS, JudgedStack, Resource
from policies.rule import BEYOND_DEV, Claim, Rule, Severity, claim
from policies.values import MISSING, Truth, Value
from reference.chart_images import chart_registries, images_of
from reference.registries import account_registry, addons_registry, looks_like_host, registry_host
from reference.releases import chart_name
from reference.vocabulary import HELM_RELEASE, STORAGE_CONTAINER, UNKNOWN

NAMES_OF_IMAGES = ("image", "registry", "repository")
"""The ends of the keys by which charts name images, whatever stands before them."""


def _own_images(subject: Resource, stack: JudgedStack) -> Iterator[Claim]:
    if subject.kind == HELM_RELEASE:
        yield from _chart(subject, stack)
        return
    for image in _named(subject):
        if image.raw is not MISSING:
            yield _own(image, stack)


def _named(subject: Resource) -> Iterator[Value]:
    if subject.kind == STORAGE_CONTAINER:
        yield subject.at("spec.container.image")
    else:
        yield from images(subject)


def _chart(release: Resource, stack: JudgedStack) -> Iterator[Claim]:
    chart = chart_name(release.at("chart").text())
    values = release.at("values")
    known = {values.at(".".join(each.value)).path for each in images_of(chart)}
    for each in images_of(chart):
        image = values.at(".".join(each.value))
        says = f"`{image.path}` is not set: the chart pulls from {each.registry}"
        yield claim(False, says) if image.raw is MISSING else _own(image, stack)
    for image in _images_in(values):
        if image.path not in known:
            yield _own(image, stack)


def _images_in(value: Value) -> Iterator[Value]:
    """The values below one that name an image or a registry, whatever the chart makes of them."""
    for key, each in value.entries():
        yield from _images_at(key, each)


def _images_at(key: str, value: Value) -> Iterator[Value]:
    if isinstance(value.raw, Mapping):
        yield from _images_in(value)
    elif isinstance(value.raw, list):
        for item in value.items():
            yield from _images_at(key, item)
    elif _is_image(key, value.raw):
        yield value


def _is_image(key: str, raw: object) -> bool:
    """Whether a value names an image, by its key or by the registry of others that it begins with."""
    by_key = key.lower().endswith(NAMES_OF_IMAGES)
    if raw is UNKNOWN or not isinstance(raw, str):
        return by_key and raw is UNKNOWN
    host = raw.partition("/")[0]
    # A name without a host is put together by the chart, from a registry that is a value of its own.
    return (by_key and looks_like_host(host)) or host in chart_registries()


def _own(image: Value, stack: JudgedStack) -> Claim:
    return claim(_is_own(image, stack), f"`{image.path}` is pulled from {_where(image.raw)}")


def _where(raw: object) -> str:
    if not isinstance(raw, str):
        return "a registry"
    host = raw.partition("/")[0]
    return host if looks_like_host(host) else registry_host(raw)


def _is_own(image: Value, stack: JudgedStack) -> Truth:
    account, region = stack.context.account, stack.context.region
    if not (account and region):
        return Truth.UNSURE
    # Whole hosts: a name that begins like the account's registry can be anybody's. AWS's add-ons are of an account of
    # AWS's, and a copy of them is in each region.
    hosts = (account_registry(account, region), addons_registry(region))
    return image.test(lambda raw: str(raw).partition("/")[0] in hosts)


RULES = (
    Rule(
        id="K8-14",
        name="images-through-own-registry",
        title="Images of others come through the account's own registry",
        why="What other registries serve is not scanned or kept here, and one that is down keeps nodes from starting.",
        fix="In `images` of the foundation name the registry's secret in `logins`, or copy its images and name it "
        "in `mirror` (docs/guides/images.md).",
        cluster=(
            "of teams' pods `paved-new-pods`, by registry; what the charts start is in namespaces of the platform, and "
            "only the plan sees it"
        ),
        severity=Severity.MEDIUM,
        enforcement=BEYOND_DEV,
        security="hardened",
        owner="security",
        controls=("SR-3", "CM-14"),
        kinds=(HELM_RELEASE, STORAGE_CONTAINER, PODS),
        check=_own_images,
        note="`image_registries` of `policy.yaml` allow no registry of others here: an exception names the release.",
    ),
)
