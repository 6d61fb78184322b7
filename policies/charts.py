"""Values of charts one by one: which name an image or a version, and which give a pod more than it needs."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache

from policies.context import Context
from policies.values import Truth, Value
from reference.chart_images import ChartImages, chart_images, chart_registries
from reference.charts import JOBSET_TAG
from reference.registries import (
    EKS_ADDONS,
    account_registry,
    addons_registry,
    upstream_name,
)
from reference.releases import releases

IMAGE_KEYS = ("image", "images", "registry", "repository", "hub", "imagename")
"""The ends of keys, in lower case, by which charts name images, whatever stands before them."""
VERSION_KEYS = frozenset({"tag", "version", "digest", "imagetag", "sha"})
BESIDE_VERSIONS = frozenset({"name", "registry", "repository", "image"})
REGISTRY = re.compile(
    r"([a-z0-9-]+\.)*(docker\.io|docker\.com|ghcr\.io|gcr\.io|quay\.io|k8s\.io|ecr\.aws|amazonaws\.com|on\.aws|azurecr\.io"
    r"|pkg\.dev|nvcr\.io|mcr\.microsoft\.com|cgr\.dev|gitlab\.com|localhost)(:[0-9]+)?"
)
"""Hosts that serve images: a value that begins with one names an image, whatever its key."""
DIGEST = re.compile(r"(.*@)?(sha256:)?[0-9a-f]{64}")
EVERYTHING = ("privileged", "hostnetwork", "hostpid", "hostipc", "allowprivilegeescalation", "clusteradmin")
"""Flags that give a pod, or its account, more than a container of its own."""
NODE = ("hostpath", "hostport")
OBJECTS = (
    "additionalmanifests",
    "extracontainers",
    "extradeploy",
    "extrainitcontainers",
    "extramanifests",
    "extraobjects",
    "extraresources",
    "rawresources",
    "sidecarcontainers",
    "sidecars",
)
"""Keys under which charts take objects and containers of others whole."""
ROLE_ANNOTATION = "eks.amazonaws.com/role-arn"
USERS = ("runasuser", "runasgroup", "fsgroup")
RULES = ("verbs", "clusterrolerules", "roleref")
"""Keys of rules and bindings of RBAC: what a chart may do is what it asks for, and no value adds to it."""
RIGHTS = frozenset(
    {*EVERYTHING, *NODE, *OBJECTS, *USERS, ROLE_ANNOTATION, *RULES, "runasnonroot", "add", "enabled"}
)
"""Every key by which a value may give a pod more."""
AS_ROOT = ("dcgm-exporter", "nvidia-device-plugin")
"""Agents that read devices of the node: as root, with SYS_ADMIN and nothing else."""


@dataclass(kw_only=True, slots=True)
class Setting:
    """One value of a chart that is no mapping, with its key and the keys beside it."""

    key: str
    value: Value
    above: str
    beside: frozenset[str]

    @property
    def is_image(self) -> bool:
        """Whether it names an image or a registry, by its key or by the host that it begins with."""
        raw = self.value.raw
        by_key = self.key.endswith(IMAGE_KEYS) or (self.key == "name" and self.above.endswith("image"))
        if not isinstance(raw, str):
            return by_key and not self.value.is_known
        return bool(raw) and (by_key or bool(REGISTRY.fullmatch(raw.partition("/")[0].lower())))

    @property
    def is_version(self) -> bool:
        """Whether it says which of a repository's images is meant."""
        if self.key not in VERSION_KEYS or self.value.raw in ("", None):
            return False
        return self.above.endswith("image") or bool(self.beside & BESIDE_VERSIONS)


def settings_of(value: Value, above: str = "") -> Iterator[Setting]:
    """Every value below one, in lists and mappings; texts of a list have the key of the list."""
    entries = value.entries()
    beside = frozenset(key.lower() for key, _ in entries)
    for key, each in entries:
        yield from _settings_at(key.lower(), each, above, beside)


def _settings_at(key: str, value: Value, above: str, beside: frozenset[str]) -> Iterator[Setting]:
    yield Setting(key=key, value=value, above=above, beside=beside)
    if isinstance(value.raw, Mapping):
        yield from settings_of(value, key)
    elif isinstance(value.raw, list):
        for item in value.items():
            yield from _settings_at(key, item, above, beside)


def is_image_of(value: Value, row: ChartImages | None, chart: str, context: Context) -> Truth:
    """Whether an image or a registry is the one of its row, another of the release, or of the account."""
    if not (context.account and context.region):
        return value.test(lambda raw: False) | Truth.UNSURE
    own = account_registry(context.account, context.region)
    if row is not None:
        named = _names(row.named, own, context.region)
        return value.test(lambda raw: raw in {f"{name}{row.suffix}" for name in named})
    return value.test(lambda raw: _is_known(raw, own, chart, context))


def _is_known(image: str, own: str, chart: str, context: Context) -> bool:
    upstream = upstream_name(image, context.account or "")
    if upstream != image:
        return _repository(upstream) in _repositories() or upstream in chart_registries()
    host = image.partition("/")[0]
    if host == own and "/" in image:
        return True
    if host == addons_registry(context.region or ""):
        return image.replace(host, EKS_ADDONS) in _repositories()
    names = {_repository(each) for row in chart_images() if row.chart == chart for each in row.images}
    # Without a host the chart puts it together, from a registry that is judged beside.
    short = {name.partition("/")[2] for name in names}
    return _repository(image) in _repositories() | short


def _repository(image: str) -> str:
    """An image without its tag and digest."""
    name = image.partition("@")[0]
    head, slash, last = name.rpartition("/")
    return f"{head}{slash}{last.partition(':')[0]}"


def _names(named: str, own: str, region: str) -> set[str]:
    """The names by which nodes may pull an image or the images of a registry."""
    found = {named, f"{own}/upstream/{named}"}
    if named.startswith(EKS_ADDONS):
        return {named.replace(EKS_ADDONS, addons_registry(region))}
    return found


@cache
def _repositories() -> frozenset[str]:
    """The repositories of every image that a release names."""
    found = {image for row in chart_images() for image in row.images}
    for release in releases():
        found |= {each.repository for each in (*release.images.values(), *release.tools.values())}
    return frozenset(found)


@cache
def _versions() -> frozenset[str]:
    found = {JOBSET_TAG, *(row.tag for row in chart_images())}
    for release in releases():
        found |= set(release.charts.values())
        for each in (*release.images.values(), *release.tools.values()):
            found |= {each.tag, each.pin}
    return frozenset(found)


def is_version_of(value: Value) -> Truth:
    """Whether a tag is a digest, or one that a release names."""
    return value.test(lambda raw: str(raw) in _versions() or bool(DIGEST.fullmatch(str(raw))))


def weakens(setting: Setting, chart: str) -> Truth | None:
    """Whether a value gives a pod more than it needs; None of a value that is about something else."""
    key, value = setting.key, setting.value
    if key not in RIGHTS:
        return None
    if key in EVERYTHING:
        return ~value.equals(False, missing=True)
    if key in (*NODE, *OBJECTS, *RULES, ROLE_ANNOTATION):
        return value.is_given
    if chart in AS_ROOT and key in ("runasuser", "runasnonroot"):
        return None
    if key in USERS:
        return value.test(lambda raw: int(raw) == 0)
    if key == "runasnonroot":
        return ~value.equals(True, missing=True)
    if key == "add" and setting.above == "capabilities":
        allowed = ["SYS_ADMIN"] if chart in AS_ROOT else []
        return value.test(lambda raw: raw != allowed and raw not in allowed)
    if key == "enabled" and setting.above.endswith("securitycontext"):
        return ~value.equals(True)
    return None
